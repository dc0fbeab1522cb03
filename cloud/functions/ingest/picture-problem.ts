import type { RejectionReason } from '#contract/reason.ts';
import { maxCropBytes, minCropSidePx } from '#contract/sighting.ts';
import { isWholeJpeg, readJpegSize } from '../jpeg.ts';

/**
 * No door cuts a head and shoulders this large out of its frame. A few bytes can announce a picture of 65,535 × 65,535
 * pixels, which would take gigabytes to decode.
 */
const maxCropSidePx = 4_096;

/** Why a picture is not worth a search, from its headers alone; nothing is decoded. Null when it is. */
export const pictureProblem = (image: Uint8Array): RejectionReason | null => {
  if (image.byteLength > maxCropBytes) return 'picture_too_large';
  const size = readJpegSize(image);
  if (size === null) return 'not_a_jpeg';
  if (Math.max(size.width, size.height) > maxCropSidePx) return 'picture_too_large';
  if (!isWholeJpeg(image)) return 'picture_truncated';
  return Math.min(size.width, size.height) < minCropSidePx ? 'picture_too_small' : null;
};
