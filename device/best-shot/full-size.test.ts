import { expect, it } from 'vitest';
import type { Frame } from '../camera/frame.ts';
import { makeMemoryLog } from '../log.ts';
import { makeFullSizes } from './full-size.ts';
import { createTestFrame, sharpPattern } from './test-frames.ts';

const full = createTestFrame(sharpPattern, { width: 1280, height: 720 });

/** A reduced frame whose full-size picture is what `decode` gives. */
const reduced = (decode: () => Promise<Frame | null>, decodes: { count: number } = { count: 0 }): Frame => ({
  ...createTestFrame(sharpPattern, { width: 320, height: 180 }),
  fullSize: () => {
    decodes.count += 1;
    return decode();
  },
});

const makeSizes = () => {
  const log = makeMemoryLog();
  return { log, sizes: makeFullSizes({ log }) };
};

it('takes the full-size picture, decoding it once however many faces are cut from it', async () => {
  const { sizes } = makeSizes();
  const decodes = { count: 0 };
  const frame = reduced(async () => full, decodes);
  expect(await sizes.scaleOf(frame)).toBe(4);
  expect(await sizes.fullSizeOf(frame)).toBe(full);
  expect(await sizes.fullSizeOf(frame)).toBe(full);
  expect(decodes.count).toBe(1);
});

it('knows from the first picture on how much larger they are, and decodes no other to learn it', async () => {
  const { sizes } = makeSizes();
  const decodes = { count: 0 };
  for (let n = 0; n < 20; n++) expect(await sizes.scaleOf(reduced(async () => full, decodes))).toBe(4);
  expect(decodes.count).toBe(1);
});

it('asks nothing of a camera whose frames are full-size', async () => {
  const { sizes } = makeSizes();
  expect(await sizes.scaleOf(full)).toBe(1);
  expect(await sizes.fullSizeOf(full)).toBe(full);
});

it('makes do with the reduced frame when the picture is no longer kept', async () => {
  const { sizes, log } = makeSizes();
  const frame = reduced(async () => null);
  expect(await sizes.fullSizeOf(frame)).toBe(frame);
  expect(log.lines).toEqual([]);
});

it.each<[string, () => Promise<Frame | null>]>([
  ['cannot be decoded', () => Promise.reject(new Error('premature end of JPEG'))],
  ['ends too soon', async () => ({ ...full, data: full.data.subarray(0, 5000) })],
  ['has another shape', async () => createTestFrame(sharpPattern, { width: 1280, height: 960 })],
  ['is smaller', async () => createTestFrame(sharpPattern, { width: 160, height: 90 })],
  ['has no size', async () => ({ ...full, width: 0, height: 0 })],
])('makes do with the reduced frame when the picture %s, and says so', async (_, decode) => {
  const { sizes, log } = makeSizes();
  const frame = reduced(decode);
  expect(await sizes.fullSizeOf(frame)).toBe(frame);
  expect(await sizes.scaleOf(frame)).toBe(1);
  expect(log.lines).toMatchObject([{ event: 'camera.full_size_failed' }]);
});

it('does not go on asking a camera that never has one', async () => {
  const { sizes } = makeSizes();
  const decodes = { count: 0 };
  for (let n = 0; n < 50; n++) await sizes.scaleOf(reduced(async () => null, decodes));
  expect(decodes.count).toBe(10);
});
