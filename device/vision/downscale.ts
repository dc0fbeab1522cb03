import type { Frame } from '../camera/frame.ts';
import type { RgbImage } from './face.ts';
import { planesOf, writeRgb } from './yuv.ts';

/** At most this many pixels each way are read of a block; more cost time and change nothing that a detector sees. */
const maxSamples = 3;

/** What a frame must show to be made smaller: its size and its planes. */
type Picture = Pick<Frame, 'width' | 'height' | 'data'>;

/**
 * The frame `width` pixels wide, same shape, as RGB: each pixel the mean brightness of the block that it stands for.
 * A frame that is narrower already keeps its size.
 */
export const downscaleFrame = (frame: Picture, width: number): RgbImage => {
  const target = scaledSize(frame, width);
  const planes = planesOf(frame.width, frame.height);
  const rgb = new Uint8ClampedArray(target.width * target.height * 3);
  const lumaColumns = edges(frame.width, target.width);
  const lumaRows = edges(frame.height, target.height);
  const chromaColumns = edges(planes.chromaWidth, target.width);
  const chromaRows = edges(planes.chromaHeight, target.height);
  for (let y = 0; y < target.height; y++) {
    for (let x = 0; x < target.width; x++) {
      const luma = blockMean(frame.data, 0, frame.width, lumaColumns, lumaRows, x, y);
      // Colour is blurred by the camera already: one value stands for its block.
      const chroma = (chromaRows[y] ?? 0) * planes.chromaWidth + (chromaColumns[x] ?? 0);
      const u = frame.data[planes.u + chroma] ?? 128;
      const v = frame.data[planes.v + chroma] ?? 128;
      writeRgb(rgb, (y * target.width + x) * 3, luma, u, v);
    }
  }
  return { ...target, data: new Uint8Array(rgb.buffer) };
};

/** Size of a picture made `width` wide, never larger than it is. */
export const scaledSize = (picture: { readonly width: number; readonly height: number }, width: number) =>
  picture.width <= width
    ? { width: picture.width, height: picture.height }
    : { width, height: Math.max(1, Math.round((picture.height * width) / picture.width)) };

/** First source position of each target position, and the end after the last: blocks do not overlap. */
export const edges = (source: number, target: number): Int32Array =>
  Int32Array.from({ length: target + 1 }, (_, index) => Math.floor((index * source) / target));

/** Mean of one block of a plane that begins at `offset`, from evenly spread pixels of it. A block is never empty. */
export const blockMean = (
  data: Uint8Array,
  offset: number,
  stride: number,
  columns: Int32Array,
  rows: Int32Array,
  x: number,
  y: number,
): number => {
  const left = columns[x] ?? 0;
  const right = Math.max(left + 1, columns[x + 1] ?? 0);
  const top = rows[y] ?? 0;
  const bottom = Math.max(top + 1, rows[y + 1] ?? 0);
  const acrossStep = Math.ceil((right - left) / maxSamples);
  const downStep = Math.ceil((bottom - top) / maxSamples);
  let sum = 0;
  let count = 0;
  for (let row = top; row < bottom; row += downStep) {
    const start = offset + row * stride;
    for (let column = left; column < right; column += acrossStep) {
      sum += data[start + column] ?? 0;
      count++;
    }
  }
  return sum / count;
};
