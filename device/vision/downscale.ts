import type { Frame } from '../camera/frame.ts';
import type { RgbImage } from './face.ts';
import { planesOf, writeRgb } from './yuv.ts';

/** What a frame must show to be made smaller: its size and its planes. */
export type Picture = Pick<Frame, 'width' | 'height' | 'data'>;

/** Where a picture is put together. */
export type Buffers = {
  floats(length: number): Float32Array;
  bytes(length: number): Uint8ClampedArray;
};

const newBuffers: Buffers = {
  floats: (length) => new Float32Array(length),
  bytes: (length) => new Uint8ClampedArray(length),
};

/**
 * The same memory for every picture of a size: a new 160 kB for each frame is let go only when the collector comes by, which on a
 * quiet door is after tens of megabytes. `giveBack` returns the buffer of a picture that nobody looks at any more.
 */
export const makeReusedBuffers = (): Buffers & { giveBack(buffer: ArrayBuffer): void } => {
  let means = new Float32Array(0);
  let spare: ArrayBuffer | undefined;
  return {
    floats(length) {
      if (means.length !== length) means = new Float32Array(length);
      return means;
    },
    bytes(length) {
      const buffer = spare?.byteLength === length ? spare : new ArrayBuffer(length);
      spare = undefined;
      return new Uint8ClampedArray(buffer);
    },
    giveBack(buffer) {
      spare = buffer;
    },
  };
};

/**
 * The frame made smaller so that its longer side has `side` pixels, same shape, as RGB. A frame that is smaller already keeps its
 * size. Portrait and landscape so cost the same and show a face equally large.
 */
export const downscaleFrame = (frame: Picture, side: number, buffers = newBuffers): RgbImage => {
  const target = scaledSize(frame, side);
  const planes = planesOf(frame.width, frame.height);
  const rgb = buffers.bytes(target.width * target.height * 3);
  const chromaColumns = middles(planes.chromaWidth, target.width);
  const chromaRows = middles(planes.chromaHeight, target.height);
  const means = blockMeans(frame, target, buffers);
  let at = 0;
  for (let y = 0; y < target.height; y++) {
    const chromaRow = (chromaRows[y] ?? 0) * planes.chromaWidth;
    for (let x = 0; x < target.width; x++) {
      // Colour is blurred by the camera already: one value stands for its block.
      const chroma = chromaRow + (chromaColumns[x] ?? 0);
      const u = frame.data[planes.u + chroma] ?? 128;
      const v = frame.data[planes.v + chroma] ?? 128;
      writeRgb(rgb, at * 3, means[at] ?? 0, u, v);
      at++;
    }
  }
  return { ...target, data: new Uint8Array(rgb.buffer) };
};

/** Pixels each way. */
export type Size = { readonly width: number; readonly height: number };

/** Size of a picture whose longer side is made `side` long, never larger than it is. */
export const scaledSize = ({ width, height }: Size, side: number): Size => {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
};

/**
 * Mean brightness of each block of the frame that becomes one pixel of the target. Of a block, nine pixels in a square lattice
 * are read: more cost time and change nothing that a detector sees.
 */
export const blockMeans = (
  { width, height, data }: Picture,
  target: Size,
  buffers = newBuffers,
): Float32Array => {
  const means = buffers.floats(target.width * target.height);
  let at = 0;
  const columns = lattice(width, target.width);
  const rows = lattice(height, target.height);
  for (let y = 0; y < target.height; y++) {
    const top = (rows.starts[y] ?? 0) * width;
    const middle = top + rows.toSecond * width;
    const bottom = top + rows.toThird * width;
    for (let x = 0; x < target.width; x++) {
      const left = columns.starts[x] ?? 0;
      const centre = left + columns.toSecond;
      const right = left + columns.toThird;
      // Written out: a loop over nine pixels takes three times as long.
      const sum =
        (data[top + left] ?? 0) +
        (data[top + centre] ?? 0) +
        (data[top + right] ?? 0) +
        (data[middle + left] ?? 0) +
        (data[middle + centre] ?? 0) +
        (data[middle + right] ?? 0) +
        (data[bottom + left] ?? 0) +
        (data[bottom + centre] ?? 0) +
        (data[bottom + right] ?? 0);
      means[at++] = sum / 9;
    }
  }
  return means;
};

/** For each target position the first of three source positions, and how far the other two lie behind it. */
const lattice = (source: number, target: number) => {
  const third = source / target / 3;
  const first = Math.floor(third / 2);
  const toSecond = Math.floor(third * 1.5) - first;
  const toThird = Math.floor(third * 2.5) - first;
  const start = (index: number) => Math.min(Math.floor((index * 3 + 0.5) * third), source - 1 - toThird);
  return { starts: Int32Array.from({ length: target }, (_, index) => start(index)), toSecond, toThird };
};

const middles = (source: number, target: number): Int32Array =>
  Int32Array.from({ length: target }, (_, index) => Math.floor(((index + 0.5) * source) / target));
