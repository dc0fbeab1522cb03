import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { makeManualClock } from '../clock.ts';
import { makeMemoryLog } from '../log.ts';
import { createCounters, runPipeline } from '../pipeline.ts';
import type { Camera } from './frame.ts';
import { maskedCamera } from './masks.ts';
import { makeRandom } from './replay/random.ts';
import { restartingCamera } from './restarting-camera.ts';
import { impatientCamera } from './watchdog.ts';
import { makeZone } from './zone.ts';

const corners = [
  [0.1, 0.1],
  [0.9, 0.1],
  [0.5, 0.9],
] as const;

const frames = 18_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const held = async (): Promise<number> => {
  // What a collection finds is let go beside it, and counted at the next.
  for (let turn = 0; turn < 3; turn++) {
    collectGarbage();
    await setImmediate();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

it('holds no more after half an hour without a face than after a quarter', async () => {
  const clock = makeManualClock();
  const random = makeRandom(1);
  const heldBytes: number[] = [];
  // Ten frames a second; every 50th has something in it that is no face.
  const live: Camera = {
    async *frames() {
      for (let index = 0; index < frames; index++) {
        const data = new Uint8Array((64 * 36 * 3) / 2).fill(100 + random.between(0, 3));
        if (index % 50 === 0) data.fill(220, 0, 600);
        if (index === frames / 2 || index === frames - 1) heldBytes.push(await held());
        yield { index, width: 64, height: 36, data, capturedAt: 100 * index, monotonicMs: 100 * index };
      }
      stop.abort();
    },
  };
  const stop = new AbortController();
  const log = makeMemoryLog();
  const counters = createCounters();
  const camera = restartingCamera(impatientCamera(live, clock), {
    kind: 'ffmpeg',
    clock,
    log,
    random: () => 0,
  });
  await runPipeline(
    {
      camera: maskedCamera(camera, [corners]),
      zone: makeZone(corners),
      finder: { detect: async () => [], confirm: async () => ({ score: 0 }), close: async () => {} },
      outbox: { add: async () => 0 },
      log,
      doorTime: { bootId: '0c9f1b5e-3a7d-4e21-8b6c-2f1d3e4a5b6c', clockState: () => 'synced' },
      newPassageId: () => '01932f6e-8f2a-7c31-9d4e-5a6b7c8d9e0f',
      counters,
    },
    stop.signal,
  );
  expect(counters).toMatchObject({ frames, passages: 0, failedFrames: 0 });
  expect(counters.searchedFrames).toBeLessThan(frames / 10);
  const [early = 0, late = Number.POSITIVE_INFINITY] = heldBytes;
  expect(late - early).toBeLessThan(1_500_000);
  expect(log.lines.map(({ event }) => event)).toEqual(['camera.started', 'camera.ended']);
});
