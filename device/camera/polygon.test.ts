import { describe, expect, it } from 'vitest';
import { isInside, Polygon } from './polygon.ts';

const problemsOf = (corners: unknown): readonly string[] =>
  Polygon.safeParse(corners).error?.issues.map((issue) => issue.message) ?? [];

const bowTie: Polygon = [
  [0, 0],
  [1, 1],
  [1, 0],
  [0, 1],
];

describe('a polygon in the configuration', () => {
  it('may have any number of corners from three on', () => {
    const triangle = [
      [0, 0],
      [1, 0],
      [0.5, 1],
    ];
    expect(problemsOf(triangle)).toEqual([]);
    expect(problemsOf([...triangle, [0, 0.5]])).toEqual([]);
  });

  it('may cross itself, also when its two halves are equally large', () => {
    expect(problemsOf(bowTie)).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    [
      'two corners',
      [
        [0, 0],
        [1, 1],
      ],
      'must have at least 3 corners [x, y]',
    ],
    [
      'pixels',
      [
        [0, 0],
        [640, 0],
        [0, 1],
      ],
      'must be from 0 to 1',
    ],
    [
      'a line',
      [
        [0, 0],
        [0.5, 0.5],
        [1, 1],
      ],
      'must enclose an area: its corners lie on one line',
    ],
  ])('is refused with a reason when it is %s', (_, corners, reason) => {
    expect(problemsOf(corners)).toEqual([reason]);
  });
});

describe('a point', () => {
  const hook: Polygon = [
    [0.1, 0.1],
    [0.9, 0.1],
    [0.9, 0.9],
    [0.6, 0.9],
    [0.6, 0.4],
    [0.1, 0.4],
  ];
  const crossingItself: Polygon = [
    [0.5, 0],
    [0.8, 1],
    [0, 0.4],
    [1, 0.4],
    [0.2, 1],
  ];

  it.each([
    [0.2, 0.2, true],
    [0.7, 0.8, true],
    [0.3, 0.7, false],
    [0.95, 0.5, false],
    [0.5, 0.05, false],
  ])('at %f, %f is inside a hook: %s', (x, y, inside) => {
    expect(isInside(hook, x, y)).toBe(inside);
    expect(isInside([...hook].reverse(), x, y)).toBe(inside);
  });

  it('is inside both halves of a bow tie', () => {
    expect([0.1, 0.9].map((x) => isInside(bowTie, x, 0.5))).toEqual([true, true]);
    expect([0.1, 0.9].map((y) => isInside(bowTie, 0.5, y))).toEqual([false, false]);
  });

  it('is inside a star also in its middle, which its sides go around twice', () => {
    expect(isInside(crossingItself, 0.5, 0.55)).toBe(true);
  });
});
