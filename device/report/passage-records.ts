import type { Frame } from '../camera/frame.ts';
import type { NewEntry, Outbox } from '../outbox/outbox.ts';
import type { Step } from '../tracker/tracker.ts';
import { downscaleFrame } from '../vision/downscale.ts';
import type { Face } from '../vision/face.ts';
import type { ObservedPassage, ObservedSighting, Sight, Snapshot } from './observed.ts';

/** Longer side of a snapshot, in pixels, and how many are kept in case one is chosen: half a minute at 10 frames a second. */
const snapshotSide = 640;
const maxSnapshots = 300;

type Growing = {
  readonly passageId: string;
  readonly sights: Sight[];
  readonly sightings: ObservedSighting[];
  unusable: ObservedPassage['unusable'];
  snapshot: Snapshot | null;
  largestFace: number;
};

/** Makes what writes down the passages of a film, and stands in for the outbox: what would be published stays in memory. */
export const makePassageRecords = ({ withPictures }: { readonly withPictures: boolean }) => {
  const passages = new Map<string, Growing>();
  const snapshots: Snapshot[] = [];

  const passageOf = (passageId: string): Growing => {
    const known = passages.get(passageId);
    if (known) return known;
    const passage = { passageId, sights: [], sightings: [], unusable: null, snapshot: null, largestFace: 0 };
    passages.set(passageId, passage);
    return passage;
  };

  const takeSnapshot = (frame: Frame, faces: readonly Face[], step: Step): Snapshot => {
    const owners = new Map(step.updated.map(({ track, face }) => [face, track.passageId]));
    const snapshot = {
      atMs: frame.monotonicMs,
      frameWidth: frame.width,
      picture: downscaleFrame(frame, snapshotSide),
      faces: faces.map((face) => ({ box: face.box, score: face.score, passageId: owners.get(face) ?? null })),
    };
    snapshots.push(snapshot);
    if (snapshots.length > maxSnapshots) snapshots.shift();
    return snapshot;
  };

  const outbox: Outbox = {
    add: async (entry: NewEntry) => {
      const passage = passageOf(entry.facts.passageId);
      if (entry.kind === 'passage') {
        passage.unusable = { reason: entry.facts.reason };
        return 0;
      }
      // The time in the facts is rounded to a tenth of a millisecond.
      const isThen = ({ atMs }: { readonly atMs: number }) => Math.abs(atMs - entry.facts.monotonicMs) < 0.1;
      passage.sightings.push({
        facts: entry.facts,
        jpeg: entry.jpeg,
        face: passage.sights.find(isThen) ?? null,
        snapshot: snapshots.find(isThen) ?? null,
      });
      passage.snapshot = null;
      return 0;
    },
  };

  return {
    outbox,
    saw: (frame: Frame, faces: readonly Face[], step: Step): void => {
      if (faces.length === 0) return;
      const snapshot = withPictures ? takeSnapshot(frame, faces, step) : null;
      for (const { track, face } of step.updated) {
        const passage = passageOf(track.passageId);
        passage.sights.push({ atMs: frame.monotonicMs, box: face.box, score: face.score });
        if (passage.sightings.length > 0 || face.box.width <= passage.largestFace) continue;
        passage.largestFace = face.box.width;
        passage.snapshot = snapshot;
      }
    },
    /** Passages, in the order in which they began; flickers that led to nothing are left out. */
    passages: (isPassage: (passageId: string) => boolean): readonly ObservedPassage[] =>
      [...passages.values()].filter(({ passageId }) => isPassage(passageId)),
  };
};
