import type { Clock } from '../clock.ts';
import type { Stage } from '../pipeline.ts';

/** The pipeline's stages and those that are measured around it: waiting for a frame, the second model, the JPEG. */
export type MeasuredStage = Stage | 'decode' | 'confirm' | 'encode';

/** What a stage took: how often it ran, in all, and the times that all but 1 in 20 stayed below. Milliseconds. */
export type StageTime = {
  readonly stage: MeasuredStage;
  readonly count: number;
  readonly totalMs: number;
  readonly p95Ms: number;
};

const order: readonly MeasuredStage[] = ['decode', 'motion', 'detect', 'track', 'judge', 'confirm', 'encode'];

/** Makes a stopwatch with one dial per stage. */
export const makeStopwatch = (clock: Pick<Clock, 'monotonicMs'>) => {
  const dials = new Map<MeasuredStage, number[]>();
  let spentMs = 0;

  const add = (stage: MeasuredStage, ms: number): void => {
    spentMs += ms;
    const dial = dials.get(stage);
    if (dial) dial.push(ms);
    else dials.set(stage, [ms]);
  };

  return {
    add,
    /**
     * Does the work and counts its time, also that of a promise until it is settled; less what other stages took meanwhile, as one
     * thing is done after the other.
     */
    time: <Result>(stage: MeasuredStage, work: () => Result): Result => {
      const startedMs = clock.monotonicMs();
      const spentBeforeMs = spentMs;
      const stop = () => add(stage, clock.monotonicMs() - startedMs - (spentMs - spentBeforeMs));
      const result = work();
      if (!(result instanceof Promise)) {
        stop();
        return result;
      }
      // The promise that is handed out reports the failure; this one only watches.
      result.then(stop, stop);
      return result;
    },
    times: (): readonly StageTime[] =>
      order.flatMap((stage) => {
        const sorted = (dials.get(stage) ?? []).toSorted((a, b) => a - b);
        if (sorted.length === 0) return [];
        return {
          stage,
          count: sorted.length,
          totalMs: sorted.reduce((sum, ms) => sum + ms, 0),
          p95Ms: sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0,
        };
      }),
  };
};
export type Stopwatch = ReturnType<typeof makeStopwatch>;
