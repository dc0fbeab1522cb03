import type { Frame } from '../frame.ts';
import { makeRandom } from './random.ts';
import { vanishingPoint } from './walk.ts';

/** How far the end wall is: its size as a part of the picture. */
const endWall = 0.14;

const brightness = { left: 104, right: 112, floor: 78, ceiling: 138, end: 92 } as const;

/** Luma of the empty corridor at one pixel: four sides that fall into the dark, an end wall with a door. */
const lumaAt = (x: number, y: number, width: number, height: number): number => {
  const across = x / width - vanishingPoint.x;
  const down = y / height - vanishingPoint.y;
  const sideways = Math.abs(across) / (across < 0 ? vanishingPoint.x : 1 - vanishingPoint.x);
  const upright = Math.abs(down) / (down < 0 ? vanishingPoint.y : 1 - vanishingPoint.y);
  const nearness = Math.max(sideways, upright);
  if (nearness < endWall) {
    const isDoor = Math.abs(across) < endWall * 0.2 && down > -endWall * 0.2;
    return isDoor ? brightness.end - 30 : brightness.end;
  }
  const side = sideways > upright ? (across < 0 ? 'left' : 'right') : down < 0 ? 'ceiling' : 'floor';
  // Equal steps in depth are equal steps of one over the nearness.
  const tile = Math.abs(((4 / nearness) % 2) - 1);
  const texture =
    side === 'ceiling' ? (tile > 0.75 ? 34 : 0) : side === 'floor' ? 6 * tile : tile > 0.93 ? -12 : 0;
  return brightness[side] * (0.62 + 0.38 * nearness) + texture * nearness;
};

/** Sensor noise of the empty picture, in steps of luma: below what a motion gate may take for motion. */
const noiseSteps = 2;

/**
 * Paints the empty corridor as planar YUV 4:2:0, `takes` times with different noise,
 * so that a picture of nothing still flickers as a camera's does.
 */
export const paintCorridor = (
  width: number,
  height: number,
  seed: number,
  takes: number,
): Frame['data'][] => {
  const random = makeRandom(seed);
  const clean = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) clean[y * width + x] = lumaAt(x, y, width, height);
  }
  return Array.from({ length: takes }, () => {
    const data = new Uint8Array((width * height * 3) / 2);
    for (let i = 0; i < clean.length; i++) {
      data[i] = Math.round((clean[i] ?? 0) + random.between(-noiseSteps, noiseSteps));
    }
    // Lamp light: a little less blue, a little more red.
    data.fill(122, clean.length, (clean.length * 5) / 4);
    data.fill(132, (clean.length * 5) / 4);
    return data;
  });
};
