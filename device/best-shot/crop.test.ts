import sharp from 'sharp';
import { expect, it } from 'vitest';
import { maxCropBytes, minCropSidePx } from '#contract/sighting.ts';
import { makeRandom } from '../camera/replay/random.ts';
import type { RgbImage } from '../vision/face.ts';
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
  expect(metadata).toMatchObject({ width: 360, height: 360 });
  expect([metadata.exif, metadata.icc, metadata.xmp, metadata.iptc]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
