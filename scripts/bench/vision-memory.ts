import type { Figure, Measurement } from './figures.ts';
import { runChild } from './vision-child.ts';
import type { WorkerRunInput, WorkerRunOutput } from './vision-run-worker.ts';

const marks = { firstMark: 1000, lastMark: 20_000 } as const;
const file = new URL('./vision-run-worker.ts', import.meta.url);

/**
 * Resident memory of a process after its face finder has looked at 20,000 frames, less that after 1,000; every 25th frame a crop
 * is confirmed too. Each is the median of nine readings. Once on the runtime that the door would choose and once, at half the
 * size to save time, on WebAssembly; both processes at the same time.
 */
export const visionMemory: Measurement = {
  figures: [
    'vision.rss.growth_mb',
    'vision.rss.wasm.growth_mb',
    'vision.tensors.growth',
    'vision.tensors.wasm.growth',
  ],
  async measure(report: (figure: Figure) => void): Promise<void> {
    const run = (input: Pick<WorkerRunInput, 'runtime' | 'detectionSide'>) =>
      runChild<WorkerRunOutput>(file, { ...input, ...marks } satisfies WorkerRunInput);
    const [chosen, wasm] = await Promise.all([
      run({ runtime: 'auto', detectionSide: 256 }),
      run({ runtime: 'wasm', detectionSide: 128 }),
    ]);
    const tellGrowth = (name: string, [before, after]: readonly [number, number], unit: string) =>
      report({ name, value: Math.round((after - before) * 10) / 10, unit });
    tellGrowth('vision.rss.growth_mb', chosen.rssMegabytes, 'MB');
    tellGrowth('vision.rss.wasm.growth_mb', wasm.rssMegabytes, 'MB');
    tellGrowth('vision.tensors.growth', chosen.tensors, `tensors, from ${chosen.tensors[0]}`);
    tellGrowth('vision.tensors.wasm.growth', wasm.tensors, `tensors, from ${wasm.tensors[0]}`);
  },
};
