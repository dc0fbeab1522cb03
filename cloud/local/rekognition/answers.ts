import type { Box, Point, RgbImage } from '../../../device/vision/face.ts';
import { headPose } from './alignment.ts';
import type { IndexedFace } from './collections.ts';
import { type AnalysedFace, faceModelVersion } from './face-analysis.ts';

/** A face of this sharpness gets 50 of 100; a clear photograph has some hundreds and gets 80 to 99, as from Rekognition. */
const halfSharpness = 50;

/** Percent. */
export const confidenceOf = (face: AnalysedFace): number => 100 * face.score;

/** Rekognition gives boxes as ratios of the picture; they may reach over its edge. */
export const boundingBoxOf = (box: Box, picture: RgbImage) => ({
  Width: box.width / picture.width,
  Height: box.height / picture.height,
  Left: box.x / picture.width,
  Top: box.y / picture.height,
});

/** `Face` of Rekognition's answers. */
export const faceAnswer = (face: IndexedFace) => ({
  FaceId: face.faceId,
  BoundingBox: face.boundingBox,
  ImageId: face.imageId,
  ExternalImageId: face.externalImageId,
  Confidence: face.confidence,
  IndexFacesModelVersion: faceModelVersion,
});

/** `FaceDetail` with the DEFAULT attributes. */
export const faceDetailAnswer = (face: AnalysedFace, picture: RgbImage) => {
  const pose = headPose(face.points);
  const { eyeLeft, eyeRight, mouthLeft, mouthRight, nose } = face.points;
  return {
    BoundingBox: boundingBoxOf(face.box, picture),
    Confidence: confidenceOf(face),
    Landmarks: Object.entries({ eyeLeft, eyeRight, mouthLeft, mouthRight, nose }).map(([type, point]) => ({
      Type: type,
      ...ratioOf(point, picture),
    })),
    Pose: { Roll: pose.roll, Yaw: pose.yaw, Pitch: pose.pitch },
    Quality: {
      Brightness: (100 * face.brightness) / 255,
      Sharpness: (100 * face.sharpness) / (face.sharpness + halfSharpness),
    },
  };
};

const ratioOf = (point: Point, picture: RgbImage) => ({
  X: point.x / picture.width,
  Y: point.y / picture.height,
});
