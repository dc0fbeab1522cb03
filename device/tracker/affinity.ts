import { intersectionOverUnion } from '../vision/box.ts';
import type { Box, Point } from '../vision/face.ts';

/** Where a face is expected: its last box moved on at constant velocity. `velocity` is pixels per millisecond. */
export const predictBox = (box: Box, velocity: Point, elapsedMs: number): Box => ({
  ...box,
  x: box.x + velocity.x * elapsedMs,
  y: box.y + velocity.y * elapsedMs,
});

const centreDistance = (a: Box, b: Box): number =>
  Math.hypot(a.x + a.width / 2 - b.x - b.width / 2, a.y + a.height / 2 - b.y - b.height / 2);

/** Boxes that overlap this much belong together whatever the gates below say. */
const certainOverlap = 0.15;
/** Farthest jump in face widths, and how much farther for each second without a sight of the face. */
const maxJumpFaceWidths = 0.9;
const maxJumpGrowthPerSecond = 0.7;
const maxSizeRatio = 1.8;

/**
 * How well a found face continues a track: overlap plus a term for near centres, or null when it cannot be the same face.
 * `elapsedMs` is the time since the track was last seen. Gates as measured on door-like clips.
 */
export const affinity = (expected: Box, found: Box, elapsedMs: number): number | null => {
  const overlap = intersectionOverUnion(expected, found);
  const jump = centreDistance(expected, found) / Math.max(1, (expected.width + found.width) / 2);
  if (overlap < certainOverlap) {
    const sizeRatio = Math.max(expected.width / found.width, found.width / expected.width);
    const maxJump = maxJumpFaceWidths + (maxJumpGrowthPerSecond * elapsedMs) / 1000;
    if (jump > maxJump || sizeRatio > maxSizeRatio) return null;
  }
  return overlap + Math.max(0, 0.5 - jump / 2);
};
