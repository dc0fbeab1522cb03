/**
 * How long to wait after `tries` earlier failures, in milliseconds. Full jitter: anywhere between nothing and the doubled,
 * bounded wait, so that doors that failed together do not come back together (AWS Architecture Blog, "Exponential Backoff
 * And Jitter"). `random` is 0..1.
 */
export const backoffMs = (
  tries: number,
  { baseMs, longestMs }: { readonly baseMs: number; readonly longestMs: number },
  random: () => number,
): number => random() * Math.min(longestMs, baseMs * 2 ** Math.min(tries, 30));
