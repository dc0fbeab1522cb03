import type { RgbImage } from './face.ts';

/** Where the three planes of a YUV 4:2:0 picture lie in its bytes. */
export type Planes = {
  readonly chromaWidth: number;
  readonly chromaHeight: number;
  readonly u: number;
  readonly v: number;
};

export const planesOf = (width: number, height: number): Planes => {
  const chromaWidth = (width + 1) >> 1;
  const chromaHeight = (height + 1) >> 1;
  const u = width * height;
  return { chromaWidth, chromaHeight, u, v: u + chromaWidth * chromaHeight };
};

/**
 * Writes one pixel at `at`. Full-range BT.601 (ITU-T T.871, the JPEG colour space), as the camera stack delivers it;
 * the clamped array rounds and limits.
 */
export const writeRgb = (rgb: Uint8ClampedArray, at: number, y: number, u: number, v: number): void => {
  rgb[at] = y + 1.402 * (v - 128);
  rgb[at + 1] = y - 0.344136 * (u - 128) - 0.714136 * (v - 128);
  rgb[at + 2] = y + 1.772 * (u - 128);
};

/** The bytes of a frame that shows the picture: planar YUV 4:2:0, full-range BT.601. For cameras that start from pictures. */
export const rgbToYuv420 = ({ width, height, data }: RgbImage): Uint8Array => {
  const planes = planesOf(width, height);
  const bytes = new Uint8ClampedArray(planes.v + planes.chromaWidth * planes.chromaHeight);
  for (let row = 0; row < planes.chromaHeight; row++) {
    for (let column = 0; column < planes.chromaWidth; column++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let pixels = 0;
      for (let y = 2 * row; y < Math.min(2 * row + 2, height); y++) {
        for (let x = 2 * column; x < Math.min(2 * column + 2, width); x++) {
          const at = (y * width + x) * 3;
          const r = data[at] ?? 0;
          const g = data[at + 1] ?? 0;
          const b = data[at + 2] ?? 0;
          bytes[y * width + x] = 0.299 * r + 0.587 * g + 0.114 * b;
          red += r;
          green += g;
          blue += b;
          pixels++;
        }
      }
      const cell = row * planes.chromaWidth + column;
      bytes[planes.u + cell] = 128 + (-0.168736 * red - 0.331264 * green + 0.5 * blue) / pixels;
      bytes[planes.v + cell] = 128 + (0.5 * red - 0.418688 * green - 0.081312 * blue) / pixels;
    }
  }
  return new Uint8Array(bytes.buffer);
};
