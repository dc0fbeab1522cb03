import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import sharp from 'sharp';
import { v7 as newPassageId } from 'uuid';
import { FileConfig } from '../../device/camera/config.ts';
import { makeDoorCamera } from '../../device/camera/make-camera.ts';
import { systemClock as clock, readBootId, readClockState } from '../../device/clock.ts';
import { makeLog } from '../../device/log.ts';
import { nodeDisk as disk } from '../../device/outbox/disk.ts';
import { openFileOutbox } from '../../device/outbox/file-outbox.ts';
import { createCounters, runPipeline } from '../../device/pipeline.ts';
import { makeFaceFinder } from '../../device/vision/face-finder.ts';
import { letterboxedFrame, samplePhotos } from '../../device/vision/sample-photos.ts';
import { childInput, processorSeconds, report } from './vision-child.ts';

export type PipelineRunInput = { readonly film: string; readonly realtime: boolean };
export type PipelineRunOutput = {
  readonly processorSeconds: number;
  readonly frames: number;
  readonly searchedFrames: number;
  /** 99th percentile of the time between two runs of a timer set to one millisecond. */
  readonly eventLoopMs: number;
};

// As the agent does.
sharp.cache(false);
sharp.concurrency(1);

const { film, realtime } = childInput<PipelineRunInput>();
const folder = await mkdtemp(path.join(tmpdir(), 'rollcall-bench-outbox-'));
const log = makeLog({ level: 'error' });
const outbox = await openFileOutbox({ folder, maxBytes: 256e6, disk, clock, log });
const finder = await makeFaceFinder({ runtime: 'auto' }, { log });
await finder.detect(await letterboxedFrame(samplePhotos[0] ?? ''));
const camera = makeDoorCamera(FileConfig.parse({ kind: 'file', path: film, realtime }), [], {
  clock,
  log,
  random: Math.random,
});
const counters = createCounters();

const delay = monitorEventLoopDelay({ resolution: 1 });
const before = processorSeconds();
delay.enable();
await runPipeline(
  {
    camera,
    finder,
    outbox,
    log,
    doorTime: { bootId: readBootId(), clockState: readClockState },
    newPassageId,
    counters,
  },
  new AbortController().signal,
);
delay.disable();
const seconds = processorSeconds() - before;
await rm(folder, { recursive: true });
report({
  processorSeconds: seconds,
  frames: counters.frames,
  searchedFrames: counters.searchedFrames,
  eventLoopMs: delay.percentile(99) / 1e6,
} satisfies PipelineRunOutput);
