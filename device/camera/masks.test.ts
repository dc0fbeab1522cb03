import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planesOf } from '../vision/yuv.ts';
import type { Camera, Frame } from './frame.ts';
import { makeMasking, maskedCamera } from './masks.ts';
import { isInside, type Polygon } from './polygon.ts';

const lowerHalf: Polygon = [
  [0, 0.5],
  [1, 0.5],
  [1, 1],
  [0, 1],
];

/** A frame of one colour that is nowhere black. */
const createFrame = (width: number, height: number): Frame => {
  const { v, chromaWidth, chromaHeight } = planesOf(width, height);
  const data = new Uint8Array(v + chromaWidth * chromaHeight).fill(200);
  return { index: 0, width, height, data, capturedAt: 0, monotonicMs: 0 };
};

const masked = (masks: readonly Polygon[], width: number, height: number): Frame => {
  const frame = createFrame(width, height);
  makeMasking(masks)(frame);
  return frame;
};

const pixelAt = ({ width, height, data }: Frame, x: number, y: number) => {
  const { u, v, chromaWidth } = planesOf(width, height);
  const cell = (y >> 1) * chromaWidth + (x >> 1);
  return [data[y * width + x], data[u + cell], data[v + cell]];
};
const black = [0, 128, 128];
const untouched = [200, 200, 200];

describe('a privacy mask', () => {
  it('is black, without a trace of colour, and leaves the rest as it was', () => {
    const frame = masked([lowerHalf], 40, 20);
    expect(pixelAt(frame, 0, 10)).toEqual(black);
    expect(pixelAt(frame, 39, 19)).toEqual(black);
    expect(pixelAt(frame, 0, 7)).toEqual(untouched);
    expect(pixelAt(frame, 39, 0)).toEqual(untouched);
  });

  it('covers the last row and column of a frame with odd sides', () => {
    const frame = masked([lowerHalf], 41, 21);
    expect(pixelAt(frame, 40, 20)).toEqual(black);
    expect(pixelAt(frame, 40, 8)).toEqual(untouched);
    expect(frame.data).toHaveLength(41 * 21 + 2 * 21 * 11);
  });

  it('covers every pixel that it touches, and none that is farther than its neighbour', () => {
    const corner = fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    const [width, height] = [24, 16];
    const parts = [0.01, 0.25, 0.5, 0.75, 0.99];
    const touches = (polygon: Polygon, x: number, y: number): boolean =>
      parts.some((right) =>
        parts.some((down) => isInside(polygon, (x + right) / width, (y + down) / height)),
      );
    fc.assert(
      fc.property(fc.array(corner, { minLength: 3, maxLength: 7 }), (polygon) => {
        const frame = masked([polygon], width, height);
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const isBlack = frame.data[y * width + x] === 0;
            if (touches(polygon, x, y)) expect(pixelAt(frame, x, y)).toEqual(black);
            else if (isBlack) expect(nearest(polygon, x, y, width, height)).toBeLessThan(1.5);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('that crosses itself covers both halves', () => {
    const bowTie: Polygon = [
      [0, 0],
      [1, 1],
      [1, 0],
      [0, 1],
    ];
    const frame = masked([bowTie], 40, 20);
    for (const x of [1, 38]) expect(pixelAt(frame, x, 10)).toEqual(black);
    for (const y of [1, 18]) expect(pixelAt(frame, 20, y)).toEqual(untouched);
  });

  it('is drawn anew for another size', () => {
    const mask = makeMasking([lowerHalf]);
    for (const [width, height] of [
      [40, 20],
      [20, 40],
      [40, 20],
    ] as const) {
      const frame = createFrame(width, height);
      mask(frame);
      expect(pixelAt(frame, 3, height - 1)).toEqual(black);
      expect(pixelAt(frame, 3, 1)).toEqual(untouched);
    }
  });
});

/** Distance in pixels from the middle of a pixel to the polygon's outline. */
const nearest = (polygon: Polygon, x: number, y: number, width: number, height: number): number =>
  Math.min(
    ...polygon.map(([ax, ay], index) => {
      const [bx, by] = polygon[(index + 1) % polygon.length] ?? [ax, ay];
      const [startX, startY] = [ax * width, ay * height];
      const [alongX, alongY] = [bx * width - startX, by * height - startY];
      const length = alongX ** 2 + alongY ** 2;
      const [fromX, fromY] = [x + 0.5 - startX, y + 0.5 - startY];
      const share = length === 0 ? 0 : Math.min(1, Math.max(0, (fromX * alongX + fromY * alongY) / length));
      return Math.hypot(fromX - share * alongX, fromY - share * alongY);
    }),
  );

describe('a masked camera', () => {
  const cameraOf = (frame: Frame): Camera => ({
    async *frames() {
      yield frame;
    },
  });
  const firstOf = async (camera: Camera): Promise<Frame | undefined> => {
    for await (const frame of camera.frames(new AbortController().signal)) return frame;
    return undefined;
  };

  it('masks the picture at full size too', async () => {
    const reduced = { ...createFrame(40, 20), fullSize: async () => createFrame(80, 40) };
    const frame = await firstOf(maskedCamera(cameraOf(reduced), [lowerHalf]));
    const full = await frame?.fullSize?.();
    expect(frame && pixelAt(frame, 20, 15)).toEqual(black);
    expect(full && pixelAt(full, 40, 30)).toEqual(black);
    expect(full && pixelAt(full, 40, 10)).toEqual(untouched);
  });

  it('says so when the picture at full size is no longer kept', async () => {
    const reduced = { ...createFrame(40, 20), fullSize: async () => null };
    const frame = await firstOf(maskedCamera(cameraOf(reduced), [lowerHalf]));
    expect(await frame?.fullSize?.()).toBeNull();
  });

  it('is the camera itself without masks', () => {
    const camera = cameraOf(createFrame(4, 4));
    expect(maskedCamera(camera, [])).toBe(camera);
  });
});
