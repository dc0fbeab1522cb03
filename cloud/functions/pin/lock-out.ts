import * as z from 'zod';
import { Instant } from '#contract/names.ts';

/** How a PIN's recent tries went. */
export const Tries = z.object({
  /** Wrong ones since the last right one or the last lock-out; one that is just being compared counts as wrong. */
  wrong: z.int().nonnegative(),
  /** Lock-outs since the last right one. */
  lockOuts: z.int().nonnegative(),
  lockedUntil: Instant.optional(),
});
export type Tries = z.infer<typeof Tries>;

export const noTries: Tries = { wrong: 0, lockOuts: 0 };

const triesBeforeLockOut = 5;
const firstLockOutMinutes = 15;
const longestLockOutMinutes = 24 * 60;

/**
 * Takes one try, before the PIN is compared: what is counted first cannot be had for nothing by sending many at once. The fifth
 * locks the PIN, whatever comes of it, unless it proves right and everything is forgotten. Null while it is locked.
 */
export const takeTry = (tries: Tries, nowMs: number): Tries | null => {
  if (tries.lockedUntil !== undefined && nowMs < Date.parse(tries.lockedUntil)) return null;
  const { lockOuts } = tries;
  const wrong = tries.wrong + 1;
  if (wrong < triesBeforeLockOut) return { wrong, lockOuts };
  const minutes = Math.min(firstLockOutMinutes * 2 ** lockOuts, longestLockOutMinutes);
  return {
    wrong: 0,
    lockOuts: lockOuts + 1,
    lockedUntil: new Date(nowMs + minutes * 60_000).toISOString(),
  };
};
