import fc from 'fast-check';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { maxCropBytes, minCropSidePx } from '#contract/sighting.ts';
import { makeRandom } from '../camera/replay/random.ts';
import type { Box, Face, RgbImage } from '../vision/face.ts';
import { cropBoxOf, cutCrop } from './crop.ts';
import { encodeCrop } from './encode.ts';
import { createTestFace, createTestFrame } from './test-frames.ts';

const frameSize = { width: 1280, height: 720 };
const white = createTestFrame(() => 255, frameSize);

/** Brightness of a crop at a place of the frame. */
const brightnessAt = (crop: RgbImage, cropBox: { x: number; y: number }, x: number, y: number) =>
  crop.data[((y - cropBox.y) * crop.width + (x - cropBox.x)) * 3];

it('leaves at least 0.9 face sizes around a face in the middle of the frame', () => {
  const face = createTestFace(640, 360, { width: 120 }).box;
  const crop = cropBoxOf(face, frameSize);
  expect(face.x - crop.x).toBeGreaterThanOrEqual(0.9 * 120);
  expect(crop.x + crop.width - face.x - face.width).toBeGreaterThanOrEqual(0.9 * 120);
  expect(face.y - crop.y).toBeGreaterThanOrEqual(0.9 * 120);
  expect(crop.y + crop.height - face.y - face.height).toBeGreaterThanOrEqual(0.9 * 120);
});

it.each([
  ['left', 10, 360],
  ['right', 1275, 360],
  ['top', 640, 5],
  ['bottom', 640, 715],
  ['corner', 0, 0],
])('stays within the frame and 80 px or more each side at its %s', (_, x, y) => {
  for (const width of [20, 40, 200]) {
    const crop = cropBoxOf(createTestFace(x, y, { width }).box, frameSize);
    expect(crop.x).toBeGreaterThanOrEqual(0);
    expect(crop.y).toBeGreaterThanOrEqual(0);
    expect(crop.x + crop.width).toBeLessThanOrEqual(frameSize.width);
    expect(crop.y + crop.height).toBeLessThanOrEqual(frameSize.height);
    expect(Math.min(crop.width, crop.height)).toBeGreaterThanOrEqual(minCropSidePx);
  }
});

it('covers the other faces in grey, and nothing of the chosen one', () => {
  const chosen = createTestFace(500, 300, { width: 100 });
  const bigger = createTestFace(630, 300, { width: 150 });
  const cropBox = cropBoxOf(chosen.box, frameSize);
  const crop = cutCrop(white, chosen, [bigger]);
  expect(brightnessAt(crop, cropBox, 630, 300)).toBe(128);
  expect(brightnessAt(crop, cropBox, 560, 230)).toBe(128);
  for (let y = 250; y < 350; y++) {
    for (let x = 450; x < 550; x++) expect(brightnessAt(crop, cropBox, x, y)).toBe(255);
  }
});

it('covers nothing when the other face is outside the crop', () => {
  const chosen = createTestFace(300, 300, { width: 80 });
  const crop = cutCrop(white, chosen, [createTestFace(1000, 300, { width: 80 })]);
  expect(crop.data.every((value) => value === 255)).toBe(true);
});

const noise = (width: number, height: number): RgbImage => {
  const random = makeRandom(7);
  return {
    width,
    height,
    data: Uint8Array.from({ length: width * height * 3 }, () => random.between(0, 256)),
  };
};

it('brings even a noisy picture below the message limit, with sides of 80 px or more', async () => {
  for (const [width, height] of [
    [1280, 720],
    [1280, 82],
  ] as const) {
    const jpeg = await encodeCrop(noise(width, height));
    const { width: encodedWidth, height: encodedHeight, format } = await sharp(jpeg).metadata();
    expect(format).toBe('jpeg');
    expect(jpeg.length).toBeLessThanOrEqual(maxCropBytes);
    expect(Math.min(encodedWidth, encodedHeight)).toBeGreaterThanOrEqual(minCropSidePx);
  }
});

it('keeps the size of a picture that fits, and writes no metadata', async () => {
  const jpeg = await encodeCrop(cutCrop(white, createTestFace(640, 360, { width: 120 }), []));
  const metadata = await sharp(jpeg).metadata();
  expect(metadata).toMatchObject({ width: 360, height: 348 });
  expect([metadata.exif, metadata.icc, metadata.xmp, metadata.iptc]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

it('gives a picture that decodes within the limits, whatever the frame and the boxes', async () => {
  const side = fc.integer({ min: 2, max: 900 }).map((half) => 2 * half);
  const box = fc.record({
    x: fc.double({ min: -500, max: 2500, noNaN: true }),
    y: fc.double({ min: -500, max: 2500, noNaN: true }),
    width: fc.double({ min: 0.5, max: 2500, noNaN: true }),
    height: fc.double({ min: 0.5, max: 2500, noNaN: true }),
  });
  const faceIn = (where: Box): Face => ({ ...createTestFace(0, 0), box: where });
  await fc.assert(
    fc.asyncProperty(
      side,
      side,
      box,
      fc.array(box, { maxLength: 3 }),
      async (width, height, target, others) => {
        const frame = createTestFrame((x, y) => (x * 31 + y * 17) % 256, { width, height });
        const jpeg = await encodeCrop(cutCrop(frame, faceIn(target), others.map(faceIn)));
        const { info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
        expect(jpeg.length).toBeLessThanOrEqual(maxCropBytes);
        expect(Math.min(info.width, info.height)).toBeGreaterThanOrEqual(minCropSidePx);
        // Never enlarged: what is larger than the frame is the padding up to 80 px.
        expect(info.width).toBeLessThanOrEqual(Math.max(width, minCropSidePx));
        expect(info.height).toBeLessThanOrEqual(Math.max(height, minCropSidePx));
      },
    ),
    { numRuns: 25 },
  );
});

it('makes up a frame of less than 80 px with grey beside the picture', () => {
  const tiny = createTestFrame(() => 255, { width: 60, height: 90 });
  const crop = cutCrop(tiny, createTestFace(30, 45, { width: 40 }), []);
  expect(crop).toMatchObject({ width: 80, height: 90 });
  expect(brightnessAt(crop, { x: 0, y: 0 }, 59, 45)).toBe(255);
  expect(brightnessAt(crop, { x: 0, y: 0 }, 60, 45)).toBe(128);
});

it('covers a neighbour who stands half in front, but nothing of the chosen face', () => {
  const chosen = createTestFace(500, 300, { width: 100 });
  const inFront = createTestFace(560, 330, { width: 120 });
  const cropBox = cropBoxOf(chosen.box, frameSize);
  const crop = cutCrop(white, chosen, [inFront]);
  expect(brightnessAt(crop, cropBox, 548, 330)).toBe(255);
  expect(brightnessAt(crop, cropBox, 575, 330)).toBe(128);
});
