import { describe, expect, it } from 'vitest';
import type { LumaImage } from '../vision/luma.ts';
import { detectMotion } from '../vision/motion.ts';
import { makeZone } from './zone.ts';

const leftHalf = makeZone([
  [0, 0],
  [0.5, 0],
  [0.5, 1],
  [0, 1],
]);
const frame = { width: 200, height: 100 };

/** A luma picture that is brighter where `isBright` says so. */
const picture = (isBright: (x: number) => boolean): LumaImage => ({
  width: 20,
  height: 10,
  data: Uint8Array.from({ length: 200 }, (_, at) => (isBright(at % 20) ? 180 : 60)),
});

describe('a detection zone', () => {
  it('holds a face by its middle', () => {
    expect(leftHalf.holds({ x: 60, y: 10, width: 60, height: 60 }, frame)).toBe(true);
    expect(leftHalf.holds({ x: 80, y: 10, width: 60, height: 60 }, frame)).toBe(false);
  });

  it('that is the whole picture holds a face whose middle is beyond the edge', () => {
    const wideOpen = makeZone([
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ]);
    for (const x of [-40, 170]) expect(wideOpen.holds({ x, y: 80, width: 60, height: 60 }, frame)).toBe(true);
    expect(leftHalf.holds({ x: 170, y: 80, width: 60, height: 60 }, frame)).toBe(false);
  });

  it('sees motion inside and none outside', () => {
    const { background } = detectMotion(undefined, leftHalf.pick(picture(() => false)));
    const outside = detectMotion(background, leftHalf.pick(picture((x) => x >= 10)));
    const inside = detectMotion(background, leftHalf.pick(picture((x) => x >= 4 && x < 8)));
    expect(outside).toMatchObject({ moved: false, share: 0 });
    expect(inside).toMatchObject({ moved: true, share: 0.4 });
  });

  it('looks at the whole picture when it is smaller than a pixel of it', () => {
    const tiny = makeZone([
      [0.5, 0.5],
      [0.501, 0.5],
      [0.5, 0.501],
    ]);
    expect(tiny.pick(picture(() => false)).data).toHaveLength(200);
  });

  it('follows a change of the picture’s size', () => {
    expect(leftHalf.pick(picture(() => false)).data).toHaveLength(100);
    expect(leftHalf.pick({ width: 4, height: 2, data: new Uint8Array(8) }).data).toHaveLength(4);
  });
});
