import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeRandom } from '../camera/replay/random.ts';
import { symmetricEigenvalues } from './eigenvalues.ts';
import { judgeMovement, measureMovement, type Shape } from './movement.ts';

type Point3 = { readonly x: number; readonly y: number; readonly z: number };

/** Points of a face as large as a head; `depth` 1 is a head's relief, 0 a picture of it. */
const pointsOf = (seed: number, depth: number): readonly Point3[] => {
  const random = makeRandom(seed);
  return Array.from({ length: 68 }, () => {
    const [x, y] = [random.between(-0.5, 0.5), random.between(-0.6, 0.6)];
    return { x, y, z: depth * 0.6 * Math.sqrt(Math.max(0, 1 - (x / 0.6) ** 2 - (y / 0.75) ** 2)) };
  });
};

type View = { readonly yaw: number; readonly pitch: number; readonly roll: number; readonly size: number };

/** The points seen by a far camera, in pixels. */
const project = (points: readonly Point3[], { yaw, pitch, roll, size }: View): Shape =>
  points.map(({ x, y, z }) => {
    const across = x * Math.cos(yaw) + z * Math.sin(yaw);
    const towards = -x * Math.sin(yaw) + z * Math.cos(yaw);
    const down = y * Math.cos(pitch) - towards * Math.sin(pitch);
    return {
      x: 500 + size * (across * Math.cos(roll) - down * Math.sin(roll)),
      y: 300 + size * (across * Math.sin(roll) + down * Math.cos(roll)),
    };
  });

const jitter = (shape: Shape, pixels: number, seed: number): Shape => {
  const random = makeRandom(seed);
  return shape.map(({ x, y }) => ({
    x: x + random.between(-pixels, pixels),
    y: y + random.between(-pixels, pixels),
  }));
};

/** Eight sights, turning by up to `degrees` to either side while coming nearer. */
const sights = (depth: number, degrees: number, seed = 1): readonly Shape[] =>
  Array.from({ length: 8 }, (_, n) => {
    const swing = Math.sin((2 * Math.PI * n) / 8);
    const turn = (degrees * Math.PI) / 180;
    const view = { yaw: swing * turn, pitch: 0.3 * swing * turn, roll: 0.05 * n, size: 100 + 10 * n };
    return jitter(project(pointsOf(seed, depth), view), 0.5, 100 * seed + n);
  });

const judge = (shapes: readonly Shape[]) => {
  const movement = measureMovement(shapes);
  return movement && judgeMovement(movement);
};

describe('judgeMovement', () => {
  it('takes a head that turns for one', () => {
    const verdict = judge(sights(1, 15));
    expect(verdict?.suspicious).toBe(false);
    expect(verdict?.score).toBeGreaterThan(0.6);
  });

  it('suspects a picture that is tilted', () => {
    const verdict = judge(sights(0, 35));
    expect(verdict?.suspicious).toBe(true);
    expect(verdict?.score).toBeLessThan(0.4);
  });

  it('cannot tell a picture that is only carried and rolled from a person who walks straight up', () => {
    expect(judge(sights(0, 0))).toEqual({ score: 0.5, suspicious: false });
    expect(judge(sights(1, 0))).toEqual({ score: 0.5, suspicious: false });
  });

  it('says nothing of fewer than five sights', () => {
    expect(judge(sights(1, 20).slice(0, 4))).toBeNull();
    expect(judge([])).toBeNull();
  });

  it('says the same of any place, size and roll of the same movement', () => {
    const movement = measureMovement(sights(1, 20));
    const elsewhere = sights(1, 20).map((shape) =>
      shape.map(({ x, y }) => ({ x: 40 - 3 * y, y: 7 + 3 * x })),
    );
    expect(measureMovement(elsewhere)?.depth).toBeCloseTo(movement?.depth ?? 0, 6);
    expect(measureMovement(elsewhere)?.squeeze).toBeCloseTo(movement?.squeeze ?? 0, 6);
  });

  it('survives shapes that are one point, or none', () => {
    const point: Shape = Array(68).fill({ x: 3, y: 3 });
    expect(judge(Array(6).fill(point))).toEqual({ score: 0.5, suspicious: false });
    expect(judge(Array(6).fill([]))).toEqual({ score: 0.5, suspicious: false });
  });

  it('scores within 0 and 1, and suspects only below the middle', () => {
    const amount = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(amount, amount, (depth, squeeze) => {
        const { score, suspicious } = judgeMovement({ depth, squeeze });
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        expect(suspicious && score > 0.5).toBe(false);
      }),
    );
  });
});

describe('symmetricEigenvalues', () => {
  it('finds known ones, the largest first', () => {
    const values = symmetricEigenvalues([
      [2, -1, 0],
      [-1, 2, -1],
      [0, -1, 2],
    ]);
    for (const [index, known] of [2 + Math.SQRT2, 2, 2 - Math.SQRT2].entries()) {
      expect(values[index]).toBeCloseTo(known, 9);
    }
  });

  it('keeps the trace and the sum of squares of any symmetric matrix', () => {
    const row = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 5, maxLength: 5 }), (square) => {
        const matrix = square.map((values, i) => values.map((value, j) => value + (square[j]?.[i] ?? 0)));
        const values = symmetricEigenvalues(matrix);
        const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
        expect(sum(values)).toBeCloseTo(sum(matrix.map((one, i) => one[i] ?? 0)), 6);
        expect(sum(values.map((one) => one * one))).toBeCloseTo(
          sum(matrix.flat().map((one) => one * one)),
          4,
        );
      }),
    );
  });
});
