import { expect, it } from 'vitest';
import { clampBox, growBox, intersectionOverUnion, scaleFace, suppressNonMaxima } from './box.ts';
import type { Face } from './face.ts';

const face = (x: number, score: number): Face => {
  const centre = { x: x + 50, y: 50 };
  return {
    box: { x, y: 0, width: 100, height: 100 },
    score,
    keypoints: {
      rightEye: centre,
      leftEye: centre,
      nose: centre,
      mouth: centre,
      rightEar: centre,
      leftEar: centre,
    },
  };
};

it('measures overlap from nothing to all', () => {
  const box = { x: 10, y: 10, width: 20, height: 20 };
  expect(intersectionOverUnion(box, box)).toBe(1);
  expect(intersectionOverUnion(box, { ...box, x: 20 })).toBeCloseTo(1 / 3);
  expect(intersectionOverUnion(box, { ...box, y: 30 })).toBe(0);
});

it('keeps the best of faces that overlap and all that stand apart', () => {
  const kept = suppressNonMaxima([face(0, 0.6), face(20, 0.9), face(110, 0.5)], 0.3);
  expect(kept.map((each) => each.score)).toEqual([0.9, 0.5]);
});

it('grows a box on every side and clamps it to whole pixels of the picture', () => {
  const grown = growBox({ x: 10, y: 20, width: 10, height: 20 }, 0.5);
  expect(grown).toEqual({ x: 5, y: 10, width: 20, height: 40 });
  expect(clampBox({ x: -3.5, y: 10.2, width: 20, height: 200 }, { width: 100, height: 50 })).toEqual({
    x: 0,
    y: 10,
    width: 17,
    height: 40,
  });
  expect(clampBox({ x: 500, y: 500, width: 5, height: 5 }, { width: 100, height: 50 })).toEqual({
    x: 99,
    y: 49,
    width: 1,
    height: 1,
  });
});

it('scales box and keypoints together', () => {
  const scaled = scaleFace(face(10, 0.7), 5, 2);
  expect(scaled.box).toEqual({ x: 50, y: 0, width: 500, height: 200 });
  expect(scaled.keypoints.nose).toEqual({ x: 300, y: 100 });
  expect(scaled.score).toBe(0.7);
});
