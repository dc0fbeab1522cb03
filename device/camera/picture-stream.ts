import { planesOf } from '../vision/yuv.ts';
import type { ByteReader } from './byte-reader.ts';

/** Pictures that follow one another in a stream, all of one size. `fps` is null when it is not known. */
export type PictureStream = {
  readonly width: number;
  readonly height: number;
  readonly fps: number | null;
  /** Reads the next picture into new memory; null at the end. `onFirstByte` is called when it begins to arrive. */
  next(onFirstByte?: () => void): Promise<Uint8Array | null>;
};

/** No picture is larger: more is a damaged head. */
const largestSide = 8192;

const frameBytes = (width: number, height: number): number => {
  const { v, chromaWidth, chromaHeight } = planesOf(width, height);
  return v + chromaWidth * chromaHeight;
};

const notAgreed = (what: string): Error => new Error(`The stream is not what was agreed: ${what}.`);

/**
 * Opens a YUV4MPEG2 stream (yuv4mpeg(5) of mjpegtools), which tells its size itself; null when it ends before the first picture
 * could come. Throws when it is anything but 8-bit YUV 4:2:0.
 */
export const openYuv4mpeg = async (reader: ByteReader): Promise<PictureStream | null> => {
  const head = await reader.line();
  if (head === null) return null;
  const [magic, ...tags] = head.split(' ');
  const tagOf = (tag: string): string =>
    tags.find((candidate) => candidate.startsWith(tag))?.slice(tag.length) ?? '';
  const [width, height] = [Number(tagOf('W')), Number(tagOf('H'))];
  const sideIsRight = (side: number) => Number.isInteger(side) && side > 0 && side <= largestSide;
  if (magic !== 'YUV4MPEG2' || !sideIsRight(width) || !sideIsRight(height))
    throw notAgreed('no YUV4MPEG2 head');
  if (!/^(420(jpeg|mpeg2|paldv)?)?$/.test(tagOf('C'))) throw notAgreed('no 8-bit YUV 4:2:0');
  const [numerator, denominator] = tagOf('F').split(':').map(Number);
  const fps = (numerator ?? 0) / (denominator ?? 0);
  return {
    width,
    height,
    fps: Number.isFinite(fps) && fps > 0 ? fps : null,
    next: async (onFirstByte) => {
      const mark = await reader.line();
      if (mark === null) return null;
      onFirstByte?.();
      if (!mark.startsWith('FRAME')) throw notAgreed('no picture follows');
      return readBytes(reader, frameBytes(width, height));
    },
  };
};

/** Opens a stream of bare pictures whose size is known. */
export const openBarePictures = (reader: ByteReader, width: number, height: number): PictureStream => ({
  width,
  height,
  fps: null,
  next: async (onFirstByte) => {
    if (!(await reader.waitForByte())) return null;
    onFirstByte?.();
    return readBytes(reader, frameBytes(width, height));
  },
});

/** So many bytes in new memory, null when the stream ends before. */
export const readBytes = async (reader: ByteReader, count: number): Promise<Uint8Array | null> => {
  // Every byte is overwritten or none is handed out, so clearing them first would be for nothing.
  const bytes = new Uint8Array(Buffer.allocUnsafeSlow(count).buffer);
  return (await reader.fill(bytes)) ? bytes : null;
};
