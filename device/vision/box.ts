import type { Box, Face, Point } from './face.ts';

/** Shared area of two boxes divided by the area of their union: 0 apart, 1 the same. */
export const intersectionOverUnion = (a: Box, b: Box): number => {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
};

/** The box with `margin` × its own width added left and right, and `margin` × its height above and below. */
export const growBox = (box: Box, margin: number): Box => ({
  x: box.x - margin * box.width,
  y: box.y - margin * box.height,
  width: box.width * (1 + 2 * margin),
  height: box.height * (1 + 2 * margin),
});

/** The part of a box, in whole pixels, that lies inside a picture; at least one pixel each way. */
export const clampBox = (box: Box, picture: { readonly width: number; readonly height: number }): Box => {
  const left = Math.min(Math.max(0, Math.floor(box.x)), picture.width - 1);
  const top = Math.min(Math.max(0, Math.floor(box.y)), picture.height - 1);
  const right = Math.max(left + 1, Math.min(picture.width, Math.ceil(box.x + box.width)));
  const bottom = Math.max(top + 1, Math.min(picture.height, Math.ceil(box.y + box.height)));
  return { x: left, y: top, width: right - left, height: bottom - top };
};

/** Greedy non-maximum suppression: best score first, dropping what overlaps a better face by more than `maxOverlap`. */
export const suppressNonMaxima = (faces: readonly Face[], maxOverlap: number): Face[] => {
  const kept: Face[] = [];
  for (const face of [...faces].sort((a, b) => b.score - a.score)) {
    if (kept.every((better) => intersectionOverUnion(better.box, face.box) <= maxOverlap)) kept.push(face);
  }
  return kept;
};

/** A face in the coordinates of a picture that is `factorX` times as wide and `factorY` times as high. */
export const scaleFace = (face: Face, factorX: number, factorY: number): Face => {
  const scale = (point: Point): Point => ({ x: point.x * factorX, y: point.y * factorY });
  const { rightEye, leftEye, nose, mouth, rightEar, leftEar } = face.keypoints;
  return {
    box: {
      x: face.box.x * factorX,
      y: face.box.y * factorY,
      width: face.box.width * factorX,
      height: face.box.height * factorY,
    },
    score: face.score,
    keypoints: {
      rightEye: scale(rightEye),
      leftEye: scale(leftEye),
      nose: scale(nose),
      mouth: scale(mouth),
      rightEar: scale(rightEar),
      leftEar: scale(leftEar),
    },
  };
};
