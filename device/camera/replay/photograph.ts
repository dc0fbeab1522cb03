import sharp from 'sharp';
import { clampBox } from '../../vision/box.ts';
import type { Box } from '../../vision/face.ts';

/** A decoded part of a photograph, interleaved 8-bit RGB. `left` and `top` say where in the photograph it was. */
export type Photograph = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
};

/** Red, green, blue, 0..255. Mutable, so that a loop over pixels need not make a new one for each. */
export type Colour = [red: number, green: number, blue: number];

/** Decodes the part of a photograph inside `box`, which may reach over its edge: a whole one takes 8 MB. */
export const readPhotograph = async (path: string, box: Box): Promise<Photograph> => {
  const picture = sharp(path);
  const { x: left, y: top, width, height } = clampBox(box, await picture.metadata());
  const rgb = await picture.extract({ left, top, width, height }).removeAlpha().raw().toBuffer();
  return { left, top, width, height, rgb };
};

const between = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/**
 * Writes the colour between four pixels to `colour`, at a place in pixels of the whole photograph; beyond the edge of what was
 * decoded the outermost pixels go on.
 */
export const sampleColour = (
  { left: originX, top: originY, width, height, rgb }: Photograph,
  x: number,
  y: number,
  colour: Colour,
): void => {
  const left = between(Math.floor(x - originX), 0, width - 2);
  const top = between(Math.floor(y - originY), 0, height - 2);
  const right = between(x - originX - left, 0, 1);
  const lower = between(y - originY - top, 0, 1);
  const topLeft = (1 - right) * (1 - lower);
  const topRight = right * (1 - lower);
  const lowerLeft = (1 - right) * lower;
  const lowerRight = right * lower;
  const above = (top * width + left) * 3;
  const below = above + width * 3;
  for (let channel = 0; channel < 3; channel++) {
    colour[channel as 0 | 1 | 2] =
      topLeft * (rgb[above + channel] ?? 0) +
      topRight * (rgb[above + channel + 3] ?? 0) +
      lowerLeft * (rgb[below + channel] ?? 0) +
      lowerRight * (rgb[below + channel + 3] ?? 0);
  }
};

/** Moves a colour towards another: not at all at 0, all the way at 1. */
export const blendColour = (colour: Colour, towards: Colour, progress: number): void => {
  colour[0] += (towards[0] - colour[0]) * progress;
  colour[1] += (towards[1] - colour[1]) * progress;
  colour[2] += (towards[2] - colour[2]) * progress;
};
