import type { RgbImage } from './face.ts';
import { withTensor } from './picture-tensor.ts';
import { packageFiles, type Tensorflow } from './tensorflow.ts';

/**
 * TinyFaceDetector shrinks or enlarges the crop to a square of this side. A published crop leaves 0.75–1 face sizes around the face,
 * which puts the face at some 55 pixels of the square: what the network sees best. On labelled faces cropped that way it finds
 * 94–99 % at a score of 0.5; with its default of 416 it finds 68 %, at twice to five times the cost.
 */
const inputSide = 160;
/** face-api does not report weaker finds. */
const minScore = 0.1;

/** Looks for a face in a crop: 0..1, and 0 without a face. Faces score 0.5 and more, pictures without one stay below 0.4. */
export type Confirm = (crop: RgbImage) => Promise<number>;

/** Loads face-api's TinyFaceDetector: a second opinion, by another network, on the crop that is to be published. */
export const loadConfirmer = async ({ tf, faceapi }: Tensorflow): Promise<Confirm> => {
  await faceapi.nets.tinyFaceDetector.loadFromDisk(packageFiles('@vladmandic/face-api', 'model'));
  const options = new faceapi.TinyFaceDetectorOptions({ inputSize: inputSide, scoreThreshold: minScore });
  return async (crop) => {
    const faces = await withTensor(tf, crop, async (input) => await faceapi.detectAllFaces(input, options));
    return Math.max(0, ...faces.map((face) => face.score));
  };
};
