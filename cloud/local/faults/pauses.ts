import type { Schedule } from '../schedule.ts';

/** Waits that end early when the local cloud stops. */
export interface Pauses {
  pause(ms: number): Promise<void>;
  /** Ends every wait; later ones do not begin. */
  stop(): void;
}

export const makePauses = (schedule: Schedule): Pauses => {
  const releases = new Set<() => void>();
  let stopped = false;
  return {
    async pause(ms) {
      if (ms <= 0 || stopped) return;
      await new Promise<void>((resolve) => {
        const release = (): void => {
          cancel();
          releases.delete(release);
          resolve();
        };
        const cancel = schedule(ms, release);
        releases.add(release);
      });
    },
    stop() {
      stopped = true;
      for (const release of [...releases]) release();
    },
  };
};
