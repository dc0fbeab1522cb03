import type { Verdict } from '#contract/verdict.ts';

/** As much of a verdict as the choice of a picture needs: whose it is stays with the door's display. */
type HeardVerdict = Pick<Verdict, 'passageId' | 'attempt' | 'outcome'>;

/** What the cloud answers, as the eyes hear it. */
export interface Verdicts {
  /** The verdicts that have come since the last call, oldest first. */
  take(): readonly HeardVerdict[];
  /** Whether the cloud can be reached right now. */
  isOnline(): boolean;
}

/** For eyes that no cloud answers: a film that is only looked at. */
export const noVerdicts: Verdicts = { take: () => [], isOnline: () => false };

/** Verdicts beyond so many are on passages long over. */
const maxWaiting = 100;

/** Makes the box in which verdicts wait until the eyes look at the next frame. `put` never fails and keeps no name. */
export const makeVerdictBox = ({
  isOnline,
}: {
  readonly isOnline: () => boolean;
}): Verdicts & { put(verdict: Verdict): void } => {
  let waiting: HeardVerdict[] = [];
  return {
    isOnline,
    put: ({ passageId, attempt, outcome }) => {
      waiting = [...waiting, { passageId, attempt, outcome }].slice(-maxWaiting);
    },
    take: () => {
      const taken = waiting;
      waiting = [];
      return taken;
    },
  };
};
