import type { Box, Face, Point } from '../vision/face.ts';
import { scoreFloors } from '../vision/score-floors.ts';
import { centreOf, jumpBetween, returnAffinity, sizeRatio } from './affinity.ts';

/** The device's belief about one passage. All times are milliseconds since boot. */
export type Track = {
  readonly passageId: string;
  readonly box: Box;
  /** How the middle of the face moves, in pixels per millisecond. */
  readonly velocity: Point;
  /** In how many frames the face was found. */
  readonly hits: number;
  readonly bestScore: number;
  readonly firstMs: number;
  readonly lastMs: number;
};

type Clear = { readonly box: Box; readonly atMs: number };

/** A track with what only the tracker needs of it. */
export type FollowedTrack = Track & {
  /** The face as it was last seen clearly: what was doubtful since may have been a shoulder. */
  readonly clear: Clear;
  /** How many clear sights there were: from the second on its pace is known. */
  readonly clearHits: number;
  /** The first clear sight from which on the face has been at about the same place. */
  readonly stand: Clear;
  /** The face as it was first seen clearly. */
  readonly origin: Pick<Face, 'box' | 'keypoints'> | null;
  /** How many clear sights in a row have shown it otherwise than at first. */
  readonly awayHits: number;
  /** It has been. A picture on a wall never is. */
  readonly hasMoved: boolean;
  /** It may be a picture on a wall: it is nobody until it moves. */
  readonly mustMove: boolean;
  /** No more than the place where a picture hung when it was last seen: no face goes on with it. */
  readonly isMemory: boolean;
};

/** What a tracker does besides following faces. */
export type TrackerSettings = {
  /**
   * Who stood when they were lost from sight is remembered as long as they have been here, within these bounds: when they are found
   * again at the same place it is the same passage. A passage ends only then. Who walked out of sight is not remembered.
   */
  readonly memoryMs: { readonly atLeast: number; readonly atMost: number };
  /** Whether a face that was there when the watch began, or that is where a picture hangs, is nobody until it moves. */
  readonly ignoresPictures: boolean;
};

/** How a door tracks. Someone who reads a notice for a minute and looks up again is not searched for twice. */
export const doorTracking: TrackerSettings = {
  memoryMs: { atLeast: 10_000, atMost: 30_000 },
  ignoresPictures: true,
};

/** The same with a door's own setting. */
export const trackingOf = ({ ignorePictures }: { readonly ignorePictures: boolean }): TrackerSettings => ({
  ...doorTracking,
  ignoresPictures: ignorePictures,
});

const trackSettings = {
  minHits: 3,
  /**
   * What counts as movement: in face widths, times the size, and the nose's place within the face in face widths. The box of a picture
   * moves by up to 0.25 and grows by up to 1.3 while somebody passes in front of it.
   */
  moved: { jump: 0.35, sizeRatio: 1.35, nose: 0.15 },
  /** So often in a row, else the detector's unsteady hand on a picture would be taken for life. */
  minAwayHits: 2,
  maxLostMs: 1500,
  /** A track that is not yet a passage is given up sooner. */
  maxLostUnsureMs: 600,
  /** Who is for so long at the same place stands. */
  standMs: 500,
  /** A face that has not moved for so long is a picture, and no reason to look at a scene without motion. */
  stillMs: 10_000,
} as const;

/** Whether it was seen so often that it is no flicker. */
export const isSure = ({ hits }: FollowedTrack): boolean => hits >= trackSettings.minHits;

/** Somebody, not perhaps a picture on a wall. */
export const isSomebody = ({ hasMoved, mustMove }: FollowedTrack): boolean => hasMoved || !mustMove;

/** Seen often enough, and somebody. */
export const isPassage = (track: FollowedTrack): boolean => isSomebody(track) && isSure(track);

/** Seen for so long without a movement that it is a picture, even if it was taken for somebody at first. */
export const isStill = ({ hasMoved, firstMs, lastMs }: FollowedTrack): boolean =>
  !hasMoved && lastMs - firstMs >= trackSettings.stillMs;

/** Seen just now, or out of sight for no longer than a missed detection, a turned head or someone in front explains. */
export const isInSight = (track: FollowedTrack, atMs: number): boolean =>
  atMs - track.lastMs <= (isPassage(track) ? trackSettings.maxLostMs : trackSettings.maxLostUnsureMs);

/** Whether someone may stand here unmoved, so that the scene must be searched though nothing moves in it. */
export const mayStandStill = (track: FollowedTrack, atMs: number): boolean =>
  isInSight(track, atMs) && (track.hasMoved || atMs - track.firstMs < trackSettings.stillMs);

const stood = ({ stand, clear }: FollowedTrack): boolean => clear.atMs - stand.atMs >= trackSettings.standMs;

/** Whether who comes back to the same place is still taken for the same passage. */
export const isRemembered = (
  track: FollowedTrack,
  atMs: number,
  { atLeast, atMost }: TrackerSettings['memoryMs'],
): boolean => {
  const memoryMs = Math.min(atMost, Math.max(atLeast, track.lastMs - track.firstMs));
  return isInSight(track, atMs) || (isPassage(track) && stood(track) && atMs - track.lastMs <= memoryMs);
};

export const beginTrack = (
  passageId: string,
  face: Face,
  atMs: number,
  { mustMove }: Pick<FollowedTrack, 'mustMove'>,
): FollowedTrack => ({
  passageId,
  box: face.box,
  velocity: { x: 0, y: 0 },
  hits: 1,
  bestScore: face.score,
  firstMs: atMs,
  lastMs: atMs,
  clear: { box: face.box, atMs },
  clearHits: isClear(face) ? 1 : 0,
  stand: { box: face.box, atMs },
  origin: isClear(face) ? face : null,
  awayHits: 0,
  hasMoved: false,
  mustMove,
  isMemory: false,
});

/** The track with one more sight of its face. Only a clear one tells where it is going and whether it lives. */
export const continueTrack = (track: FollowedTrack, face: Face, atMs: number): FollowedTrack => {
  const seen = {
    ...track,
    box: face.box,
    hits: track.hits + 1,
    bestScore: Math.max(track.bestScore, face.score),
    lastMs: atMs,
  };
  if (!isClear(face)) return seen;
  const clear = { box: face.box, atMs };
  const awayHits = awayHitsOf(track, face);
  return {
    ...seen,
    clear,
    clearHits: track.clearHits + 1,
    velocity: newVelocity(track, clear),
    stand: returnAffinity(track.stand.box, face.box) === null ? clear : track.stand,
    origin: track.origin ?? face,
    awayHits,
    hasMoved: track.hasMoved || awayHits >= trackSettings.minAwayHits,
  };
};

/**
 * New readings weigh 0.4: steady enough for a jittering box, quick enough for someone who turns aside. The first one counts
 * in full. After a long time unseen the pace is unknown again.
 */
const newVelocity = ({ clear: before, clearHits, velocity }: FollowedTrack, clear: Clear): Point => {
  const elapsedMs = Math.max(1, clear.atMs - before.atMs);
  if (clearHits === 0 || elapsedMs > trackSettings.maxLostMs) return { x: 0, y: 0 };
  const [from, to] = [centreOf(before.box), centreOf(clear.box)];
  const weight = clearHits === 1 ? 1 : 0.4;
  return {
    x: (1 - weight) * velocity.x + (weight * (to.x - from.x)) / elapsedMs,
    y: (1 - weight) * velocity.y + (weight * (to.y - from.y)) / elapsedMs,
  };
};

const isClear = (face: Face): boolean => face.score >= scoreFloors.publish;

const awayHitsOf = ({ origin, awayHits }: FollowedTrack, face: Face): number =>
  origin && isAway(origin, face) ? awayHits + 1 : 0;

const isAway = (origin: Pick<Face, 'box' | 'keypoints'>, face: Face): boolean => {
  const { jump, sizeRatio: ratio, nose } = trackSettings.moved;
  const [then, now] = [noseWithin(origin), noseWithin(face)];
  return (
    jumpBetween(origin.box, face.box) > jump ||
    sizeRatio(origin.box, face.box) > ratio ||
    Math.hypot(now.x - then.x, now.y - then.y) > nose
  );
};

/** Where the nose is in the face, in face widths from its corner: turning and nodding move it, carrying a picture does not. */
const noseWithin = ({ box, keypoints: { nose } }: Pick<Face, 'box' | 'keypoints'>): Point => ({
  x: (nose.x - box.x) / box.width,
  y: (nose.y - box.y) / box.width,
});
