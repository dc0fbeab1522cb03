import { describe, expect, it } from 'vitest';
import { descriptorDistance, similarityPercent } from './similarity.ts';

describe('similarity in percent', () => {
  // Measured on 5,993 pairs of strangers and 483 of one person: at which distance each threshold must lie.
  it.each([
    [80, 0.6],
    [90, 0.582],
    [95, 0.566],
    [97, 0.554],
    [99, 0.53],
  ])('reaches the customary threshold of %i at its distance', (percent, distance) => {
    expect(Math.abs(similarityPercent(distance) - percent)).toBeLessThan(0.5);
  });

  it('is 100 for what is the same and nothing for what is far apart', () => {
    expect(similarityPercent(0)).toBeCloseTo(100, 6);
    expect(similarityPercent(0.87)).toBeLessThan(0.01);
  });
});

it('measures the distance of descriptors along a straight line', () => {
  expect(descriptorDistance(Float32Array.of(1, 2, 3), Float32Array.of(1, 5, 7))).toBe(5);
});
