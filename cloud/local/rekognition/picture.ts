import sharp from 'sharp';
import type { RgbImage } from '../../../device/vision/face.ts';
import { ServiceError } from '../gateway/service.ts';

/** Limits: https://docs.aws.amazon.com/rekognition/latest/dg/limits.html */
const maxBytes = 5 * 1024 * 1024;
const minSide = 80;
/** Larger pictures are made smaller first: Rekognition promises faces from 40 pixels on in 1920 × 1080. */
const workingSide = 1920;

/** Decodes an image as Rekognition does: JPEG or PNG, turned upright by its EXIF orientation. */
export const decodePicture = async (encoded: Uint8Array): Promise<RgbImage> => {
  if (encoded.length > maxBytes) {
    throw new ServiceError(
      'ImageTooLargeException',
      `Image size is too large: ${encoded.length} bytes of at most ${maxBytes}.`,
    );
  }
  const { data, info } = await decode(encoded);
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
};

const decode = async (encoded: Uint8Array) => {
  const image = sharp(encoded, { failOn: 'error' });
  const { format, width, height } = await image.metadata().catch(refuseFormat);
  if (format !== 'jpeg' && format !== 'png') throw invalidFormat();
  if (Math.min(width, height) < minSide) {
    throw new ServiceError(
      'InvalidParameterException',
      `Request has invalid parameters: the image is ${width} x ${height}, minimum image height and width is ${minSide} pixels.`,
    );
  }
  return image
    .autoOrient()
    .resize({ width: workingSide, height: workingSide, fit: 'inside', withoutEnlargement: true })
    .flatten()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch(refuseFormat);
};

const invalidFormat = () =>
  new ServiceError('InvalidImageFormatException', 'Request has invalid image format');

const refuseFormat = (): never => {
  throw invalidFormat();
};
