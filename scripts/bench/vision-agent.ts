import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Figure, type Measurement, percentile } from './figures.ts';
import { runChild } from './vision-child.ts';
import { makeFilm } from './vision-film.ts';
import type { ObviousRunInput, ObviousRunOutput } from './vision-run-obvious.ts';
import type { PipelineRunInput, PipelineRunOutput } from './vision-run-pipeline.ts';

const rounds = 5;
/** Half a minute at 5 frames a second, and ten seconds at 10. */
const frames = 150;
const realtimeFrames = 100;

/**
 * Processor time, FFmpeg's included, that the door's pipeline takes for a film, camera to outbox, over that of the obvious one:
 * FFmpeg sends MJPEG, sharp decodes, face-api's TinyFaceDetector looks at every frame. Both see every frame of the same film, as
 * fast as they can; a ratio is that of two runs one after the other. The event loop is that of the pipeline in real time at 10
 * frames a second with people: how long a timer of one millisecond takes.
 */
export const visionAgent: Measurement = {
  figures: ['vision.cpu.busy', 'vision.cpu.idle', 'vision.eventloop.p99_ms'],
  async measure(report: (figure: Figure) => void): Promise<void> {
    const folder = await mkdtemp(path.join(tmpdir(), 'rollcall-bench-film-'));
    try {
      const film = async (name: string, fps: number, count: number, people: boolean): Promise<string> => {
        const file = path.join(folder, `${name}.mp4`);
        await makeFilm(file, { fps, frames: count, people });
        return file;
      };
      const tell = (name: string, values: readonly number[], unit: string) =>
        report({ name, value: Math.round(percentile(values, 0.5) * 1000) / 1000, unit });
      tell('vision.cpu.busy', await ratios(await film('busy', 5, frames, true)), 'ratio');
      tell('vision.cpu.idle', await ratios(await film('idle', 5, frames, false)), 'ratio');
      const live = await film('live', 10, realtimeFrames, true);
      tell('vision.eventloop.p99_ms', await repeat(async () => (await watch(live, true)).eventLoopMs), 'ms');
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

const watch = (film: string, realtime: boolean): Promise<PipelineRunOutput> =>
  runChild(new URL('./vision-run-pipeline.ts', import.meta.url), {
    film,
    realtime,
  } satisfies PipelineRunInput);

const ratios = (film: string): Promise<number[]> =>
  repeat(async () => {
    const ours = await watch(film, false);
    const obvious = await runChild<ObviousRunOutput>(new URL('./vision-run-obvious.ts', import.meta.url), {
      film,
    } satisfies ObviousRunInput);
    if (ours.frames !== frames || obvious.frames !== frames)
      throw new Error(`one saw ${ours.frames}, the other ${obvious.frames} frames of ${frames}`);
    return ours.processorSeconds / obvious.processorSeconds;
  });

const repeat = async (measure: () => Promise<number>): Promise<number[]> => {
  const values: number[] = [];
  for (let round = 0; round < rounds; round++) values.push(await measure());
  return values;
};
