import type { UnusableReason } from '#contract/sighting.ts';
import type { Track } from '../tracker/tracker.ts';
import { scoreFloors } from '../vision/score-floors.ts';
import { goodScore, mayImprove, type Shots } from './shots.ts';

/** What to do about a passage now. */
export type Decision =
  | { readonly do: 'wait' }
  /** Publish the kept shot as this attempt of the passage, if the second model agrees that it is a face. */
  | { readonly do: 'send'; readonly attempt: 1 | 2 }
  /** The passage is over and had no usable face. */
  | { readonly do: 'report'; readonly reason: UnusableReason }
  /** Over, and nothing more to tell: already sent, or never really a person. */
  | { readonly do: 'forget' };

/** The moment of a decision. */
export type Moment = {
  /** Milliseconds since boot. */
  readonly atMs: number;
  /** Whether the passage has ended. */
  readonly isOver: boolean;
  /** Whether the cloud can be reached. */
  readonly isOnline: boolean;
};

const timing = {
  /** Even the best shot of a replayed passage scores 0.6 in the middle and never 0.8: to wait for more gains next to nothing. */
  excellentScore: 0.65,
  /** After the first good shot the answer waits no longer than this. */
  patienceMs: 2000,
  /** When no better shot has come for so long, none is to be expected: they stand still, or are past the camera. */
  settledMs: { good: 1000, poor: 4000 },
  /** Who has not been seen for so long is past the camera, though their passage is remembered for longer. */
  outOfSightMs: 1500,
  /** A verdict that has not come by then is not waited for any more: it hardly ever takes two seconds. */
  verdictMs: 10_000,
  maxRefusals: 3,
  /** After a refusal the scene gets this long to change before the second model is asked again. */
  refusalPauseMs: 500,
} as const;

/** A track with less, or without a face of `scoreFloors.person`, was a flicker or the back of a head. */
const person = { minHits: 5, minFacePx: 32 } as const;

/**
 * Decides about a passage: send as soon as the shot is excellent, or none better is to be expected, or the first good one was
 * some time ago, so that the answer comes while the person is still there; else when they are gone. Once per passage, and a
 * second time only when the cloud did not recognise the first picture and a much better one has come.
 */
export const decide = (shots: Shots, track: Track, moment: Moment): Decision =>
  shots.sent ? decideAgain(shots, shots.sent, track, moment) : decideFirst(shots, track, moment);

const decideFirst = (shots: Shots, track: Track, moment: Moment): Decision => {
  const { isOver } = moment;
  if (!isPerson(shots, track)) return { do: isOver ? 'forget' : 'wait' };
  if (isTimeToSend(shots, track, moment)) return { do: 'send', attempt: 1 };
  return isOver ? { do: 'report', reason: mainReason(shots) } : { do: 'wait' };
};

/** Offline no verdict comes, and a picture that would only join the first one in the outbox gains nothing. */
const decideAgain = (
  shots: Shots,
  sent: NonNullable<Shots['sent']>,
  track: Track,
  moment: Moment,
): Decision => {
  const { atMs, isOver, isOnline } = moment;
  const isPossible = isOnline && mayImprove(shots) && shots.best !== null;
  if (isPossible && sent.answer === 'not_recognised' && isTimeToSend(shots, track, moment)) {
    return { do: 'send', attempt: 2 };
  }
  const isHopeful = isPossible && sent.answer === 'awaited' && atMs - sent.atMs < timing.verdictMs;
  return { do: isOver && !isHopeful ? 'forget' : 'wait' };
};

/** Whether the kept shot is to be sent now; there may be none. */
const isTimeToSend = (shots: Shots, track: Track, { atMs, isOver }: Moment): boolean => {
  const { best, bestMs, firstGoodMs, refused } = shots;
  if (!best || bestMs === null || shots.refusals >= timing.maxRefusals) return false;
  if (isOver) return true;
  if (refused && atMs - refused.atMs < timing.refusalPauseMs) return false;
  if (best.score >= timing.excellentScore) return true;
  if (atMs - track.lastMs > timing.outOfSightMs) return true;
  if (firstGoodMs !== null && atMs - firstGoodMs >= timing.patienceMs) return true;
  const { good, poor } = timing.settledMs;
  return atMs - bestMs >= (best.score >= goodScore ? good : poor);
};

const isPerson = (shots: Shots, track: Track): boolean =>
  track.hits >= person.minHits &&
  track.bestScore >= scoreFloors.person &&
  shots.largestFacePx >= person.minFacePx;

/**
 * Why nothing was usable. A refusal explains more than what came before it; that faces are small far away explains only those who
 * never came near; else the most frequent reason.
 */
const mainReason = ({ refused, rejections }: Shots): UnusableReason => {
  if (refused) return refused.reason;
  const counts = Object.entries(rejections) as [UnusableReason, number][];
  const near = counts.filter(([reason]) => reason !== 'too_small');
  const most = near.sort(([, a], [, b]) => b - a)[0];
  return most ? most[0] : 'too_small';
};
