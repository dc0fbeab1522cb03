import { setImmediate } from 'node:timers/promises';
import sharp from 'sharp';
import type { Clock } from '../clock.ts';
import type { RgbImage } from '../vision/face.ts';
import { planesOf, rgbToYuv420 } from '../vision/yuv.ts';
import { type ByteReader, makeByteReader } from './byte-reader.ts';
import type { CameraStreams } from './camera-process.ts';
import type { Frame } from './frame.ts';
import { readLiveFrames } from './live-frames.ts';
import { openYuv4mpeg, readBytes } from './picture-stream.ts';

/** So many undecoded pictures are kept: a second at 10 per second, longer than the eyes look at one. */
const keptJpegs = 10;
/** No JPEG is larger: more is a damaged index. */
const largestJpeg = 16_000_000;

/** One line of an index in FFmpeg's framecrc format: when a picture is shown, in tenths of milliseconds, and its size in bytes. */
type IndexLine = { readonly at: number; readonly bytes: number };

/** Reads the next line of an index; null at its end. */
const makeIndexReader = (reader: ByteReader): (() => Promise<IndexLine | null>) => {
  let secondsPerTick = Number.NaN;
  return async () => {
    for (;;) {
      const line = await reader.line();
      if (line === null) return null;
      const base = /^#tb 0: (\d+)\/(\d+)/.exec(line);
      if (base) secondsPerTick = Number(base[1]) / Number(base[2]);
      if (line.startsWith('#')) continue;
      const [, , shownAt, , bytes] = line.split(',').map(Number);
      return { at: Math.round((shownAt ?? Number.NaN) * secondsPerTick * 10_000), bytes: bytes ?? 0 };
    }
  };
};

/** Takes the JPEGs out of their stream as they come, keeping the last few by their time. Resolves when the stream ends. */
const keepJpegs = async (
  jpegs: ByteReader,
  next: () => Promise<IndexLine | null>,
  kept: Map<number, Uint8Array | null>,
): Promise<void> => {
  for (let line = await next(); line && line.bytes <= largestJpeg; line = await next()) {
    const jpeg = await readBytes(jpegs, line.bytes);
    if (!jpeg) return;
    // Two of one time could not be told apart.
    kept.set(line.at, kept.has(line.at) ? null : jpeg);
    for (const [oldest] of kept) {
      if (kept.size <= keptJpegs) break;
      kept.delete(oldest);
    }
  }
};

/** Rows that are converted at once: a millisecond's work, so that timers and the connection never wait for a picture. */
const stripRows = 64;

const toYuv420 = async ({ width, height, data }: RgbImage): Promise<Uint8Array> => {
  const planes = planesOf(width, height);
  const bytes = new Uint8Array(planes.v + planes.chromaWidth * planes.chromaHeight);
  for (let top = 0; top < height; top += stripRows) {
    const rows = Math.min(stripRows, height - top);
    const strip = rgbToYuv420({ width, height: rows, data: data.subarray(top * width * 3) });
    const part = planesOf(width, rows);
    const cells = (top >> 1) * planes.chromaWidth;
    bytes.set(strip.subarray(0, part.u), top * width);
    bytes.set(strip.subarray(part.u, part.v), planes.u + cells);
    bytes.set(strip.subarray(part.v), planes.v + cells);
    await setImmediate();
  }
  return bytes;
};

/** Decodes a JPEG to a frame like the reduced one; null when it is damaged. */
const decode = async (jpeg: Uint8Array, reduced: Frame): Promise<Frame | null> => {
  try {
    const { data, info } = await sharp(jpeg, { failOn: 'error' })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const picture = { width: info.width, height: info.height, data };
    return { ...reduced, ...picture, data: await toYuv420(picture) };
  } catch {
    // A picture that was torn on the way: the reduced one was judged and will do.
    return null;
  }
};

/**
 * Reads what FFmpeg writes for `jpegArguments`: frames of half the size, each with the JPEG it was made of as `fullSize`, decoded
 * when asked for and only if it is among the last few.
 */
export async function* readJpegFrames(
  streams: CameraStreams,
  clock: Pick<Clock, 'now' | 'monotonicMs'>,
): AsyncGenerator<Frame> {
  const [pictures, pictureIndex, jpegs, jpegIndex] = streams.map(makeByteReader);
  if (!pictures || !pictureIndex || !jpegs || !jpegIndex)
    throw new Error('FFmpeg was given too few streams.');
  const kept = new Map<number, Uint8Array | null>();
  const keeping = keepJpegs(jpegs, makeIndexReader(jpegIndex), kept);
  const nextPicture = makeIndexReader(pictureIndex);
  const stream = await openYuv4mpeg(pictures);
  if (!stream) return;
  for await (const frame of readLiveFrames(stream, clock)) {
    const line = await nextPicture();
    if (!line) break;
    yield {
      ...frame,
      fullSize: async () => {
        const jpeg = kept.get(line.at);
        return jpeg ? decode(jpeg, frame) : null;
      },
    };
  }
  await keeping;
}
