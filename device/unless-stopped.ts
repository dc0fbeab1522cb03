/**
 * The result of `work`, or `undefined` as soon as `signal` aborts: for work that may be cut off at any step. What becomes of
 * it after that, even its failure, is nobody's business any more.
 */
export const unlessStopped = <T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> =>
  Promise.race([aborted(signal), work]);

/** Resolves when `signal` aborts, or at once when it has. */
export const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
