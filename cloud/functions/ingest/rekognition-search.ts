import {
  type RekognitionClient,
  RekognitionServiceException,
  SearchFacesByImageCommand,
} from '@aws-sdk/client-rekognition';
import type { RejectionReason } from '#contract/reason.ts';
import { searchThreshold } from '../../domain/match.ts';
import type { SearchResult } from './ingest.ts';

/** The references of one person come back first, and a second person must still be among the answers. They cost nothing. */
const maxFaces = 100;

/** What Rekognition says about a picture itself, as opposed to about the call: trying again is of no use. */
const aboutThePicture: Readonly<Record<string, RejectionReason>> = {
  InvalidParameterException: 'picture_refused',
  InvalidImageFormatException: 'not_a_jpeg',
  ImageTooLargeException: 'picture_too_large',
};

/** Rekognition has no error of its own for this: it is an InvalidParameterException that says so. */
const saysNoFace = /no faces/i;

/**
 * Searches a collection for the largest face of a JPEG (Rekognition, SearchFacesByImage).
 * ExternalImageId is the person id.
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
      const reason = error instanceof RekognitionServiceException ? aboutThePicture[error.name] : undefined;
      if (reason === undefined) throw error;
      if (reason === 'picture_refused' && saysNoFace.test((error as Error).message))
        return { kind: 'no_face' };
      return { kind: 'refused', reason };
    }
  };
