import { InferenceSession, Tensor } from 'onnxruntime-node';
import { decodeFaces, paddedSide } from './blazeface-decode.ts';
import { blazefacePorts, blazefaceToOnnx } from './blazeface-graph.ts';
import { readBlazefaceNetwork } from './blazeface-network.ts';
import type { Detector } from './detector.ts';
import type { RgbImage } from './face.ts';

/**
 * Loads BlazeFace into ONNX Runtime, on the processor, with so many threads. Importing this module loads the native library,
 * which ends a process whose processor it is not built for: probe it first.
 */
export const loadBlazefaceOnnx = async (threads: number): Promise<Detector> => {
  const session = await InferenceSession.create(blazefaceToOnnx(await readBlazefaceNetwork()), {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });
  const pad = makePad();
  return {
    detect: async (picture, minScore) => {
      const width = paddedSide(picture.width);
      const height = paddedSide(picture.height);
      const rgb = new Tensor('uint8', pad(picture, width, height), [1, height, width, 3]);
      const outputs = await session.run({ [blazefacePorts.input]: rgb });
      const [fineScores, coarseScores, fineBoxes, coarseBoxes] = blazefacePorts.outputs.map(
        (name) => outputs[name]?.data as Float32Array,
      ) as [Float32Array, Float32Array, Float32Array, Float32Array];
      return decodeFaces(
        { scores: [fineScores, coarseScores], boxes: [fineBoxes, coarseBoxes] },
        width,
        minScore,
      );
    },
  };
};

/** The picture with black to its right and below; in the same memory as the one before if both are of a size. */
const makePad = () => {
  let padded = new Uint8Array(0);
  let size = '';
  return (picture: RgbImage, width: number, height: number): Uint8Array => {
    if (picture.width === width && picture.height === height) return picture.data;
    const sizes = `${picture.width} ${picture.height} ${width} ${height}`;
    if (size !== sizes) padded = new Uint8Array(width * height * 3);
    size = sizes;
    const rowLength = picture.width * 3;
    for (let y = 0; y < picture.height; y++)
      padded.set(picture.data.subarray(y * rowLength, (y + 1) * rowLength), y * width * 3);
    return padded;
  };
};
