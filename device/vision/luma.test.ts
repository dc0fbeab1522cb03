import { expect, it } from 'vitest';
import {
  cropLuma,
  downscaleLuma,
  type LumaImage,
  lumaOfRgb,
  lumaStatistics,
  resizeLuma,
  sharpness,
} from './luma.ts';
import { plainFrame } from './sample-photos.ts';

const pattern = (side: number, value: (x: number, y: number) => number): LumaImage => ({
  width: side,
  height: side,
  data: Uint8Array.from({ length: side * side }, (_, at) => value(at % side, Math.floor(at / side))),
});

it('judges an edge sharper than a gradient, and a plain face as not sharp at all', () => {
  const edge = pattern(64, (x) => (Math.floor(x / 8) % 2 ? 180 : 60));
  const gradient = pattern(64, (x) => 2 * x);
  expect(sharpness(edge)).toBeGreaterThan(500);
  expect(sharpness(gradient)).toBeLessThan(5);
  expect(sharpness(pattern(64, () => 90))).toBe(0);
});

it('judges the same face alike at twice its size', () => {
  const wave = (period: number) => (x: number) => 128 + 100 * Math.sin((2 * Math.PI * x) / period);
  const small = sharpness(pattern(64, wave(16)));
  expect(sharpness(pattern(128, wave(32))) / small).toBeCloseTo(1, 0);
});

it('tells mean and percentiles of brightness', () => {
  const tenths = pattern(10, (_, y) => y * 20);
  expect(lumaStatistics(tenths)).toEqual({ mean: 90, p5: 0, p95: 180 });
});

it('reads the brightness of frames and pictures alike', () => {
  const frame = plainFrame(320, 180, [200, 100, 50]);
  const expected = Math.round(0.299 * 200 + 0.587 * 100 + 0.114 * 50);
  const crop = cropLuma(frame, { x: 300, y: -5, width: 40, height: 20 });
  expect([crop.width, crop.height]).toEqual([20, 15]);
  expect(new Set(crop.data)).toEqual(new Set([expected]));
  expect(new Set(downscaleLuma(frame, 160).data)).toEqual(new Set([expected]));
  const rgb = { width: 2, height: 1, data: Uint8Array.from([200, 100, 50, 0, 0, 0]) };
  expect([...lumaOfRgb(rgb, { x: 0, y: 0, width: 9, height: 9 }).data]).toEqual([expected, 0]);
});

it('enlarges without inventing edges', () => {
  const { data } = resizeLuma({ width: 2, height: 1, data: Uint8Array.from([0, 100]) }, 4, 1);
  expect([...data]).toEqual([0, 25, 75, 100]);
});
