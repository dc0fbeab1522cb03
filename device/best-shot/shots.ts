import type { Quality, UnusableReason } from '#contract/sighting.ts';
import type { Track } from '../tracker/tracker.ts';
import type { Judgement } from './judge.ts';

/** What is known about the shots of one passage. Times are milliseconds since boot. */
export type Shots = {
  /** Quality of the shot that is kept, null while there is none. */
  readonly best: Quality | null;
  /** When that shot was taken. */
  readonly bestMs: number | null;
  /** When the first good shot came: from then on the answer is not delayed for long. */
  readonly firstGoodMs: number | null;
  readonly rejections: Readonly<Partial<Record<UnusableReason, number>>>;
  readonly largestFacePx: number;
  /** Shots that the second model did not take for a face, and when that was last. */
  readonly refusals: number;
  readonly refusedMs: number | null;
  /** Sightings of this passage that are safe in the outbox. */
  readonly attempts: 0 | 1 | 2;
};

export const noShots: Shots = {
  best: null,
  bestMs: null,
  firstGoodMs: null,
  rejections: {},
  largestFacePx: 0,
  refusals: 0,
  refusedMs: null,
  attempts: 0,
};

/** What to do about a passage now. */
export type Decision =
  | { readonly do: 'wait' }
  /** Publish the kept shot as this attempt of the passage, if the second model agrees that it is a face. */
  | { readonly do: 'send'; readonly attempt: 1 | 2 }
  /** The passage is over and had no usable face. */
  | { readonly do: 'report'; readonly reason: UnusableReason }
  /** Over, and nothing more to tell: already sent, or never really a person. */
  | { readonly do: 'forget' };

const shotSettings = {
  /** A better shot must be this much better, else two equal ones would take turns. */
  hysteresis: 1.1,
  goodScore: 0.3,
  /** Even the best shot of a replayed passage scores 0.6 in the middle and never 0.8: to wait for more gains next to nothing. */
  excellentScore: 0.65,
  /** After the first good shot the answer waits no longer than this. */
  patienceMs: 2000,
  /** When no better shot has come for so long, none is to be expected: they stand still, or are past the camera. */
  settledMs: { good: 1000, poor: 4000 },
  maxRefusals: 3,
  /** After a refusal the scene gets this long to change before the second model is asked again. */
  refusalPauseMs: 500,
  /** A track with less was a flicker or the back of a head (these never score above 0.70). */
  person: { minHits: 5, minFacePx: 32, minScore: 0.7 },
} as const;

/** Adds one shot. `keep` says whether its picture must replace the one kept so far. */
export const addShot = (
  shots: Shots,
  judgement: Judgement,
  facePx: number,
  atMs: number,
): { readonly shots: Shots; readonly keep: boolean } => {
  const largestFacePx = Math.max(shots.largestFacePx, facePx);
  if (!judgement.usable) {
    const count = (shots.rejections[judgement.reason] ?? 0) + 1;
    const rejections = { ...shots.rejections, [judgement.reason]: count };
    return { shots: { ...shots, largestFacePx, rejections }, keep: false };
  }
  const { quality } = judgement;
  const keep = shots.best === null || quality.score > shots.best.score * shotSettings.hysteresis;
  const isGood = quality.score >= shotSettings.goodScore;
  return {
    keep,
    shots: {
      ...shots,
      largestFacePx,
      best: keep ? quality : shots.best,
      bestMs: keep ? atMs : shots.bestMs,
      firstGoodMs: shots.firstGoodMs ?? (isGood ? atMs : null),
    },
  };
};

/** Drops the kept shot, because the second model found no face in it. */
export const refuseShot = (shots: Shots, atMs: number): Shots => ({
  ...shots,
  best: null,
  bestMs: null,
  refusals: shots.refusals + 1,
  refusedMs: atMs,
});

/** Remembers that the kept shot is safe in the outbox. */
export const markSent = (shots: Shots, attempt: 1 | 2): Shots => ({ ...shots, attempts: attempt });

/**
 * Decides about a passage, once per passage: send as soon as the shot is excellent, or none better is to be expected, or the
 * first good one was some time ago, so that the answer comes while the person is still there; else at the end of the track.
 * A second attempt is possible in the shape of the decision but not taken yet.
 */
export const decide = (shots: Shots, track: Track, atMs: number, isOver: boolean): Decision => {
  if (shots.attempts > 0) return { do: isOver ? 'forget' : 'wait' };
  if (!isPerson(shots, track)) return { do: isOver ? 'forget' : 'wait' };
  const mayAsk = shots.refusals < shotSettings.maxRefusals;
  if (isOver) {
    return shots.best && mayAsk ? { do: 'send', attempt: 1 } : { do: 'report', reason: mainReason(shots) };
  }
  const pausing = shots.refusedMs !== null && atMs - shots.refusedMs < shotSettings.refusalPauseMs;
  if (!shots.best || !mayAsk || pausing) return { do: 'wait' };
  return isTimeToSend(shots, atMs) ? { do: 'send', attempt: 1 } : { do: 'wait' };
};

const isTimeToSend = ({ best, bestMs, firstGoodMs }: Shots, atMs: number): boolean => {
  if (!best || bestMs === null) return false;
  if (best.score >= shotSettings.excellentScore) return true;
  if (firstGoodMs !== null && atMs - firstGoodMs >= shotSettings.patienceMs) return true;
  const { good, poor } = shotSettings.settledMs;
  return atMs - bestMs >= (best.score >= shotSettings.goodScore ? good : poor);
};

const isPerson = (shots: Shots, track: Track): boolean =>
  track.hits >= shotSettings.person.minHits &&
  track.bestScore >= shotSettings.person.minScore &&
  shots.largestFacePx >= shotSettings.person.minFacePx;

/**
 * Why nothing was usable. A refusal by the second model explains more than what came before it; that faces are small far away
 * explains only those who never came near; else the most frequent reason.
 */
const mainReason = ({ refusals, rejections }: Shots): UnusableReason => {
  if (refusals > 0) return 'not_confirmed';
  const counts = Object.entries(rejections) as [UnusableReason, number][];
  const near = counts.filter(([reason]) => reason !== 'too_small');
  const most = near.sort(([, a], [, b]) => b - a)[0];
  return most ? most[0] : 'too_small';
};
