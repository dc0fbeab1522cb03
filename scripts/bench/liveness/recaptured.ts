import sharp from 'sharp';
import type { Random } from '../../../device/camera/replay/random.ts';
import type { Box, RgbImage } from '../../../device/vision/face.ts';

/** A picture of a face, with the face's box in it. */
export type FacePicture = { readonly picture: RgbImage; readonly box: Box };

type PixelAt = (x: number, y: number, channel: number, value: number) => number;

/** What a camera makes of a picture: each pixel changed, then the lens's blur and the sensor's noise. */
const photograph = async (
  { picture, box }: FacePicture,
  random: Random,
  blur: number,
  pixelAt: PixelAt,
): Promise<FacePicture> => {
  const { width, height } = picture;
  const shown = Uint8ClampedArray.from(picture.data, (value, at) => {
    const pixel = Math.floor(at / 3);
    return pixelAt(pixel % width, Math.floor(pixel / width), at % 3, value);
  });
  const seen = await sharp(shown, { raw: { width, height, channels: 3 } })
    .blur(blur)
    .raw()
    .toBuffer();
  const noisy = Uint8ClampedArray.from(seen, (value) => value + random.between(-5, 5));
  return { picture: { width, height, data: new Uint8Array(noisy.buffer) }, box };
};

/** A face on a screen: its red, green and blue stripes beat with the sensor's pixels (moiré); its gamma, its blue, a reflection. */
export const onScreen = (face: FacePicture, random: Random): Promise<FacePicture> => {
  const { width } = face.picture;
  const pitch = { x: random.between(2.1, 3.9), y: random.between(2.1, 3.9) };
  const tilt = random.between(-0.1, 0.1);
  const strength = random.between(0.08, 0.3);
  const gamma = random.between(0.8, 1.3);
  const blueness = random.between(1, 1.15);
  const glare = { strength: random.between(0, 60), at: random.between(0, 1) };
  return photograph(face, random, random.between(0.4, 0.9), (x, y, channel, value) => {
    const across = (x * Math.cos(tilt) + y * Math.sin(tilt)) / pitch.x + channel / 3;
    const down = (y * Math.cos(tilt) - x * Math.sin(tilt)) / pitch.y;
    const stripes = 0.7 * Math.cos(2 * Math.PI * across) + 0.3 * Math.cos(2 * Math.PI * down);
    const lit = 255 * (value / 255) ** gamma * (1 - strength + strength * stripes);
    const reflection = glare.strength * Math.exp(-(((x / width - glare.at) / 0.25) ** 2));
    return lit * (channel === 2 ? blueness : 1) + reflection + 8;
  });
};

/** A face on paper: grey blacks, dull whites, a tint, the dots of the printer, a white border. */
export const onPaper = (face: FacePicture, random: Random): Promise<FacePicture> => {
  const { box } = face;
  const [black, white] = [random.between(20, 55), random.between(190, 235)];
  const gamma = random.between(0.8, 1.25);
  const warmth = random.between(0.9, 1.08);
  const dots = { pitch: random.between(1.8, 3.2), strength: random.between(2, 14) };
  const border = random.between(0.2, 0.6) * box.width;
  const isPrinted = (x: number, y: number): boolean =>
    x > box.x - border &&
    x < box.x + box.width + border &&
    y > box.y - border &&
    y < box.y + box.height + border;
  return photograph(face, random, random.between(0.6, 1.4), (x, y, channel, value) => {
    if (!isPrinted(x, y)) return white + 10;
    const tint = [1 / warmth, 1, warmth][channel] ?? 1;
    const [across, down] = [(2 * Math.PI * x) / dots.pitch + channel, (2 * Math.PI * y) / dots.pitch];
    const ink = black + (white - black) * (value / 255) ** gamma * tint;
    return ink + dots.strength * Math.sin(across) * Math.sin(down);
  });
};
