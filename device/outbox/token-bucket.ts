import type { Clock } from '../clock.ts';

/**
 * Limits a rate: `burst` turns at once, then `perSecond`. After a long outage the cloud's face search, which most Regions
 * allow 5 times a second for the whole account, must not be taken by one door.
 */
export const makeTokenBucket = ({
  perSecond,
  burst,
  clock,
}: {
  readonly perSecond: number;
  readonly burst: number;
  readonly clock: Pick<Clock, 'monotonicMs' | 'sleep'>;
}) => {
  let tokens = burst;
  let filledAtMs = clock.monotonicMs();
  return {
    /** Resolves when it is the caller's turn, or when `signal` aborts. */
    take: async (signal: AbortSignal): Promise<void> => {
      const nowMs = clock.monotonicMs();
      tokens = Math.min(burst, tokens + ((nowMs - filledAtMs) / 1000) * perSecond) - 1;
      filledAtMs = nowMs;
      if (tokens < 0) await clock.sleep((-tokens / perSecond) * 1000, signal);
    },
  };
};
