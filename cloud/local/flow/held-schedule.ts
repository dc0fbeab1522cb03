import { type Schedule, timerSchedule } from '../schedule.ts';

/** What has to wait this long does not come by itself; anything shorter does, as on the machine's clock. */
const longMs = 2_000;

/** Timers for one running local cloud in which no minute has to be sat out: long waits stand still until they are let go. */
export type HeldSchedule = {
  readonly schedule: Schedule;
  /** Runs everything that is held now, as if its time had come. */
  release(): void;
};

export const makeHeldSchedule = (): HeldSchedule => {
  const held = new Set<() => void>();
  return {
    schedule(delayMs, run) {
      if (delayMs < longMs) return timerSchedule(delayMs, run);
      const entry = (): void => run();
      held.add(entry);
      return () => void held.delete(entry);
    },
    release() {
      const due = [...held];
      held.clear();
      for (const run of due) run();
    },
  };
};
