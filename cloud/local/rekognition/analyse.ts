import type { Blazeface } from '../../../device/vision/blazeface.ts';
import type { Face, Point, RgbImage } from '../../../device/vision/face.ts';
import { lumaOfRgb, lumaStatistics, sharpness } from '../../../device/vision/luma.ts';
import type { Tensorflow } from '../../../device/vision/tensorflow.ts';
import {
  descriptorSide,
  descriptorSquare,
  faceAngle,
  facePoints,
  landmarkSide,
  mapPoint,
  squareAround,
} from './alignment.ts';
import type { AnalysedFace } from './face-analysis.ts';
import { findFaces } from './find-faces.ts';
import { type Similarity, warp } from './warp.ts';

/** The landmark network was trained on boxes somewhat larger than BlazeFace's. */
const landmarkMargin = 1.3;

/** Makes the function that finds and describes the largest faces of a picture, at most `limit`. The networks must be loaded. */
export const makeAnalyse = ({ tf, faceapi }: Tensorflow, blazeface: Blazeface) => {
  /** Runs a network on the pixels behind a square of so many pixels a side. */
  const onSquare = async <T>(
    picture: RgbImage,
    square: Similarity,
    side: number,
    network: (input: never) => Promise<T>,
  ): Promise<T> => {
    const input = tf.tensor3d(warp(picture, square, side, side), [side, side, 3]);
    try {
      // face-api's types name a tensor of their own copy of TensorFlow.js; at run time it is this very class.
      return await network(input as never);
    } finally {
      input.dispose();
    }
  };

  const landmarksOf = async (picture: RgbImage, { box, keypoints }: Face): Promise<Point[]> => {
    // The network knows upright heads; one that lies on its shoulder is turned upright first.
    const angle = faceAngle(keypoints.rightEye, keypoints.leftEye, keypoints.mouth);
    const square = squareAround(box, landmarkMargin, landmarkSide, angle);
    const found = await onSquare(picture, square, landmarkSide, (input) =>
      faceapi.nets.faceLandmark68Net.detectLandmarks(input),
    );
    return ([found].flat()[0]?.positions ?? []).map((point) => mapPoint(square, point));
  };

  const descriptorOf = async (picture: RgbImage, square: Similarity): Promise<Float32Array> =>
    (await onSquare(picture, square, descriptorSide, (input) =>
      faceapi.nets.faceRecognitionNet.computeFaceDescriptor(input),
    )) as Float32Array;

  return async (picture: RgbImage, limit: number): Promise<AnalysedFace[]> => {
    const faces: AnalysedFace[] = [];
    for (const face of await findFaces(blazeface, picture, limit)) {
      const points = facePoints(await landmarksOf(picture, face));
      const luma = lumaOfRgb(picture, face.box);
      const { mean, p5, p95 } = lumaStatistics(luma);
      faces.push({
        box: face.box,
        score: face.score,
        points,
        brightness: mean,
        contrast: p95 - p5,
        sharpness: sharpness(luma),
        descriptor: await descriptorOf(picture, descriptorSquare(points)),
      });
    }
    return faces;
  };
};
