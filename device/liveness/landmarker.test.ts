import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { samplePerson } from '../camera/replay/sample-people.ts';
import { makeMemoryLog } from '../log.ts';
import { clampBox, growBox } from '../vision/box.ts';
import { makeLandmarker } from './landmarker.ts';
import type { Landmarker } from './liveness-check.ts';
import { makeLivenessPolicy, noLiveness } from './liveness-policy.ts';

let landmarker: Landmarker;
beforeAll(async () => {
  landmarker = await makeLandmarker();
});
afterAll(() => landmarker.close());

it('finds 68 points in a real face, the nose and the eyes where they are', async () => {
  const { photoPath, box, keypoints } = samplePerson('s5-1');
  const { x: left, y: top, width, height } = clampBox(growBox(box, 0.15), { width: 4000, height: 4000 });
  const data = await sharp(photoPath).extract({ left, top, width, height }).removeAlpha().raw().toBuffer();
  const shape = await landmarker.find({ width, height, data: Uint8Array.from(data) });
  expect(shape).toHaveLength(68);
  const distanceTo = (index: number, point: { x: number; y: number }) =>
    Math.hypot((shape[index]?.x ?? 0) + left - point.x, (shape[index]?.y ?? 0) + top - point.y) / box.width;
  // Points 30, 36 and 45 are the tip of the nose and the outer corners of the eyes.
  expect(distanceTo(30, keypoints.nose)).toBeLessThan(0.12);
  expect(distanceTo(36, keypoints.rightEye)).toBeLessThan(0.2);
  expect(distanceTo(45, keypoints.leftEye)).toBeLessThan(0.2);
});

it('is not loaded by a door that has liveness off', async () => {
  expect(await makeLivenessPolicy('off', makeMemoryLog())).toBe(noLiveness);
  expect(await noLiveness.check.judge('anyone')).toBeNull();
});

it('refuses only where that is set', async () => {
  const [marking, refusing] = await Promise.all([
    makeLivenessPolicy('mark', makeMemoryLog()),
    makeLivenessPolicy('refuse', makeMemoryLog()),
  ]);
  expect([marking.refuses, refusing.refuses]).toEqual([false, true]);
  await Promise.all([marking.check.close(), refusing.check.close()]);
});
