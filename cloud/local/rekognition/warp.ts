import type { RgbImage } from '../../../device/vision/face.ts';

/** Where a target pixel (u, v) lies in the source: x = a·u − b·v + x0, y = b·u + a·v + y0 (turn, scale and shift). */
export type Similarity = { readonly a: number; readonly b: number; readonly x0: number; readonly y0: number };

/** Source pixels behind one target pixel are averaged on at most this many points each way. */
const maxSamples = 8;

/**
 * A picture of the given size, filled through a similarity: bilinear, and averaged over several points where it shrinks, so that
 * fine detail does not turn into noise. Outside of the source it is black. Values stay fractional, 0..255.
 */
export const warp = (source: RgbImage, map: Similarity, width: number, height: number): Float32Array => {
  const samples = Math.max(1, Math.min(maxSamples, Math.round(Math.hypot(map.a, map.b))));
  const weight = 1 / (samples * samples);
  const target = new Float32Array(width * height * 3);
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++) {
      for (let i = 0; i < samples * samples; i++) {
        const su = u + ((i % samples) + 0.5) / samples;
        const sv = v + (Math.floor(i / samples) + 0.5) / samples;
        const x = map.a * su - map.b * sv + map.x0 - 0.5;
        const y = map.b * su + map.a * sv + map.y0 - 0.5;
        addBilinear(target, (v * width + u) * 3, source, x, y, weight);
      }
    }
  }
  return target;
};

const addBilinear = (
  target: Float32Array,
  at: number,
  { data, width, height }: RgbImage,
  x: number,
  y: number,
  weight: number,
): void => {
  if (x < -0.5 || y < -0.5 || x > width - 0.5 || y > height - 0.5) return;
  const left = Math.max(0, Math.floor(x));
  const top = Math.max(0, Math.floor(y));
  const right = Math.min(left + 1, width - 1);
  const bottom = Math.min(top + 1, height - 1);
  const across = Math.max(0, x - left);
  const down = Math.max(0, y - top);
  const topLeft = (top * width + left) * 3;
  const topRight = (top * width + right) * 3;
  const bottomLeft = (bottom * width + left) * 3;
  const bottomRight = (bottom * width + right) * 3;
  for (let channel = 0; channel < 3; channel++) {
    const above = (data[topLeft + channel] ?? 0) * (1 - across) + (data[topRight + channel] ?? 0) * across;
    const below =
      (data[bottomLeft + channel] ?? 0) * (1 - across) + (data[bottomRight + channel] ?? 0) * across;
    target[at + channel] = (target[at + channel] ?? 0) + weight * (above * (1 - down) + below * down);
  }
};
