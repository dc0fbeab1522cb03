/**
 * Cognito's brake on guessing: after five wrong passwords the user is locked for one second,
 * then for twice as long after each further one, up to about 15 minutes; 15 quiet minutes forget all.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html
 */
export interface Lockout {
  isLocked(name: string): boolean;
  failed(name: string): void;
  succeeded(name: string): void;
}

const freeAttempts = 5;
const longestLockMs = 900_000;
/** Names are typed by strangers, so what is remembered of them is bounded. */
const rememberedNames = 10_000;

/** `now` in epoch milliseconds. Kept in memory only. */
export const makeLockout = (now: () => number): Lockout => {
  const attempts = new Map<string, { count: number; lastAt: number; lockedUntil: number }>();
  const current = (name: string) => {
    const entry = attempts.get(name);
    return entry === undefined || now() - entry.lastAt > longestLockMs ? undefined : entry;
  };
  return {
    isLocked: (name) => (current(name)?.lockedUntil ?? 0) > now(),
    failed: (name) => {
      const count = (current(name)?.count ?? 0) + 1;
      const lockMs = count < freeAttempts ? 0 : Math.min(1000 * 2 ** (count - freeAttempts), longestLockMs);
      attempts.delete(name);
      attempts.set(name, { count, lastAt: now(), lockedUntil: now() + lockMs });
      const oldest = attempts.keys().next().value;
      if (attempts.size > rememberedNames && oldest !== undefined) attempts.delete(oldest);
    },
    succeeded: (name) => {
      attempts.delete(name);
    },
  };
};
