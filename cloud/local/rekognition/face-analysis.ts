import type { Box, RgbImage } from '../../../device/vision/face.ts';
import type { FacePoints } from './alignment.ts';

/** Descriptors of another model cannot be compared: to be changed with the networks or the alignment. Digits and dots, as AWS's. */
export const faceModelVersion = '0.2';

/** A face of a picture with all that Rekognition's answers and matching need. Boxes and points are pixels of the picture. */
export type AnalysedFace = {
  readonly box: Box;
  /** How sure the detector is, 0..1. */
  readonly score: number;
  readonly points: FacePoints;
  /** Mean luma of the face, 0..255. */
  readonly brightness: number;
  /** Luma from the darkest twentieth of the face to the brightest, 0..255. */
  readonly contrast: number;
  /** Variance of the Laplacian of the face at 64 × 64 pixels; below 20 too blurred. */
  readonly sharpness: number;
  /** 128 numbers; faces of one person lie closer than about 0.6. */
  readonly descriptor: Float32Array;
};

/** Largest faces first, at most `limit`. */
export type AnalysisRequest = { readonly picture: RgbImage; readonly limit: number };
export type AnalysisReply = { readonly faces: readonly AnalysedFace[] };
