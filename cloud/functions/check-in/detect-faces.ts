import { DetectFacesCommand, type RekognitionClient } from '@aws-sdk/client-rekognition';
import type { ImageSize } from '../jpeg.ts';
import { isAboutThePicture } from '../rekognition-errors.ts';

/** How large each face of a picture is, in pixels a side, in no particular order; or that the picture itself is refused. */
export type Detection =
  | { readonly kind: 'faces'; readonly sidesPx: readonly number[] }
  | { readonly kind: 'refused' };

/**
 * Looks for faces in a JPEG (Rekognition, DetectFaces with the default attributes: neither age nor gender nor emotion).
 * Rekognition turns a picture upright by its EXIF orientation and gives boxes as shares of width and height, whichever those are then;
 * a side made of the box's area is the same either way.
 */
export const makeDetectFaces =
  (client: RekognitionClient) =>
  async (image: Uint8Array, { width, height }: ImageSize): Promise<Detection> => {
    try {
      const { FaceDetails = [] } = await client.send(new DetectFacesCommand({ Image: { Bytes: image } }));
      const sidesPx = FaceDetails.map(({ BoundingBox }) =>
        Math.sqrt((BoundingBox?.Width ?? 0) * width * (BoundingBox?.Height ?? 0) * height),
      );
      return { kind: 'faces', sidesPx };
    } catch (error) {
      if (isAboutThePicture(error)) return { kind: 'refused' };
      throw error;
    }
  };
