import type { Quality, UnusableReason } from '#contract/sighting.ts';
import type { Verdict } from '#contract/verdict.ts';
import type { Judgement } from './judge.ts';

/** What became of the picture that was sent first: the cloud has not said yet, did not know the face, or needs no other picture. */
type Answer = 'awaited' | 'not_recognised' | 'final';

/** Why a shot that looked good was not sent after all: the second model saw no face in it, or it looks like a picture of a face. */
export type Refusal = Extract<UnusableReason, 'not_confirmed' | 'suspicious'>;

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
  /** Shots that were refused when they were to be sent, and the last of these. */
  readonly refusals: number;
  readonly refused: { readonly atMs: number; readonly reason: Refusal } | null;
  /** The last sighting of this passage that is safe in the outbox. */
  readonly sent: {
    readonly attempt: 1 | 2;
    readonly score: number;
    readonly atMs: number;
    readonly answer: Answer;
  } | null;
};

export const noShots: Shots = {
  best: null,
  bestMs: null,
  firstGoodMs: null,
  rejections: {},
  largestFacePx: 0,
  refusals: 0,
  refused: null,
  sent: null,
};

/** From this score on the picture will do: the answer is not delayed for long to get a better one. */
export const goodScore = 0.3;

const shotSettings = {
  /** A better shot must be this much better, else two equal ones would take turns (Frigate's rule for its best thumbnail). */
  hysteresis: 1.1,
  /**
   * A second picture is worth a second search only when its score is half as much again as the first one's, and good: a passage
   * whose first picture was excellent never gets there.
   */
  muchBetter: 1.5,
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
  const keep = isWorthKeeping(shots, quality.score);
  const isGood = quality.score >= goodScore && isMuchBetter(shots, quality.score);
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

/** Whether another picture of this passage could still be sent: none has been, or the cloud may not have known the first. */
export const mayImprove = ({ sent }: Shots): boolean =>
  sent === null || (sent.attempt === 1 && sent.answer !== 'final');

const isWorthKeeping = (shots: Shots, score: number): boolean =>
  mayImprove(shots) &&
  isMuchBetter(shots, score) &&
  (shots.best === null || score > shots.best.score * shotSettings.hysteresis);

/** Than what was sent before; anything is when nothing was. */
const isMuchBetter = ({ sent }: Shots, score: number): boolean =>
  sent === null || score >= Math.max(goodScore, sent.score * shotSettings.muchBetter);

const withoutKept = (shots: Shots): Shots => ({ ...shots, best: null, bestMs: null });

/** Drops the kept shot, because it was refused. */
export const refuseShot = (shots: Shots, reason: Refusal, atMs: number): Shots => ({
  ...withoutKept(shots),
  refusals: shots.refusals + 1,
  refused: { atMs, reason },
});

/** Remembers that the kept shot is safe in the outbox. From here on only a much better one is kept. */
export const markSent = (shots: Shots, attempt: 1 | 2, atMs: number): Shots => ({
  ...withoutKept(shots),
  firstGoodMs: null,
  sent: { attempt, score: shots.best?.score ?? 0, atMs, answer: 'awaited' },
});

/**
 * Takes in a verdict on this passage. Only a face that the cloud did not know, or could not tell from another's, may be worth a better
 * picture; a match ends that for good, in whatever order the verdicts come. A verdict on what was not sent changes nothing.
 */
export const hearVerdict = (
  shots: Shots,
  { attempt, outcome }: Pick<Verdict, 'attempt' | 'outcome'>,
): Shots => {
  const { sent } = shots;
  if (sent?.attempt !== attempt || sent.answer === 'final') return shots;
  if (outcome === 'unknown' || outcome === 'ambiguous') {
    return { ...shots, sent: { ...sent, answer: 'not_recognised' } };
  }
  return { ...withoutKept(shots), sent: { ...sent, answer: 'final' } };
};
