import { describe, expect, it } from 'vitest';
import { growBox } from './box.ts';
import { cropRgb } from './crop.ts';
import { downscaleFrame, makeReusedBuffers } from './downscale.ts';
import type { RgbImage } from './face.ts';
import { plainFrame } from './sample-photos.ts';
import { rgbToYuv420 } from './yuv.ts';

/** Left half one colour, right half another. */
const halves = (width: number, height: number, left: readonly number[], right: readonly number[]) => {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const x = Math.floor(at / 3) % width;
    return (x < width / 2 ? left : right)[at % 3] ?? 0;
  });
  return { width, height, data: rgbToYuv420({ width, height, data }) };
};

const pixel = ({ width, data }: RgbImage, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

const expectColour = (actual: readonly number[], expected: readonly number[]) => {
  for (const [index, value] of expected.entries())
    expect(Math.abs((actual[index] ?? -99) - value)).toBeLessThanOrEqual(2);
};

const orange = [230, 120, 40] as const;
const blue = [20, 60, 200] as const;

describe('a frame made smaller', () => {
  it('keeps its shape and its colours', () => {
    const small = downscaleFrame(halves(1280, 720, orange, blue), 256);
    expect([small.width, small.height, small.data.length]).toEqual([256, 144, 256 * 144 * 3]);
    expectColour(pixel(small, 10, 100), orange);
    expectColour(pixel(small, 245, 20), blue);
  });

  it('averages the brightness of what it merges', () => {
    const bright = (at: number) => ((at % 96) + Math.floor(at / 96)) % 3 === 0;
    const striped = Uint8Array.from({ length: 96 * 54 }, (_, at) => (bright(at) ? 220 : 100));
    const grey = { width: 96, height: 54, data: new Uint8Array(96 * 54 * 1.5).fill(128) };
    grey.data.set(striped);
    expect(new Set(downscaleFrame(grey, 32).data)).toEqual(new Set([140]));
  });

  it('is as long for portrait as for landscape, and shows the same', () => {
    const portrait = downscaleFrame(plainFrame(720, 1280, orange), 256);
    expect([portrait.width, portrait.height]).toEqual([144, 256]);
    expectColour(pixel(portrait, 143, 255), orange);
  });

  it.each([
    [300, 258],
    [1920, 1080],
    [426, 240],
    [2000, 120],
  ])('reads no pixel beyond the last of %i × %i', (width, height) => {
    const frame = { width, height, data: new Uint8Array(width * height * 1.5 + width).fill(255) };
    frame.data.fill(60, 0, width * height).fill(128, width * height, width * height * 1.5);
    expect(new Set(downscaleFrame(frame, 256).data)).toEqual(new Set([60]));
  });

  it('keeps its size when it is small already', () => {
    const small = downscaleFrame(plainFrame(200, 112, orange), 256);
    expect([small.width, small.height]).toEqual([200, 112]);
    expectColour(pixel(small, 199, 111), orange);
  });

  it('is the same in memory that held other pictures before, of its own size and of another', () => {
    const buffers = makeReusedBuffers();
    const shown = [
      halves(640, 360, orange, blue),
      halves(640, 360, blue, orange),
      plainFrame(360, 640, blue),
      plainFrame(640, 360, orange),
    ];
    const memory = new Set<ArrayBufferLike>();
    for (const frame of shown) {
      const picture = downscaleFrame(frame, 256, buffers);
      expect(picture).toEqual(downscaleFrame(frame, 256));
      memory.add(picture.data.buffer);
      buffers.giveBack(picture.data.buffer as ArrayBuffer);
    }
    expect(memory.size).toBe(1);
  });

  it('does not share its memory before that is given back', () => {
    const buffers = makeReusedBuffers();
    const first = downscaleFrame(plainFrame(640, 360, orange), 256, buffers);
    downscaleFrame(plainFrame(640, 360, blue), 256, buffers);
    expectColour(pixel(first, 100, 100), orange);
  });

  it('reads frames of odd size', () => {
    expectColour(pixel(downscaleFrame(plainFrame(333, 187, blue), 256), 255, 143), blue);
  });
});

describe('a crop of a frame', () => {
  it('shows the part inside the box at full resolution', () => {
    const crop = cropRgb(halves(640, 360, orange, blue), { x: 310, y: 100, width: 20, height: 10 });
    expect([crop.width, crop.height]).toEqual([20, 10]);
    expectColour(pixel(crop, 9, 5), orange);
    expectColour(pixel(crop, 10, 5), blue);
  });

  it('leaves away what reaches over the edge', () => {
    const frame = halves(640, 360, orange, blue);
    const corner = cropRgb(frame, growBox({ x: 600, y: 330, width: 30, height: 30 }, 1));
    expect([corner.width, corner.height]).toEqual([70, 60]);
    expectColour(pixel(corner, 69, 59), blue);
    const start = cropRgb(frame, { x: -15.5, y: -4, width: 30, height: 30 });
    expect([start.width, start.height]).toEqual([15, 26]);
  });
});
