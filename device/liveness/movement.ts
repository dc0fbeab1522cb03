import type { Point } from '../vision/face.ts';
import { symmetricEigenvalues } from './eigenvalues.ts';

/** The same landmarks of one face in one frame, always in the same order; in any units. */
export type Shape = readonly Point[];

/** How the landmarks of a face moved against each other over a passage. */
export type Movement = {
  /** How much of the movement needs a third dimension, as a part of the face's size: what a turning nose does against the ears. */
  readonly depth: number;
  /** How much the face was squeezed in one direction, 0 not at all: what turning a picture, and a head, does. */
  readonly squeeze: number;
};

/** With fewer sights of a face there is no telling. */
const minShapes = 5;

/** Chosen on the examples of docs/liveness.md so that hardly anyone who is there is suspected, at the price of what is missed. */
const bounds = {
  /** Less is what the landmark model's unsteadiness makes of a picture that is only carried along. */
  minSqueeze: 0.014,
  /** Depth over squeeze: turned pictures stay below, turned heads above. */
  flatRatio: 1.3,
  /** So much depth tells of a head even where nothing was squeezed: a nod, a word. */
  minDepth: 0.03,
} as const;

/**
 * Judges the movement of a face. A picture, however it is carried and tilted, changes by one affine map per frame; a head that
 * turns does not. So a face that was seen from another side and shows no depth moves like a picture. A face that never turned tells
 * nothing (`score` 0.5): neither does a person who walks straight up, nor a picture held still.
 */
export const judgeMovement = ({ depth, squeeze }: Movement): { score: number; suspicious: boolean } => {
  const isTelling = squeeze >= bounds.minSqueeze || depth >= bounds.minDepth;
  if (!isTelling) return { score: 0.5, suspicious: false };
  const score = depth / (depth + bounds.flatRatio * squeeze);
  return { score: Math.round(score * 100) / 100, suspicious: score < 0.5 };
};

/**
 * Measures the movement in the shapes of one passage; null when there are fewer than five. `depth` is the third singular value of all
 * shapes together over the first: two suffice for anything flat under an affine camera (Tomasi and Kanade, "Shape and motion from
 * image streams under orthography", 1992). `squeeze` is the mean departure of each shape from a similar copy of the mean one.
 */
export const measureMovement = (shapes: readonly Shape[]): Movement | null => {
  if (shapes.length < minShapes) return null;
  const normal = alignAll(shapes.map(normalise));
  const rows = normal.flatMap((shape) => [shape.map(({ x }) => x), shape.map(({ y }) => y)]);
  const products = rows.map((row) => rows.map((other) => dot(row, other)));
  const [first = 0, , third = 0] = symmetricEigenvalues(products);
  const mean = meanShape(normal);
  const squeezes = normal.map((shape) => squeezeBetween(mean, shape));
  return {
    depth: first > 0 ? Math.sqrt(Math.max(0, third) / first) : 0,
    squeeze: Math.sqrt(squeezes.reduce((sum, one) => sum + one * one, 0) / squeezes.length),
  };
};

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

const meanPoint = (points: Shape): Point => ({
  x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
  y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
});

/** The shape around its middle, of size 1: place and distance tell nothing. */
const normalise = (shape: Shape): Shape => {
  const middle = meanPoint(shape);
  const centred = shape.map(({ x, y }) => ({ x: x - middle.x, y: y - middle.y }));
  const size = Math.sqrt(centred.reduce((sum, { x, y }) => sum + x * x + y * y, 0)) || 1;
  return centred.map(({ x, y }) => ({ x: x / size, y: y / size }));
};

/** All shapes turned within the picture to match the first one: a tilted head or phone tells nothing either. */
const alignAll = (shapes: readonly Shape[]): Shape[] => {
  const [first = []] = shapes;
  return shapes.map((shape) => {
    const cosine = sumOver(shape, first, (a, b) => a.x * b.x + a.y * b.y);
    const sine = sumOver(shape, first, (a, b) => a.x * b.y - a.y * b.x);
    const length = Math.hypot(cosine, sine) || 1;
    const [c, s] = [cosine / length, sine / length];
    return shape.map(({ x, y }) => ({ x: c * x - s * y, y: s * x + c * y }));
  });
};

const sumOver = (a: Shape, b: Shape, product: (a: Point, b: Point) => number): number =>
  a.reduce((sum, point, index) => sum + product(point, b[index] ?? { x: 0, y: 0 }), 0);

const meanShape = (shapes: readonly Shape[]): Shape =>
  (shapes[0] ?? []).map((_, index) => meanPoint(shapes.map((shape) => shape[index] ?? { x: 0, y: 0 })));

/**
 * Fits the affine map that leads from one shape to another by least squares, and splits it: the part that is no turn and no
 * change of size, over the part that is.
 */
const squeezeBetween = (from: Shape, to: Shape): number => {
  const xx = sumOver(from, from, (a) => a.x * a.x);
  const xy = sumOver(from, from, (a) => a.x * a.y);
  const yy = sumOver(from, from, (a) => a.y * a.y);
  const determinant = xx * yy - xy * xy || 1;
  const solve = (byX: number, byY: number): readonly [number, number] => [
    (byX * yy - byY * xy) / determinant,
    (byY * xx - byX * xy) / determinant,
  ];
  const [a, b] = solve(
    sumOver(from, to, (p, q) => p.x * q.x),
    sumOver(from, to, (p, q) => p.y * q.x),
  );
  const [c, d] = solve(
    sumOver(from, to, (p, q) => p.x * q.y),
    sumOver(from, to, (p, q) => p.y * q.y),
  );
  return Math.hypot(a - d, b + c) / (Math.hypot(a + d, b - c) || 1);
};
