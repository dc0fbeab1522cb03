import { createHash, randomUUID } from 'node:crypto';
import type { RgbImage } from '../../../device/vision/face.ts';
import { boundingBoxOf, confidenceOf, faceAnswer, faceDetailAnswer } from './answers.ts';
import type { Collection, IndexedFace } from './collections.ts';
import { type AnalysedFace, faceModelVersion } from './face-analysis.ts';
import { type QualityReason, qualityReasons } from './quality-filter.ts';
import type { RequestOf } from './requests.ts';

/** IndexFaces looks at no more faces than this, whatever MaxFaces says. */
export const maxIndexedFaces = 100;

export type IndexingResult = { readonly collection: Collection; readonly answer: object };

type Unindexed = {
  readonly face: AnalysedFace;
  readonly reasons: readonly (QualityReason | 'EXCEEDS_MAX_FACES')[];
};

/**
 * IndexFaces on a picture's faces (largest first): poor ones are left out before small ones, as AWS describes.
 * A face of a picture that the collection already knows under the same ExternalImageId is not stored twice.
 */
export const indexFaces = (
  collection: Collection,
  request: RequestOf<'IndexFaces'>,
  picture: RgbImage,
  faces: readonly AnalysedFace[],
): IndexingResult => {
  const imageId = imageIdOf(request.Image.Bytes);
  const judged = faces.map((face) => ({ face, reasons: qualityReasons(face, request.QualityFilter) }));
  const good = judged.filter(({ reasons }) => reasons.length === 0).map(({ face }) => face);
  const limit = Math.min(request.MaxFaces ?? maxIndexedFaces, maxIndexedFaces);
  const unindexed: Unindexed[] = [
    ...judged.filter(({ reasons }) => reasons.length > 0),
    ...good.slice(limit).map((face) => ({ face, reasons: ['EXCEEDS_MAX_FACES' as const] })),
  ];
  const records = good.slice(0, limit).map((face) => {
    const candidate: IndexedFace = {
      faceId: randomUUID(),
      imageId,
      externalImageId: request.ExternalImageId,
      boundingBox: boundingBoxOf(face.box, picture),
      confidence: confidenceOf(face),
      descriptor: face.descriptor,
    };
    return { face, indexed: collection.faces.find((known) => isSame(known, candidate)) ?? candidate };
  });
  const added = records
    .map(({ indexed }) => indexed)
    .filter((indexed) => !collection.faces.includes(indexed));
  return {
    collection: { ...collection, faces: [...collection.faces, ...added] },
    answer: {
      FaceModelVersion: faceModelVersion,
      FaceRecords: records.map(({ face, indexed }) => ({
        Face: faceAnswer(indexed),
        FaceDetail: faceDetailAnswer(face, picture),
      })),
      UnindexedFaces: unindexed.map(({ face, reasons }) => ({
        Reasons: reasons,
        FaceDetail: faceDetailAnswer(face, picture),
      })),
    },
  };
};

/** The same picture gets the same ImageId. */
const imageIdOf = (base64: string): string => {
  const hash = createHash('sha256').update(base64).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    hash.slice(12, 16),
    hash.slice(16, 20),
    hash.slice(20, 32),
  ].join('-');
};

const isSame = (known: IndexedFace, face: IndexedFace): boolean =>
  known.imageId === face.imageId &&
  known.externalImageId === face.externalImageId &&
  JSON.stringify(known.boundingBox) === JSON.stringify(face.boundingBox);
