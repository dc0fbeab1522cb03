import {
  type RekognitionClient,
  RekognitionServiceException,
  SearchFacesByImageCommand,
} from '@aws-sdk/client-rekognition';
import type { SearchResult } from './ingest.ts';

/** Below this a face is nobody's; well under any threshold that a site may set, so that the margin can be judged. Percent. */
const searchThreshold = 80;
/** Several references of the same person come back, and the second person must still be among them. */
const maxFaces = 10;

/** What Rekognition says about a picture itself, as opposed to about the call: trying again is of no use. */
const aboutThePicture = new Set([
  'InvalidParameterException',
  'InvalidImageFormatException',
  'ImageTooLargeException',
]);

/**
 * Searches a collection for the largest face of a JPEG (Rekognition, SearchFacesByImage).
 * ExternalImageId is the person id. Rekognition reports a picture without a face as InvalidParameterException.
 */
export const makeRekognitionSearch =
  (client: RekognitionClient, collectionId: string) =>
  async (image: Uint8Array): Promise<SearchResult> => {
    try {
      const answer = await client.send(
        new SearchFacesByImageCommand({
          CollectionId: collectionId,
          Image: { Bytes: image },
          FaceMatchThreshold: searchThreshold,
          MaxFaces: maxFaces,
          // The door has chosen the picture; a filter here would only hide why a face was not matched.
          QualityFilter: 'NONE',
        }),
      );
      const candidates = (answer.FaceMatches ?? []).flatMap(({ Face, Similarity }) =>
        Face?.ExternalImageId === undefined || Similarity === undefined
          ? []
          : [{ personId: Face.ExternalImageId, similarity: Similarity }],
      );
      return { kind: 'faces', candidates };
    } catch (error) {
      if (error instanceof RekognitionServiceException && aboutThePicture.has(error.name))
        return { kind: 'no_face' };
      throw error;
    }
  };
