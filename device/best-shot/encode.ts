import sharp from 'sharp';
import { maxCropBytes, minCropSidePx } from '#contract/sighting.ts';
import type { RgbImage } from '../vision/face.ts';

/** JPEG qualities in the order in which they are tried: even 30 costs no measurable recognition, size does. */
const qualities = [85, 80, 75, 70, 65, 60] as const;
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
    for (const quality of qualities) {
      const jpeg = await sized.clone().jpeg({ quality }).toBuffer();
      if (jpeg.length <= maxCropBytes) return jpeg;
    }
    if (scale <= smallest) {
      throw new Error(`A crop of ${crop.width} x ${crop.height} px stays above ${maxCropBytes} bytes.`);
    }
  }
};
