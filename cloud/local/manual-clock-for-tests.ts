import type { Schedule } from './schedule.ts';

/** A clock that stands still, and timers that wait for it, until the test lets time pass. */
export const makeManualClock = (startMs = 0) => {
  const waiting = new Map<() => void, { readonly delayMs: number; readonly dueMs: number }>();
  let nowMs = startMs;
  const schedule: Schedule = (delayMs, run) => {
    const entry = () => run();
    waiting.set(entry, { delayMs, dueMs: nowMs + delayMs });
    return () => void waiting.delete(entry);
  };
  return {
    now: () => nowMs,
    schedule,
    /** Delays of what waits, as they were asked for. */
    delays: () => [...waiting.values()].map(({ delayMs }) => delayMs),
    /** Moves the clock and runs what has become due. */
    pass(ms: number) {
      nowMs += ms;
      for (const [run, { dueMs }] of [...waiting]) {
        if (dueMs <= nowMs && waiting.delete(run)) run();
      }
    },
  };
};
