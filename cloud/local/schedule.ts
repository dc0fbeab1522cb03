/** Calls `run` after the delay; the returned function calls it off. Injected, so that tests need not wait. */
export type Schedule = (delayMs: number, run: () => void) => () => void;

/** Node's timers overflow beyond this. */
const longestTimerMs = 2 ** 31 - 1;

/** The clock of the machine; what waits does not keep the process alive. A delay over 24 days is cut to that. */
export const timerSchedule: Schedule = (delayMs, run) => {
  const timer = setTimeout(run, Math.min(delayMs, longestTimerMs)).unref();
  return () => clearTimeout(timer);
};
