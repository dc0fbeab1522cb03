import type { Schedule } from '../../schedule.ts';

/**
 * Time that passes only when nothing else is left to do: minutes cost as long as the work in them. For work without input or
 * output of its own, because what waits for a disk or a socket looks like nothing to do.
 */
export type VirtualTime = {
  readonly now: () => number;
  readonly schedule: Schedule;
  sleep(ms: number): Promise<void>;
  /** Lets time pass until nothing is scheduled any more, at most so long. Resolves with whether it ended by itself. */
  run(longestMs: number): Promise<boolean>;
};

type Timer = { readonly dueMs: number; readonly run: () => void };

export const makeVirtualTime = (startMs: number): VirtualTime => {
  let nowMs = startMs;
  /** In the order of their instants; those of the same one in the order in which they came. */
  const timers: Timer[] = [];

  const schedule: Schedule = (delayMs, run) => {
    const timer = { dueMs: nowMs + Math.max(0, delayMs), run };
    const after = timers.findLastIndex(({ dueMs }) => dueMs <= timer.dueMs);
    timers.splice(after + 1, 0, timer);
    return () => {
      const index = timers.indexOf(timer);
      if (index >= 0) timers.splice(index, 1);
    };
  };

  return {
    now: () => nowMs,
    schedule,
    sleep: (ms) =>
      new Promise((resolve) => {
        schedule(ms, resolve);
      }),
    async run(longestMs) {
      const endMs = nowMs + longestMs;
      for (;;) {
        // All promises that can be kept are kept before the next turn of the event loop.
        await new Promise(setImmediate);
        const next = timers.shift();
        if (next === undefined) return true;
        if (next.dueMs > endMs) return false;
        nowMs = next.dueMs;
        next.run();
      }
    },
  };
};
