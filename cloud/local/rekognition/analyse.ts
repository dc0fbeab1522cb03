import type { Blazeface } from '../../../device/vision/blazeface.ts';
import { scaleFace } from '../../../device/vision/box.ts';
import type { Box, Face, Point, RgbImage } from '../../../device/vision/face.ts';
import { lumaOfRgb, lumaStatistics, sharpness } from '../../../device/vision/luma.ts';
import type { Tensorflow } from '../../../device/vision/tensorflow.ts';
import {
  descriptorSide,
  descriptorSquare,
  facePoints,
  landmarkSide,
  faceAngle,
  mapPoint,
  squareAround,
} from './alignment.ts';
import type { AnalysedFace } from './face-analysis.ts';
import { type Similarity, warp } from './warp.ts';

/** The longer side at which faces are looked for; the second is tried when the first shows none, for small faces in large pictures. */
const detectionSides = [256, 512] as const;
/** Below this it is not worth a second look. */
const minScore = 0.5;
/** A face is looked at again in a square of this side, cut twice as large as its box: the box gets exact and chance finds fall away. */
const refinementSide = 128;
const minRefinedScore = 0.6;
/** The landmark network was trained on boxes somewhat larger than BlazeFace's. */
const landmarkMargin = 1.3;

/** Makes the function that finds and describes the largest faces of a picture, at most `limit`. The networks must be loaded. */
export const makeAnalyse = (tensorflow: Tensorflow, blazeface: Blazeface) => {
  const { tf, faceapi } = tensorflow;

  const detect = async (picture: RgbImage, limit: number): Promise<readonly Face[]> => {
    for (const side of detectionSides) {
      const small = await shrink(picture, side);
      const found = blazeface
        .detect(small, minScore)
        .map((face) => scaleFace(face, picture.width / small.width, picture.height / small.height))
        .sort(largestFirst);
      const faces: Face[] = [];
      for (const face of found) {
        if (faces.length === limit) break;
        faces.push(...(refine(picture, face) ?? []));
      }
      if (faces.length > 0) return faces.sort(largestFirst);
    }
    return [];
  };

  const refine = (picture: RgbImage, face: Face): Face | undefined => {
    const square = squareAround(face.box, 2, refinementSide);
    const found = blazeface
      .detect(cut(picture, square, refinementSide), minRefinedScore)
      .toSorted((a, b) => offCentre(a.box) - offCentre(b.box))[0];
    if (!found) return undefined;
    const scaled = scaleFace(found, square.a, square.a);
    return { ...scaled, box: { ...scaled.box, x: scaled.box.x + square.x0, y: scaled.box.y + square.y0 } };
  };

  const landmarksOf = async (picture: RgbImage, { box, keypoints }: Face): Promise<Point[]> => {
    const angle = faceAngle(keypoints.rightEye, keypoints.leftEye, keypoints.mouth);
    const square = squareAround(box, landmarkMargin, landmarkSide, angle);
    const input = tf.tensor3d(warp(picture, square, landmarkSide, landmarkSide), [
      landmarkSide,
      landmarkSide,
      3,
    ]);
    try {
      // face-api's types name a tensor of their own copy of TensorFlow.js; at run time it is this very class.
      const landmarks = await faceapi.nets.faceLandmark68Net.detectLandmarks(input as never);
      const [first] = [landmarks].flat();
      return (first?.positions ?? []).map((point) => mapPoint(square, point));
    } finally {
      input.dispose();
    }
  };

  const descriptorOf = async (picture: RgbImage, square: Similarity): Promise<Float32Array> => {
    const pixels = warp(picture, square, descriptorSide, descriptorSide);
    const input = tf.tensor3d(pixels, [descriptorSide, descriptorSide, 3]);
    try {
      return (await faceapi.nets.faceRecognitionNet.computeFaceDescriptor(input as never)) as Float32Array;
    } finally {
      input.dispose();
    }
  };

  return async (picture: RgbImage, limit: number): Promise<AnalysedFace[]> => {
    const faces: AnalysedFace[] = [];
    for (const face of detect(picture).slice(0, limit)) {
      const { box, score } = face;
      const points = facePoints(await landmarksOf(picture, face));
      const luma = lumaOfRgb(picture, box);
      faces.push({
        box,
        score,
        points,
        brightness: lumaStatistics(luma).mean,
        sharpness: sharpness(luma),
        descriptor: await descriptorOf(picture, descriptorSquare(points)),
      });
    }
    return faces;
  };
};

const shrink = (picture: RgbImage, longerSide: number): RgbImage => {
  const scale = Math.max(1, Math.max(picture.width, picture.height) / longerSide);
  const width = Math.round(picture.width / scale);
  const height = Math.round(picture.height / scale);
  return bytes(warp(picture, { a: scale, b: 0, x0: 0, y0: 0 }, width, height), width, height);
};

const cut = (picture: RgbImage, square: Similarity, side: number): RgbImage =>
  bytes(warp(picture, square, side, side), side, side);

const bytes = (pixels: Float32Array, width: number, height: number): RgbImage => ({
  width,
  height,
  // The clamped array rounds; a typed array's own `from` with a function would take 20 ms for this.
  data: new Uint8Array(new Uint8ClampedArray(pixels).buffer),
});

const area = (box: Box): number => box.width * box.height;

const offCentre = (box: Box): number =>
  Math.hypot(box.x + box.width / 2 - refinementSide / 2, box.y + box.height / 2 - refinementSide / 2);
