import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { aborted } from '../unless-stopped.ts';
import type { Camera, Frame } from './frame.ts';

/** A small grey frame. For tests. */
export const createPlainFrame = (index: number): Frame => ({
  index,
  width: 2,
  height: 2,
  data: new Uint8Array(6).fill(128),
  capturedAt: index,
  monotonicMs: index,
});

/** What a played camera does after its frames: says nothing more until it is stopped, ends, or breaks. For tests. */
export type PlayedRun = {
  readonly frames: number;
  /** Time before each frame; none when left out. */
  readonly everyMs?: number;
  readonly ends: 'never' | 'quietly' | Error;
};

/** A camera whose every start plays the next run, the last one again and again. For tests. */
export const makePlayedCamera = (
  clock: Pick<Clock, 'sleep'>,
  ...runs: readonly PlayedRun[]
): Camera & { starts(): number; running(): number } => {
  let starts = 0;
  let running = 0;
  return {
    starts: () => starts,
    running: () => running,
    async *frames(signal) {
      const run = runs[Math.min(starts, runs.length - 1)];
      starts += 1;
      running += 1;
      try {
        for (let index = 0; index < (run?.frames ?? 0); index++) {
          if (run?.everyMs) await clock.sleep(run.everyMs, signal);
          yield createPlainFrame(index);
        }
        if (run?.ends === 'never') await aborted(signal);
        if (run?.ends instanceof Error) throw run.ends;
      } finally {
        running -= 1;
      }
    },
  };
};

/** Lets everything run that needs no time to pass. For tests. */
export const settled = (): Promise<void> => setImmediate();
