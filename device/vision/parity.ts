import type { Face } from './face.ts';

/**
 * How far the same network's answers may lie apart on two runtimes, which add up in different orders: in score, and in pixels of
 * the picture for each side of a box. What is measured is a thousandth of it.
 */
export const parityTolerance = { score: 0.001, pixels: 0.05 } as const;

/** What distinguishes two answers, both best first, or undefined when they are the same within the tolerance. */
export const describeDifference = (
  expected: readonly Face[],
  actual: readonly Face[],
): string | undefined => {
  if (expected.length !== actual.length)
    return `it finds ${actual.length} faces instead of ${expected.length}`;
  for (const [index, face] of expected.entries()) {
    const other = actual[index];
    if (!other) continue;
    // Written so that a NaN counts as a difference.
    if (!(Math.abs(face.score - other.score) <= parityTolerance.score)) return 'its scores are wrong';
    const offsets = (['x', 'y', 'width', 'height'] as const).map((side) => face.box[side] - other.box[side]);
    if (!offsets.every((offset) => Math.abs(offset) <= parityTolerance.pixels)) return 'its boxes are wrong';
  }
  return undefined;
};
