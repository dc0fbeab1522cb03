import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { GraphModel, io, Tensor } from '@tensorflow/tfjs';
import { suppressNonMaxima } from './box.ts';
import type { Face, RgbImage } from './face.ts';
import { packageFiles, type Tf } from './tensorflow.ts';

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

/** The four heads before their reshape; that reshape would tie the network to 256 × 256. */
const heads = {
  scores: [
    'StatefulPartitionedCall/functional_1/conv2d_33/BiasAdd',
    'StatefulPartitionedCall/functional_1/conv2d_34/BiasAdd',
  ],
  boxes: [
    'StatefulPartitionedCall/functional_1/conv2d_35/BiasAdd',
    'StatefulPartitionedCall/functional_1/conv2d_36/BiasAdd',
  ],
} as const;

export interface Blazeface {
  /** Faces with at least `minScore` (0..1), best first, in pixels of the picture. */
  detect(picture: RgbImage, minScore: number): Face[];
  dispose(): void;
}

/**
 * Loads BlazeFace (back-camera variant) from the weights inside `@vladmandic/human`.
 * Architecture and decoding: Bazarevsky et al., "BlazeFace", 2019. It sees faces from about 12 pixels of the picture up.
 */
export const loadBlazeface = async (tf: Tf): Promise<Blazeface> => {
  const model = await tf.loadGraphModel({
    load: () => readModel(packageFiles('@vladmandic/human', 'models')),
  });
  return {
    detect: (picture, minScore) => {
      const width = roundUp(picture.width);
      const height = roundUp(picture.height);
      const outputs = execute(tf, model, normalise(picture, width, height), width, height);
      const faces = grids.flatMap(({ stride, anchors }, index) =>
        decodeGrid({
          columns: width / stride,
          stride,
          anchors,
          scores: outputs[index] ?? new Float32Array(),
          regressions: outputs[index + grids.length] ?? new Float32Array(),
          minScore,
        }),
      );
      return suppressNonMaxima(faces, maxOverlap);
    },
    dispose: () => model.dispose(),
  };
};

const roundUp = (side: number): number => Math.ceil(side / inputStep) * inputStep;

/** Raw head outputs: both score grids, then both box grids. */
const execute = (tf: Tf, model: GraphModel, pixels: Float32Array, width: number, height: number) => {
  const input = tf.tensor4d(pixels, [1, height, width, 3]);
  const outputs = model.execute({ input }, [...heads.scores, ...heads.boxes]) as Tensor[];
  const values = outputs.map((output) => output.dataSync() as Float32Array);
  tf.dispose([input, ...outputs]);
  return values;
};

/** −1..1 as the network was trained; another range costs recall. The padding is black. */
const normalise = (
  { data, width: pictureWidth, height: pictureHeight }: RgbImage,
  width: number,
  height: number,
) => {
  const pixels = new Float32Array(width * height * 3).fill(-1);
  const rowLength = pictureWidth * 3;
  for (let y = 0; y < pictureHeight; y++) {
    const from = y * rowLength;
    const to = y * width * 3;
    for (let i = 0; i < rowLength; i++) pixels[to + i] = (data[from + i] ?? 0) / 127.5 - 1;
  }
  return pixels;
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

type BlazefaceFile = {
  format: string;
  modelTopology: { node: { op: string; attr: { shape: { shape: object } } }[] };
  weightsManifest: { weights: io.WeightsManifestEntry[] }[];
};

const readModel = async (folder: string): Promise<io.ModelArtifacts> => {
  const file = JSON.parse(await readFile(path.join(folder, 'blazeface.json'), 'utf8')) as BlazefaceFile;
  const weights = await readFile(path.join(folder, 'blazeface.bin'));
  for (const node of file.modelTopology.node) {
    // The file says 256 × 256; the network is convolutional up to its heads and takes any multiple of 32.
    if (node.op === 'Placeholder') node.attr.shape.shape = { dim: [-1, -1, -1, 3].map((size) => ({ size })) };
  }
  return {
    format: file.format,
    modelTopology: file.modelTopology,
    weightSpecs: file.weightsManifest.flatMap((group) => group.weights),
    weightData: Uint8Array.from(weights).buffer,
  };
};
