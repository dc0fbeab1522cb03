import type { RgbImage } from '../../../device/vision/face.ts';
import { arn } from '../account.ts';
import { ServiceError } from '../gateway/service.ts';
import { faceAnswer, faceDetailAnswer } from './answers.ts';
import type { Collection, Collections } from './collections.ts';
import { type AnalysedFace, faceModelVersion } from './face-analysis.ts';
import { indexFaces, maxIndexedFaces } from './index-faces.ts';
import { pageOf } from './page.ts';
import { decodePicture } from './picture.ts';
import type { Operation, RequestOf } from './requests.ts';
import { searchFaces } from './search-faces.ts';

/** DetectFaces reports the 100 largest faces. Source: Rekognition API reference, "DetectFaces". */
const maxDetectedFaces = 100;

type Operations = { readonly [O in Operation]: (request: RequestOf<O>) => object | Promise<object> };

export const collectionArn = (collectionId: string): string =>
  arn('rekognition', `collection/${collectionId}`);

/**
 * What each Rekognition operation answers, in AWS's shapes and error words.
 * `analyse` finds the largest faces of a picture; `now` gives epoch milliseconds.
 */
export const makeOperations = ({
  collections,
  analyse,
  now,
}: {
  readonly collections: Collections;
  readonly analyse: (picture: RgbImage, limit: number) => Promise<readonly AnalysedFace[]>;
  readonly now: () => number;
}): Operations => {
  const existing = (collectionId: string): Collection => {
    const collection = collections.find(collectionId);
    if (collection) return collection;
    throw new ServiceError('ResourceNotFoundException', `The collection id: ${collectionId} does not exist`);
  };
  const pictureOf = (image: { readonly Bytes: string }) => decodePicture(Buffer.from(image.Bytes, 'base64'));

  return {
    CreateCollection: ({ CollectionId }) => {
      if (collections.find(CollectionId)) {
        const message = `The collection id: ${CollectionId} already exists`;
        throw new ServiceError('ResourceAlreadyExistsException', message);
      }
      collections.put({ collectionId: CollectionId, createdAt: now(), faces: [] });
      return {
        StatusCode: 200,
        // AWS leaves the prefix out in this one answer.
        CollectionArn: collectionArn(CollectionId).replace('arn:', ''),
        FaceModelVersion: faceModelVersion,
      };
    },

    DeleteCollection: ({ CollectionId }) => {
      collections.remove(existing(CollectionId).collectionId);
      return { StatusCode: 200 };
    },

    DescribeCollection: ({ CollectionId }) => {
      const { faces, createdAt } = existing(CollectionId);
      return {
        FaceCount: faces.length,
        UserCount: 0,
        FaceModelVersion: faceModelVersion,
        CollectionARN: collectionArn(CollectionId),
        CreationTimestamp: createdAt / 1000,
      };
    },

    ListCollections: ({ MaxResults, NextToken }) => {
      const page = pageOf(collections.list(), ({ collectionId }) => collectionId, MaxResults, NextToken);
      return {
        CollectionIds: page.items.map(({ collectionId }) => collectionId),
        FaceModelVersions: page.items.map(() => faceModelVersion),
        NextToken: page.next,
      };
    },

    DetectFaces: async (request) => {
      const picture = await pictureOf(request.Image);
      const faces = await analyse(picture, maxDetectedFaces);
      return { FaceDetails: faces.map((face) => faceDetailAnswer(face, picture)) };
    },

    IndexFaces: async (request) => {
      existing(request.CollectionId);
      const picture = await pictureOf(request.Image);
      const faces = await analyse(picture, maxIndexedFaces);
      // Read again: the collection may have changed while the picture was looked at.
      const { collection, answer } = indexFaces(existing(request.CollectionId), request, picture, faces);
      collections.put(collection);
      return answer;
    },

    SearchFacesByImage: async (request) => {
      existing(request.CollectionId);
      const picture = await pictureOf(request.Image);
      const [largest] = await analyse(picture, 1);
      return searchFaces(existing(request.CollectionId), request, picture, largest);
    },

    ListFaces: ({ CollectionId, FaceIds, MaxResults, NextToken }) => {
      const wanted = FaceIds && new Set(FaceIds);
      const faces = existing(CollectionId).faces.filter(({ faceId }) => !wanted || wanted.has(faceId));
      const page = pageOf(faces, ({ faceId }) => faceId, MaxResults, NextToken);
      return { Faces: page.items.map(faceAnswer), NextToken: page.next, FaceModelVersion: faceModelVersion };
    },

    DeleteFaces: ({ CollectionId, FaceIds }) => {
      const collection = existing(CollectionId);
      const wanted = new Set(FaceIds);
      const kept = collection.faces.filter(({ faceId }) => !wanted.has(faceId));
      const known = new Set(collection.faces.map(({ faceId }) => faceId));
      if (kept.length < collection.faces.length) collections.put({ ...collection, faces: kept });
      return {
        DeletedFaces: [...wanted].filter((faceId) => known.has(faceId)),
        UnsuccessfulFaceDeletions: [...wanted]
          .filter((faceId) => !known.has(faceId))
          .map((faceId) => ({ FaceId: faceId, Reasons: ['FACE_NOT_FOUND'] })),
      };
    },
  };
};
