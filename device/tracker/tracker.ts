import type { Box, Face, Point } from '../vision/face.ts';
import { affinity, predictBox } from './affinity.ts';

/** The device's belief about one passage. All times are milliseconds since boot. */
export type Track = {
  readonly passageId: string;
  readonly box: Box;
  /** How the box moves, in pixels per millisecond. */
  readonly velocity: Point;
  /** In how many frames the face was found. */
  readonly hits: number;
  readonly bestScore: number;
  readonly firstMs: number;
  readonly lastMs: number;
};

/** What one frame changed. `tracks` is the state to hand to the next step. */
export type Step = {
  readonly tracks: readonly Track[];
  /** Tracks that have just been seen often enough to be a passage. */
  readonly started: readonly Track[];
  /** Every track that was seen in this frame, with its face; also those not yet sure to be a passage. */
  readonly updated: readonly { readonly track: Track; readonly face: Face }[];
  /** Passages whose face has been gone too long. */
  readonly ended: readonly Track[];
};

/**
 * Two thresholds, as in ByteTrack (Zhang et al. 2022): only a sure face starts a track, a doubtful one may continue it.
 * Back-of-head false positives of BlazeFace stay below these times and counts; passages of real people do not.
 */
const trackerSettings = {
  startScore: 0.6,
  continueScore: 0.4,
  minHits: 3,
  maxLostMs: 1500,
  /** A track that is not yet a passage is given up sooner. */
  maxLostUnsureMs: 600,
} as const;

const isPassage = (track: Track): boolean => track.hits >= trackerSettings.minHits;

const isLost = (track: Track, atMs: number): boolean =>
  atMs - track.lastMs > (isPassage(track) ? trackerSettings.maxLostMs : trackerSettings.maxLostUnsureMs);

/** New readings weigh 0.4: steady enough for a jittering box, quick enough for someone who turns aside. */
const smooth = (before: number, reading: number): number => 0.6 * before + 0.4 * reading;

const continueTrack = (track: Track, face: Face, atMs: number): Track => {
  const elapsedMs = Math.max(1, atMs - track.lastMs);
  return {
    ...track,
    box: face.box,
    velocity: {
      x: smooth(track.velocity.x, (face.box.x - track.box.x) / elapsedMs),
      y: smooth(track.velocity.y, (face.box.y - track.box.y) / elapsedMs),
    },
    hits: track.hits + 1,
    bestScore: Math.max(track.bestScore, face.score),
    lastMs: atMs,
  };
};

/** Pairs tracks and faces greedily, best affinity first. For the few faces of a door this equals the optimal assignment. */
const pair = (tracks: readonly Track[], faces: readonly Face[], atMs: number): Map<Track, Face> => {
  const candidates = tracks.flatMap((track) =>
    faces.flatMap((face) => {
      const elapsedMs = atMs - track.lastMs;
      const score = affinity(predictBox(track.box, track.velocity, elapsedMs), face.box, elapsedMs);
      return score === null ? [] : [{ track, face, score }];
    }),
  );
  candidates.sort((a, b) => b.score - a.score);
  const pairs = new Map<Track, Face>();
  const taken = new Set<Face>();
  for (const { track, face } of candidates) {
    if (pairs.has(track) || taken.has(face)) continue;
    pairs.set(track, face);
    taken.add(face);
  }
  return pairs;
};

/**
 * Makes the tracker: boxes over time in, passages out.
 * `step` takes the tracks so far, the faces of one frame in any order, and the frame's time in milliseconds since boot.
 * It keeps nothing itself; `newPassageId` is called once for each track that begins.
 */
export const makeTracker = ({ newPassageId }: { readonly newPassageId: () => string }) => ({
  step: (tracks: readonly Track[], faces: readonly Face[], atMs: number): Step => {
    // The order of the detections must not matter, not even between equal scores.
    const found = [...faces].sort((a, b) => a.box.x - b.box.x || a.box.y - b.box.y);
    const sure = found.filter((face) => face.score >= trackerSettings.startScore);
    const doubtful = found.filter(
      (face) => face.score >= trackerSettings.continueScore && face.score < trackerSettings.startScore,
    );
    const pairs = pair(tracks, sure, atMs);
    const unseen = tracks.filter((track) => !pairs.has(track));
    for (const [track, face] of pair(unseen, doubtful, atMs)) pairs.set(track, face);

    const continued = [...pairs].map(([track, face]) => ({ track: continueTrack(track, face, atMs), face }));
    const matched = new Set(pairs.values());
    const begun = sure
      .filter((face) => !matched.has(face))
      .map((face) => ({
        face,
        track: {
          passageId: newPassageId(),
          box: face.box,
          velocity: { x: 0, y: 0 },
          hits: 1,
          bestScore: face.score,
          firstMs: atMs,
          lastMs: atMs,
        },
      }));
    const missed = tracks.filter((track) => !pairs.has(track));
    const updated = [...continued, ...begun];
    return {
      tracks: [...missed.filter((track) => !isLost(track, atMs)), ...updated.map(({ track }) => track)],
      started: updated.map(({ track }) => track).filter((track) => track.hits === trackerSettings.minHits),
      updated,
      ended: missed.filter((track) => isPassage(track) && isLost(track, atMs)),
    };
  },
  /** Ends every track that is a passage, for when the camera stops. */
  finish: (tracks: readonly Track[]): readonly Track[] => tracks.filter(isPassage),
});
