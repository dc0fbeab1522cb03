import sharp from 'sharp';

/** A decoded photograph: interleaved 8-bit RGB. */
export type Photograph = { readonly width: number; readonly height: number; readonly rgb: Uint8Array };

/** Red, green, blue, 0..255. Mutable, so that a loop over pixels need not make a new one for each. */
export type Colour = [red: number, green: number, blue: number];

/** Decodes a photograph; a Pi's memory holds one or two of them at a time, so nothing is kept. */
export const readPhotograph = async (path: string): Promise<Photograph> => {
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: data };
};

const between = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** Writes the photograph's colour between four pixels to `colour`; beyond its edge the outermost pixels go on. */
export const sampleColour = (
  { width, height, rgb }: Photograph,
  x: number,
  y: number,
  colour: Colour,
): void => {
  const left = between(Math.floor(x), 0, width - 2);
  const top = between(Math.floor(y), 0, height - 2);
  const right = between(x - left, 0, 1);
  const lower = between(y - top, 0, 1);
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
