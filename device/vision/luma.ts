import type { Frame } from '../camera/frame.ts';
import { clampBox } from './box.ts';
import { blockMeans, scaledSize } from './downscale.ts';
import type { Box, RgbImage } from './face.ts';

/** Brightness alone, 0..255, row by row. */
export type LumaImage = { readonly width: number; readonly height: number; readonly data: Uint8Array };

/** Side of the square to which a face is brought before its sharpness is judged, so that the size of the face does not count. */
const sharpnessSide = 64;

/** The luma of a frame made smaller so that its longer side has `side` pixels, each the mean of its block. */
export const downscaleLuma = (frame: Pick<Frame, 'width' | 'height' | 'data'>, side: number): LumaImage => {
  const target = scaledSize(frame, side);
  // The clamped array rounds.
  return { ...target, data: new Uint8Array(new Uint8ClampedArray(blockMeans(frame, target)).buffer) };
};

/** The luma inside a box of a frame; what reaches over the edge is left away. */
export const cropLuma = (frame: Pick<Frame, 'width' | 'height' | 'data'>, box: Box): LumaImage => {
  const part = clampBox(box, frame);
  const data = new Uint8Array(part.width * part.height);
  for (let y = 0; y < part.height; y++) {
    const from = (part.y + y) * frame.width + part.x;
    data.set(frame.data.subarray(from, from + part.width), y * part.width);
  }
  return { width: part.width, height: part.height, data };
};

/** The luma inside a box of an RGB picture (BT.601 weights). */
export const lumaOfRgb = (picture: RgbImage, box: Box): LumaImage => {
  const part = clampBox(box, picture);
  const data = new Uint8Array(part.width * part.height);
  for (let y = 0; y < part.height; y++) {
    for (let x = 0; x < part.width; x++) {
      const at = ((part.y + y) * picture.width + part.x + x) * 3;
      const red = picture.data[at] ?? 0;
      const green = picture.data[at + 1] ?? 0;
      const blue = picture.data[at + 2] ?? 0;
      data[y * part.width + x] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
    }
  }
  return { width: part.width, height: part.height, data };
};

/** Mean, 5th and 95th percentile of brightness, 0..255. The distance of the percentiles tells contrast. */
export const lumaStatistics = ({ data }: LumaImage): { mean: number; p5: number; p95: number } => {
  const histogram = new Uint32Array(256);
  for (const value of data) histogram[value] = (histogram[value] ?? 0) + 1;
  const percentile = (share: number) => firstReaching(histogram, share * data.length);
  const sum = histogram.reduce((total, count, value) => total + count * value, 0);
  return { mean: sum / data.length, p5: percentile(0.05), p95: percentile(0.95) };
};

/** The first bin of a histogram up to which `count` values are counted. */
export const firstReaching = (histogram: Uint32Array, count: number): number => {
  let seen = 0;
  return histogram.findIndex((values, bin) => {
    seen += values;
    return seen >= count || bin === histogram.length - 1;
  });
};

/**
 * Sharpness of a face: the variance of the Laplacian after bringing it to 64 × 64 pixels. Below about 20 it is too blurred to
 * recognise; a sharp face has some hundreds. Source: Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", 2000.
 */
export const sharpness = (face: LumaImage): number => {
  const { data, width, height } = resizeLuma(face, sharpnessSide, sharpnessSide);
  let sum = 0;
  let squares = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const around =
        (data[at - 1] ?? 0) + (data[at + 1] ?? 0) + (data[at - width] ?? 0) + (data[at + width] ?? 0);
      const laplacian = around - 4 * (data[at] ?? 0);
      sum += laplacian;
      squares += laplacian * laplacian;
    }
  }
  const count = (width - 2) * (height - 2);
  return squares / count - (sum / count) ** 2;
};

/** Shrinks by block means, enlarges by bilinear interpolation; each direction on its own. */
export const resizeLuma = (image: LumaImage, width: number, height: number): LumaImage => {
  const shrunk = shrinkLuma(image, Math.min(width, image.width), Math.min(height, image.height));
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const sourceY = Math.min(Math.max(0, ((y + 0.5) * shrunk.height) / height - 0.5), shrunk.height - 1);
    for (let x = 0; x < width; x++) {
      const sourceX = Math.min(Math.max(0, ((x + 0.5) * shrunk.width) / width - 0.5), shrunk.width - 1);
      data[y * width + x] = Math.round(bilinear(shrunk, sourceX, sourceY));
    }
  }
  return { width, height, data };
};

/** Exact block means: the sharpness of a face must not depend on which of its pixels happen to be read. */
const shrinkLuma = (image: LumaImage, width: number, height: number): LumaImage => {
  if (width === image.width && height === image.height) return image;
  const columns = edges(image.width, width);
  const rows = edges(image.height, height);
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data[y * width + x] = Math.round(blockMean(image, columns, rows, x, y));
  }
  return { width, height, data };
};

/** First source position of each target position, and the end after the last: blocks do not overlap. */
const edges = (source: number, target: number): Int32Array =>
  Int32Array.from({ length: target + 1 }, (_, index) => Math.floor((index * source) / target));

const blockMean = (
  { data, width }: LumaImage,
  columns: Int32Array,
  rows: Int32Array,
  x: number,
  y: number,
): number => {
  const left = columns[x] ?? 0;
  const right = columns[x + 1] ?? 0;
  const bottom = rows[y + 1] ?? 0;
  let sum = 0;
  let count = 0;
  for (let row = rows[y] ?? 0; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      sum += data[row * width + column] ?? 0;
      count++;
    }
  }
  return sum / count;
};

/** Called for every pixel: a function made in here each time would keep the garbage collector busy. */
const bilinear = ({ data, width, height }: LumaImage, x: number, y: number): number => {
  const left = Math.floor(x);
  const right = Math.min(left + 1, width - 1);
  const toRight = x - left;
  const upper = Math.floor(y) * width;
  const lower = Math.min(Math.floor(y) + 1, height - 1) * width;
  const toLower = y - Math.floor(y);
  const above = (data[upper + left] ?? 0) * (1 - toRight) + (data[upper + right] ?? 0) * toRight;
  const below = (data[lower + left] ?? 0) * (1 - toRight) + (data[lower + right] ?? 0) * toRight;
  return above * (1 - toLower) + below * toLower;
};
