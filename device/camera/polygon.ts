import { z } from 'zod';

/** A corner of a polygon: parts of the picture's width and height, 0..1, origin top left. */
const Corner = z.tuple([
  z.number().min(0, 'must be from 0 to 1').max(1, 'must be from 0 to 1'),
  z.number().min(0, 'must be from 0 to 1').max(1, 'must be from 0 to 1'),
]);

/** Whether all corners lie on one line. Their area would not tell: where the sides cross, its parts cancel each other. */
const areOnOneLine = (corners: readonly (readonly [number, number])[]): boolean => {
  const [[x, y] = [0, 0]] = corners;
  return corners.every(([ax, ay]) =>
    corners.every(([bx, by]) => Math.abs((ax - x) * (by - y) - (bx - x) * (ay - y)) < 1e-6),
  );
};

/** A part of the picture as its corners in order; the last is joined to the first. What it winds around at all is inside. */
export const Polygon = z
  .array(Corner)
  .min(3, 'must have at least 3 corners [x, y]')
  .refine((corners) => corners.length < 3 || !areOnOneLine(corners), {
    error: 'must enclose an area: its corners lie on one line',
  });
export type Polygon = readonly (readonly [x: number, y: number])[];

/** One side of a polygon; `a` and `b` are its ends. */
export type Side = { readonly ax: number; readonly ay: number; readonly bx: number; readonly by: number };

/** The sides of a polygon, scaled from parts of the picture to its pixels. */
export const sidesOf = (
  polygon: Polygon,
  { width, height }: { readonly width: number; readonly height: number } = { width: 1, height: 1 },
): readonly Side[] =>
  polygon.map(([x, y], index) => {
    const [nextX, nextY] = polygon[(index + 1) % polygon.length] ?? [x, y];
    return { ax: x * width, ay: y * height, bx: nextX * width, by: nextY * height };
  });

/**
 * Where the sides cross the horizontal line at `y`, from left to right. `turn` is +1 for a side that goes down, -1 for one that
 * goes up: the sum of those to the left of a point is its winding number (Sunday, "Inclusion of a Point in a Polygon", 2001).
 */
export const crossingsAt = (sides: readonly Side[], y: number): readonly { x: number; turn: 1 | -1 }[] =>
  sides
    .filter(({ ay, by }) => ay <= y !== by <= y)
    .map(({ ax, ay, bx, by }) => ({
      x: ax + ((y - ay) / (by - ay)) * (bx - ax),
      turn: by > ay ? (1 as const) : (-1 as const),
    }))
    .sort((a, b) => a.x - b.x);

/** Whether a point lies inside. Both are parts of the picture. */
export const isInside = (polygon: Polygon, x: number, y: number): boolean =>
  crossingsAt(sidesOf(polygon), y).reduce(
    (winding, crossing) => (crossing.x <= x ? winding + crossing.turn : winding),
    0,
  ) !== 0;
