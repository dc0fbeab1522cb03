import type { Detector, DetectorName } from './detector.ts';
import type { Face, Point } from './face.ts';
import { withTensor } from './picture-tensor.ts';
import { scoreFloors } from './score-floors.ts';
import { packageFiles, type Tensorflow } from './tensorflow.ts';

/** face-api's own default for the square that TinyFaceDetector looks at. */
const tinyInputSide = 416;
/** face-api does not report weaker finds. */
const minScore = 0.1;

/**
 * TinyFaceDetector is less sure of itself than BlazeFace. On labelled photographs its faces begin where BlazeFace's do at these
 * pairs of scores: continue, start, publish. SSD's scores need no change.
 */
const tinyScale: readonly (readonly [own: number, common: number])[] = [
  [0, 0],
  [0.3, scoreFloors.continue],
  [0.5, scoreFloors.start],
  [0.6, scoreFloors.publish],
  [1, 1],
];

/**
 * Loads face-api's TinyFaceDetector or SSD MobileNet v1, and its small landmark network, which gives the keypoints at some
 * milliseconds a face. The ears are the ends of the jaw line.
 */
export const loadFaceApiDetector = async (
  { tf, faceapi }: Tensorflow,
  name: Exclude<DetectorName, 'blazeface'>,
): Promise<Detector> => {
  const models = packageFiles('@vladmandic/face-api', 'model');
  const isTiny = name === 'face-api';
  await (isTiny ? faceapi.nets.tinyFaceDetector : faceapi.nets.ssdMobilenetv1).loadFromDisk(models);
  await faceapi.nets.faceLandmark68TinyNet.loadFromDisk(models);
  const options = isTiny
    ? new faceapi.TinyFaceDetectorOptions({ inputSize: tinyInputSide, scoreThreshold: minScore })
    : new faceapi.SsdMobilenetv1Options({ minConfidence: minScore });
  const scoreOf = isTiny ? onCommonScale : (score: number) => score;
  return {
    detect: async (picture, floor) => {
      const found = await withTensor(
        tf,
        picture,
        async (input) => await faceapi.detectAllFaces(input, options).withFaceLandmarks(true),
      );
      return found
        .map(({ detection: { box, score }, landmarks }): Face => {
          const { x, y, width, height } = box;
          const keypoints = keypointsOf(landmarks.positions);
          return { box: { x, y, width, height }, score: scoreOf(score), keypoints };
        })
        .filter(({ score }) => score >= floor)
        .sort((a, b) => b.score - a.score);
    },
  };
};

/** Linear between the pairs of `tinyScale`. */
const onCommonScale = (score: number): number => {
  const above = Math.max(
    1,
    tinyScale.findIndex(([own]) => own >= score),
  );
  const [ownLow, low] = tinyScale[above - 1] ?? [0, 0];
  const [ownHigh, high] = tinyScale[above] ?? [1, 1];
  return low + ((score - ownLow) / (ownHigh - ownLow)) * (high - low);
};

/** Numbering of the 68 landmarks: Sagonas et al., "300 Faces in-the-Wild", 2013. */
const keypointsOf = (landmarks: readonly Point[]): Face['keypoints'] => ({
  rightEye: centre(landmarks.slice(36, 42)),
  leftEye: centre(landmarks.slice(42, 48)),
  nose: centre(landmarks.slice(30, 31)),
  mouth: centre(landmarks.slice(48, 68)),
  rightEar: centre(landmarks.slice(0, 1)),
  leftEar: centre(landmarks.slice(16, 17)),
});

const centre = (points: readonly Point[]): Point => ({
  x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
  y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
});
