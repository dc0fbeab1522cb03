import { DeleteFacesCommand, IndexFacesCommand, type RekognitionClient } from '@aws-sdk/client-rekognition';
import { isAboutThePicture } from '../rekognition-errors.ts';

export type IndexResult =
  | { readonly kind: 'indexed'; readonly faceId: string }
  /** `reasons` in Rekognition's words, e.g. LOW_SHARPNESS; empty when there is no face at all. */
  | { readonly kind: 'no_usable_face'; readonly reasons: readonly string[] }
  | { readonly kind: 'several_faces' };

/** The collection of face references. */
export interface FaceIndex {
  add(personId: string, image: Uint8Array): Promise<IndexResult>;
  remove(faceId: string): Promise<void>;
}

/** Face references in a Rekognition collection; ExternalImageId is the person id, so a match names its person. */
export const makeRekognitionFaceIndex = (client: RekognitionClient, collectionId: string): FaceIndex => {
  const remove = async (faceId: string): Promise<void> => {
    await client.send(new DeleteFacesCommand({ CollectionId: collectionId, FaceIds: [faceId] }));
  };

  const index = async (personId: string, image: Uint8Array) => {
    try {
      return await client.send(
        new IndexFacesCommand({
          CollectionId: collectionId,
          Image: { Bytes: image },
          ExternalImageId: personId,
          MaxFaces: 1,
          QualityFilter: 'AUTO',
        }),
      );
    } catch (error) {
      if (isAboutThePicture(error)) return null;
      throw error;
    }
  };

  return {
    remove,
    async add(personId, image) {
      const answer = await index(personId, image);
      const reasons = (answer?.UnindexedFaces ?? []).flatMap((face) => face.Reasons ?? []);
      const faceId = answer?.FaceRecords?.[0]?.Face?.FaceId;
      if (faceId === undefined) return { kind: 'no_usable_face', reasons: [...new Set(reasons)] };
      if (!reasons.includes('EXCEEDS_MAX_FACES')) return { kind: 'indexed', faceId };
      // Rekognition has taken the largest face, but nobody has said whose it is.
      await remove(faceId);
      return { kind: 'several_faces' };
    },
  };
};
