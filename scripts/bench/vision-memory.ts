import { type Figure, type Measurement, percentile } from './figures.ts';
import { runChild } from './vision-child.ts';
import type { WorkerRunInput, WorkerRunOutput } from './vision-run-worker.ts';

const marks = { firstMark: 1000, lastMark: 20_000 } as const;
const file = new URL('./vision-run-worker.ts', import.meta.url);

/** What a process holds at any moment depends on its collector, so one run alone says little. */
const runs = 5;

/**
 * Resident memory of a process after its face finder has looked at 20,000 frames, less that after 1,000; every 25th frame a crop
 * is confirmed too. Each is the median of nine readings, and the figure the median of five processes on the runtime that the door
 * would choose. Beside them one on WebAssembly at half the size, to save time.
 */
export const visionMemory: Measurement = {
  figures: [
    'vision.rss.growth_mb',
    'vision.rss.growth_most_mb',
    'vision.rss.wasm.growth_mb',
    'vision.tensors.growth',
    'vision.tensors.wasm.growth',
  ],
  async measure(report: (figure: Figure) => void): Promise<void> {
    const run = (input: Pick<WorkerRunInput, 'runtime' | 'detectionSide'>) =>
      runChild<WorkerRunOutput>(file, { ...input, ...marks } satisfies WorkerRunInput);
    const others = run({ runtime: 'wasm', detectionSide: 128 });
    const chosen: WorkerRunOutput[] = [];
    for (let n = 0; n < runs; n += 1) chosen.push(await run({ runtime: 'auto', detectionSide: 256 }));
    const wasm = await others;

    const grown = ([before, after]: readonly [number, number]) => after - before;
    const tell = (name: string, value: number, unit: string) =>
      report({ name, value: Math.round(value * 10) / 10, unit });
    const rss = chosen.map(({ rssMegabytes }) => grown(rssMegabytes));
    tell('vision.rss.growth_mb', percentile(rss, 0.5), 'MB');
    tell('vision.rss.growth_most_mb', Math.max(...rss), 'MB');
    tell('vision.rss.wasm.growth_mb', grown(wasm.rssMegabytes), 'MB');
    const [tensors = 0] = chosen.map((one) => one.tensors[0]);
    tell(
      'vision.tensors.growth',
      Math.max(...chosen.map((one) => grown(one.tensors))),
      `tensors, from ${tensors}`,
    );
    tell('vision.tensors.wasm.growth', grown(wasm.tensors), `tensors, from ${wasm.tensors[0]}`);
  },
};
