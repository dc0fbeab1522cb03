import { intersectionOverUnion } from '../vision/box.ts';
import type { Box, Point } from '../vision/face.ts';

export const centreOf = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 });

/** Distance of the centres, in mean face widths. */
export const jumpBetween = (a: Box, b: Box): number => {
  const [from, to] = [centreOf(a), centreOf(b)];
  return Math.hypot(from.x - to.x, from.y - to.y) / Math.max(1, (a.width + b.width) / 2);
};

/** How many times the larger box is as wide as the smaller one. */
export const sizeRatio = (a: Box, b: Box): number => Math.max(a.width / b.width, b.width / a.width);

/** Nobody keeps a pace that long unseen: what is foreseen slows down with this time constant. */
const paceMs = 1000;

/** Where a face is expected: its last box moved on at a pace that slackens. `velocity` is pixels per millisecond. */
export const predictBox = (box: Box, velocity: Point, elapsedMs: number): Box => {
  const paceLeftMs = paceMs * (1 - Math.exp(-elapsedMs / paceMs));
  return { ...box, x: box.x + velocity.x * paceLeftMs, y: box.y + velocity.y * paceLeftMs };
};

const gates = {
  /** Boxes that overlap this much belong together whatever the other gates say. */
  certainOverlap: 0.15,
  /** Farthest jump in face widths, and how much farther for each second without a sight of the face. */
  maxJump: 0.9,
  maxJumpPerSecond: 1,
  /** The same while it is not known yet how the face moves: a brisk walk past a near camera. */
  maxFirstJumpPerSecond: 8,
  maxSizeRatio: 1.8,
} as const;

/**
 * How well a found face continues a track: overlap plus a term for near centres less one for unlike sizes, or null when it cannot
 * be the same face. `elapsedMs` is the time since the track was last seen; `knowsPace` is false for a track that was seen once.
 * Gates as measured on door-like clips.
 */
export const affinity = (
  expected: Box,
  found: Box,
  elapsedMs: number,
  { knowsPace = true } = {},
): number | null => {
  const overlap = intersectionOverUnion(expected, found);
  const jump = jumpBetween(expected, found);
  const ratio = sizeRatio(expected, found);
  if (overlap < gates.certainOverlap) {
    const perSecond = knowsPace ? gates.maxJumpPerSecond : gates.maxFirstJumpPerSecond;
    if (jump > gates.maxJump + (perSecond * elapsedMs) / 1000 || ratio > gates.maxSizeRatio) return null;
  }
  return overlap + Math.max(0, 0.5 - jump / 2) - 0.3 * Math.log(ratio);
};

/** Who turns away and back is about where they were, and as near. The next person seldom is. */
const placeGates = { maxJump: 0.75, maxSizeRatio: 1.4 } as const;

/**
 * How well a face fits someone who was here some seconds ago and was out of sight since: 0 or more, or null when the place or
 * the size is another one.
 */
export const returnAffinity = (left: Box, found: Box): number | null => {
  const jump = jumpBetween(left, found);
  return jump > placeGates.maxJump || sizeRatio(left, found) > placeGates.maxSizeRatio
    ? null
    : placeGates.maxJump - jump;
};

/** Whether two boxes of one frame show one face: the smaller lies for the most part in the other. */
export const isSameFace = (a: Box, b: Box): boolean => {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 && 2 * width * height > Math.min(a.width * a.height, b.width * b.height);
};
