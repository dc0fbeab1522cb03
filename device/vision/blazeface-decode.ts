import { suppressNonMaxima } from './box.ts';
import type { Face } from './face.ts';

/** Both sides of the network's input are multiples of this; smaller pictures are padded with black. */
const inputStep = 32;
/** Faces that overlap a better one by more are the same face. */
const maxOverlap = 0.3;
/** Numbers per anchor: centre x and y, width, height, then six keypoints. */
const regressionSize = 16;

/** The two output grids of the back-camera model: pixels per cell, and anchors (all centred) per cell. */
const grids = [
  { stride: 16, anchors: 2 },
  { stride: 32, anchors: 6 },
] as const;

/** Raw output of the heads, row by row, anchors innermost: the finer grid first. */
export type HeadOutputs = {
  readonly scores: readonly [fine: Float32Array, coarse: Float32Array];
  readonly boxes: readonly [fine: Float32Array, coarse: Float32Array];
};

/** Side of the network's input that holds a picture's side. */
export const paddedSide = (side: number): number => Math.ceil(side / inputStep) * inputStep;

/** Faces with at least `minScore` from the heads' raw output, best first, in pixels of an input `inputWidth` wide. */
export const decodeFaces = (outputs: HeadOutputs, inputWidth: number, minScore: number): Face[] => {
  const faces = grids.flatMap(({ stride, anchors }, index) =>
    decodeGrid({
      columns: inputWidth / stride,
      stride,
      anchors,
      scores: outputs.scores[index as 0 | 1],
      regressions: outputs.boxes[index as 0 | 1],
      minScore,
    }),
  );
  return suppressNonMaxima(faces, maxOverlap);
};

type Grid = {
  readonly columns: number;
  readonly stride: number;
  readonly anchors: number;
  readonly scores: Float32Array;
  readonly regressions: Float32Array;
  readonly minScore: number;
};

const decodeGrid = ({ columns, stride, anchors, scores, regressions, minScore }: Grid): Face[] => {
  const faces: Face[] = [];
  // The network gives the score before the logistic function; comparing there spares an exp() per anchor.
  const minLogit = Math.log(minScore / (1 - minScore));
  scores.forEach((logit, index) => {
    if (logit < minLogit) return;
    const cell = Math.floor(index / anchors);
    const anchor = { x: ((cell % columns) + 0.5) * stride, y: (Math.floor(cell / columns) + 0.5) * stride };
    const numbers = regressions.subarray(index * regressionSize, (index + 1) * regressionSize);
    const point = (pair: number) => ({
      x: anchor.x + (numbers[2 * pair] ?? 0),
      y: anchor.y + (numbers[2 * pair + 1] ?? 0),
    });
    const centre = point(0);
    const [width = 0, height = 0] = numbers.subarray(2, 4);
    faces.push({
      box: { x: centre.x - width / 2, y: centre.y - height / 2, width, height },
      score: 1 / (1 + Math.exp(-logit)),
      keypoints: {
        rightEye: point(2),
        leftEye: point(3),
        nose: point(4),
        mouth: point(5),
        rightEar: point(6),
        leftEar: point(7),
      },
    });
  });
  return faces;
};
