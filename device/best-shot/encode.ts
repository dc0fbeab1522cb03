import sharp from 'sharp';
import { maxCropBytes, minCropSidePx } from '#contract/sighting.ts';
import type { RgbImage } from '../vision/face.ts';

/** JPEG qualities in the order in which they are tried: less costs no measurable recognition down to 30, fewer pixels do. */
const qualities = [85, 80, 75, 70, 65, 60] as const;
/** What is left for a picture that cannot be made smaller any more. */
const lastQualities = [45, 30] as const;
/** How much smaller the picture becomes when the lowest quality was still too large. */
const shrink = 0.8;

/**
 * Encodes a crop as a JPEG without metadata that the message limit allows: first with less quality, then smaller,
 * never with a side below 80 px. Throws when even that is too large, which no picture has been seen to be.
 */
export const encodeCrop = async (crop: RgbImage): Promise<Buffer> => {
  const picture = sharp(crop.data, { raw: { width: crop.width, height: crop.height, channels: 3 } });
  const smallest = minCropSidePx / Math.min(crop.width, crop.height);
  for (let scale = 1; ; scale = Math.max(smallest, scale * shrink)) {
    const sized = scale === 1 ? picture : picture.clone().resize({ width: Math.ceil(crop.width * scale) });
    const isSmallest = scale <= smallest;
    for (const quality of isSmallest ? [...qualities, ...lastQualities] : qualities) {
      const jpeg = await sized.clone().jpeg({ quality }).toBuffer();
      if (jpeg.length <= maxCropBytes) return jpeg;
    }
    if (isSmallest) {
      throw new Error(`A crop of ${crop.width} x ${crop.height} px stays above ${maxCropBytes} bytes.`);
    }
  }
};
