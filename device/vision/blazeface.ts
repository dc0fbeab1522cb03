import type { GraphModel, Tensor } from '@tensorflow/tfjs';
import { decodeFaces, type HeadOutputs, paddedSide } from './blazeface-decode.ts';
import { blazefaceHeads, type NetworkNode, readBlazefaceNetwork } from './blazeface-network.ts';
import type { Detector } from './detector.ts';
import type { Face, RgbImage } from './face.ts';
import type { Tf } from './tensorflow.ts';

export interface Blazeface extends Detector {
  detect(picture: RgbImage, minScore: number): Face[];
  dispose(): void;
}

/**
 * Loads BlazeFace (back-camera variant) into TensorFlow.js.
 * Architecture and decoding: Bazarevsky et al., "BlazeFace", 2019. It sees faces from about 12 pixels of the picture up.
 */
export const loadBlazeface = async (tf: Tf): Promise<Blazeface> => {
  const { format, modelTopology, specs, weights } = await readBlazefaceNetwork();
  const model = await tf.loadGraphModel({
    load: async () => ({
      format,
      modelTopology: { ...modelTopology, node: modelTopology.node.map(withFreeSize) },
      weightSpecs: [...specs],
      weightData: weights,
    }),
  });
  return {
    detect: (picture, minScore) => {
      const width = paddedSide(picture.width);
      const height = paddedSide(picture.height);
      const outputs = execute(tf, model, normalise(picture, width, height), width, height);
      return decodeFaces(outputs, width, minScore);
    },
    dispose: () => model.dispose(),
  };
};

/** The file says 256 × 256; the network is convolutional up to its heads and takes any multiple of 32. */
const withFreeSize = (node: NetworkNode): NetworkNode =>
  node.op === 'Placeholder'
    ? {
        ...node,
        attr: { ...node.attr, shape: { shape: { dim: [-1, -1, -1, 3].map((size) => ({ size })) } } },
      }
    : node;

const execute = (
  tf: Tf,
  model: GraphModel,
  pixels: Float32Array,
  width: number,
  height: number,
): HeadOutputs => {
  const input = tf.tensor4d(pixels, [1, height, width, 3]);
  const outputs = model.execute({ input }, [...blazefaceHeads.scores, ...blazefaceHeads.boxes]) as Tensor[];
  const [fineScores, coarseScores, fineBoxes, coarseBoxes] = outputs.map((output) => output.dataSync());
  tf.dispose([input, ...outputs]);
  return {
    scores: [fineScores as Float32Array, coarseScores as Float32Array],
    boxes: [fineBoxes as Float32Array, coarseBoxes as Float32Array],
  };
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
