import type { RgbImage } from '../../../device/vision/face.ts';
import { ServiceError } from '../gateway/service.ts';
import { boundingBoxOf, confidenceOf, faceAnswer } from './answers.ts';
import type { Collection } from './collections.ts';
import { type AnalysedFace, faceModelVersion } from './face-analysis.ts';
import { qualityReasons } from './quality-filter.ts';
import type { RequestOf } from './requests.ts';
import { descriptorDistance, similarityPercent } from './similarity.ts';

/** SearchFacesByImage with the picture's largest face, undefined when it has none. The best matches come first. */
export const searchFaces = (
  collection: Collection,
  request: RequestOf<'SearchFacesByImage'>,
  picture: RgbImage,
  largest: AnalysedFace | undefined,
): object => {
  if (!largest || qualityReasons(largest, request.QualityFilter).length > 0) {
    throw new ServiceError(
      'InvalidParameterException',
      'There are no faces in the image. Should be at least 1.',
    );
  }
  const matches = collection.faces
    .map((face) => ({
      face,
      similarity: similarityPercent(descriptorDistance(face.descriptor, largest.descriptor)),
    }))
    .filter(({ similarity }) => similarity >= request.FaceMatchThreshold)
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, request.MaxFaces);
  return {
    SearchedFaceBoundingBox: boundingBoxOf(largest.box, picture),
    SearchedFaceConfidence: confidenceOf(largest),
    FaceMatches: matches.map(({ face, similarity }) => ({ Similarity: similarity, Face: faceAnswer(face) })),
    FaceModelVersion: faceModelVersion,
  };
};
