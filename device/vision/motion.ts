import { firstReaching, type LumaImage } from './luma.ts';

/** What the scene looks like when nobody moves: a slow running mean of small luma pictures. */
export type Background = { readonly width: number; readonly height: number; readonly mean: Float32Array };

export type MotionSettings = {
  /** Brightness steps (0..255) by which a pixel must differ to count as changed; above sensor noise. */
  readonly minDifference: number;
  /** Share of changed pixels (0..1) from which on the picture counts as moved. */
  readonly minShare: number;
  /** Weight (0..1) of a new picture in the background: 0.02 at 5 frames/s forgets in some 10 s. */
  readonly learningRate: number;
};

const defaultMotionSettings: MotionSettings = {
  minDifference: 14,
  minShare: 0.004,
  learningRate: 0.02,
};

export type Motion = {
  readonly moved: boolean;
  /** Share of changed pixels, 0..1. */
  readonly share: number;
  /** Hand it back with the next picture. */
  readonly background: Background;
};

/**
 * Compares a small luma picture (about 160 pixels wide) with the background. A change of the whole picture's brightness
 * (a cloud, automatic exposure) does not count as motion. The first picture, or one of another size, only starts the background
 * and counts as moved, so that nobody who stands there already is missed.
 */
export const detectMotion = (
  background: Background | undefined,
  picture: LumaImage,
  settings: MotionSettings = defaultMotionSettings,
): Motion => {
  if (background?.width !== picture.width || background.height !== picture.height) {
    const { width, height, data } = picture;
    return { moved: true, share: 1, background: { width, height, mean: Float32Array.from(data) } };
  }
  const shift = medianDifference(background, picture);
  const mean = new Float32Array(picture.data.length);
  let changed = 0;
  picture.data.forEach((value, at) => {
    const before = background.mean[at] ?? 0;
    if (Math.abs(value - before - shift) >= settings.minDifference) changed++;
    mean[at] = before + settings.learningRate * (value - before);
  });
  const share = changed / picture.data.length;
  return {
    moved: share >= settings.minShare,
    share,
    background: { width: picture.width, height: picture.height, mean },
  };
};

/** The median resists the person in the picture, which a mean would not. */
const medianDifference = ({ mean }: Background, { data }: LumaImage): number => {
  const counts = new Uint32Array(511);
  data.forEach((value, at) => {
    const bin = Math.round(value - (mean[at] ?? 0)) + 255;
    counts[bin] = (counts[bin] ?? 0) + 1;
  });
  return firstReaching(counts, data.length / 2) - 255;
};
