import type { Face } from '../vision/face.ts';
import type { TrackerSettings } from './track.ts';
import { type FollowedTrack, makeTracker, type Step } from './tracker.ts';

/** For tests: a face of `width` pixels around a centre, as the detector would report it. `turned` moves the nose, in face widths. */
export const faceAt = (centreX: number, centreY: number, width = 100, score = 0.9, turned = 0): Face => {
  const at = (across: number, down: number) => ({ x: centreX + across * width, y: centreY + down * width });
  return {
    box: { x: centreX - width / 2, y: centreY - width / 2, width, height: width },
    score,
    keypoints: {
      rightEye: at(-0.2, -0.15),
      leftEye: at(0.2, -0.15),
      nose: at(turned, 0.1),
      mouth: at(0, 0.25),
      rightEar: at(-0.45, 0),
      leftEar: at(0.45, 0),
    },
  };
};

/** For tests: so many frames, each made by its number. */
export const frames = (
  count: number,
  faces: (frame: number) => readonly Face[],
): readonly (readonly Face[])[] => Array.from({ length: count }, (_, frame) => faces(frame));

export type Following = {
  readonly frameMs?: number;
  readonly settings?: Partial<TrackerSettings>;
  /** Frames without a face that are shown at last, until every track has ended. */
  readonly afterwards?: number;
};

/** For tests: shows frames of faces to a new tracker, then empty ones. */
export const follow = (
  film: readonly (readonly Face[])[],
  { frameMs = 100, settings = {}, afterwards = 20 }: Following = {},
) => {
  let passages = 0;
  const tracker = makeTracker({ newPassageId: () => `passage-${++passages}`, ...settings });
  const steps: Step[] = [];
  let tracks: readonly FollowedTrack[] = [];
  for (const faces of [...film, ...Array<Face[]>(afterwards).fill([])]) {
    const step = tracker.step(tracks, faces, steps.length * frameMs);
    steps.push(step);
    tracks = step.tracks;
  }
  return {
    steps,
    tracks,
    started: steps.flatMap((step) => step.started),
    ended: steps.flatMap((step) => step.ended),
    /** The faces of each passage in the order in which they were seen. */
    facesOf: (passageId: string) =>
      steps
        .flatMap((step) => step.updated.filter(({ track }) => track.passageId === passageId))
        .map(({ face }) => face),
  };
};
