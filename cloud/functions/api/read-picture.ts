import { type ImageSize, isWholeJpeg, readJpegSize } from '../jpeg.ts';
import { Refusal } from './refusal.ts';

export type Picture = ImageSize & { readonly image: Uint8Array };

/** The JPEG in a request's body; refuses whatever else is sent, with words. Megabytes are decimal. */
export const readPicture = async (
  { contentType, bytes }: { readonly contentType: string; readonly bytes: () => Promise<Uint8Array> },
  maxBytes: number,
): Promise<Picture> => {
  if (contentType !== 'image/jpeg') throw new Refusal(415, 'Send the picture itself, as image/jpeg.');
  const image = await bytes();
  if (image.byteLength > maxBytes)
    throw new Refusal(413, `Send a picture of at most ${maxBytes / 1_000_000} MB.`);
  const size = readJpegSize(image);
  if (size === null || !isWholeJpeg(image)) throw new Refusal(415, 'The body is not a whole JPEG.');
  return { ...size, image };
};
