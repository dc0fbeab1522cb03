import { causeName, isThrottle, RetryLater, whoMustAct } from '../errors.ts';
import type { DeliveryIds, Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';

/** What must be left of the invocation when another search begins: its own time-out, the writes, the verdict. Milliseconds. */
export const reserveMs = 15_000;
const firstWaitMs = 250;
const longestWaitMs = 8_000;

/** Milliseconds that are left of the invocation. */
export type Remaining = () => number;

/**
 * A search that waits its turn: what Rekognition refuses for its quota, or fails at, is asked again after a pause of full
 * jitter that doubles, for as long as the invocation lasts. Then it throws RetryLater and Lambda's own tries follow.
 * The client beneath slows down by itself while it is throttled (the SDK's adaptive mode), so doors do not wait in step.
 * Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
 */
export const makePatientSearch =
  <Picture, Found>(deps: {
    readonly search: (picture: Picture) => Promise<Found>;
    readonly sleep: (ms: number) => Promise<void>;
    /** 0 ≤ random < 1. */
    readonly random: () => number;
    readonly metrics: Metrics;
    readonly log: Pick<Log, 'warn'>;
  }) =>
  async (picture: Picture, remainingMs: Remaining, ids: DeliveryIds): Promise<Found> => {
    const { metrics, log } = deps;
    let waitedMs = 0;
    for (let tries = 1; ; tries += 1) {
      try {
        const found = await deps.search(picture);
        metrics.put('Searches', 1);
        return found;
      } catch (error) {
        const thrown = whoMustAct(error);
        if (!(thrown instanceof RetryLater)) throw thrown;
        if (isThrottle(error)) metrics.put('SearchThrottled', 1);
        const pauseMs = deps.random() * Math.min(longestWaitMs, firstWaitMs * 2 ** tries);
        const goesOn = remainingMs() - pauseMs >= reserveMs;
        if (!goesOn || tries === 1)
          log.warn('search.waited', {
            ...ids,
            cause: causeName(thrown),
            tries,
            waitMs: Math.round(waitedMs),
          });
        if (!goesOn) throw thrown;
        await deps.sleep(pauseMs);
        waitedMs += pauseMs;
      }
    }
  };
