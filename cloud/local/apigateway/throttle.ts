/**
 * API Gateway's token bucket: `burst` requests at once, refilled at `perSecond`.
 * `now` in epoch milliseconds.
 */
export const makeThrottle = (burst: number, perSecond: number, now: () => number): { admits(): boolean } => {
  let tokens = burst;
  let filledAt = now();
  return {
    admits: () => {
      const at = now();
      tokens = Math.min(burst, tokens + ((at - filledAt) / 1000) * perSecond);
      filledAt = at;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
};
