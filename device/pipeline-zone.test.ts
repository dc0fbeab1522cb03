import { expect, it } from 'vitest';
import { createTestFace, createTestFrame, sharpPattern } from './best-shot/test-frames.ts';
import type { Camera } from './camera/frame.ts';
import { makeZone, type Zone } from './camera/zone.ts';
import { makeMemoryLog } from './log.ts';
import type { NewEntry } from './outbox/outbox.ts';
import { createCounters, runPipeline } from './pipeline.ts';
import type { Face } from './vision/face.ts';

/** The left half of 640 × 360. */
const leftHalf = makeZone([
  [0, 0],
  [0.5, 0],
  [0.5, 1],
  [0, 1],
]);
/** Somebody who walks, for who never moves is a picture on a wall. */
const inside = (index: number) => createTestFace(80 + 5 * index, 180, { width: 70 });
const outside = (index: number) => createTestFace(420 + 5 * index, 180, { width: 90 });

/** Looks at 3 s with something moving on one side of the picture from the first second on, where these people are found. */
const watch = async (
  movingSide: 'left' | 'right',
  people: readonly ((index: number) => Face)[],
  zone?: Zone,
) => {
  const camera: Camera = {
    async *frames() {
      for (let index = 0; index < 30; index++) {
        const moves = (x: number) => index >= 10 && (movingSide === 'left') === x < 320;
        const lumaAt = (x: number, y: number) => (moves(x) ? sharpPattern(x + index, y) : 100);
        yield createTestFrame(lumaAt, { index, atMs: 100 * index });
      }
    },
  };
  const entries: NewEntry[] = [];
  const counters = createCounters();
  await runPipeline(
    {
      camera,
      ...(zone && { zone }),
      finder: {
        detect: async (frame) => (frame.index < 10 ? [] : people.map((faceAt) => faceAt(frame.index))),
        confirm: async () => ({ score: 0.9 }),
        close: async () => {},
      },
      outbox: { add: async (entry) => entries.push(entry) },
      log: makeMemoryLog(),
      doorTime: { bootId: '0c9f1b5e-3a7d-4e21-8b6c-2f1d3e4a5b6c', clockState: () => 'synced' },
      newPassageId: () => '01932f6e-8f2a-7c31-9d4e-5a6b7c8d9e0f',
      counters,
    },
    new AbortController().signal,
  );
  return { entries, counters };
};

it('does not follow a face outside the zone', async () => {
  const { entries, counters } = await watch('left', [inside, outside], leftHalf);
  expect(counters.passages).toBe(1);
  expect(entries.map(({ kind }) => kind)).toEqual(['sighting']);
  expect((await watch('left', [outside], leftHalf)).counters.passages).toBe(0);
  expect((await watch('left', [outside])).counters.passages).toBe(1);
});

it('is not woken by what moves outside the zone', async () => {
  // The very first frame is always searched.
  expect((await watch('right', [outside], leftHalf)).counters.searchedFrames).toBe(1);
  expect((await watch('left', [inside], leftHalf)).counters.searchedFrames).toBeGreaterThan(10);
});
