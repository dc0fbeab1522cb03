import { minCropSidePx } from '#contract/sighting.ts';
import type { Frame } from '../camera/frame.ts';
import { clampBox, growBox } from '../vision/box.ts';
import { cropRgb } from '../vision/crop.ts';
import type { Box, Face, RgbImage } from '../vision/face.ts';

/** Space around the face in face sizes. "Not tightly cropped, full head and shoulders": Rekognition's advice on input images. */
const margin = { side: 1, above: 0.9, below: 1 } as const;
/** Other faces are covered with this much around them, so that no part of them is found as a face. */
const maskMargin = 0.15;
/** Around the chosen face nothing is covered, however near a neighbour comes. */
const keepMargin = 0.05;
const grey = 128;

/** The part of the frame to publish for a face: head and shoulders, within the frame, each side at least 80 px where the frame has them. */
export const cropBoxOf = (face: Box, frame: { readonly width: number; readonly height: number }): Box => {
  const left = face.x - margin.side * face.width;
  const top = face.y - margin.above * face.height;
  const wanted = {
    x: left,
    y: top,
    width: (1 + 2 * margin.side) * face.width,
    height: (1 + margin.above + margin.below) * face.height,
  };
  const part = clampBox(wanted, frame);
  const width = Math.min(frame.width, Math.max(part.width, minCropSidePx));
  const height = Math.min(frame.height, Math.max(part.height, minCropSidePx));
  return {
    x: Math.min(part.x, frame.width - width),
    y: Math.min(part.y, frame.height - height),
    width,
    height,
  };
};

/**
 * Cuts a face's head and shoulders out of a frame at full resolution, with all other faces covered in grey,
 * so that the search, which takes the largest face, takes this one, and no one else's picture leaves the door.
 */
export const cutCrop = (frame: Frame, face: Face, others: readonly Face[]): RgbImage => {
  const part = cropBoxOf(face.box, frame);
  const crop = cropRgb(frame, part);
  const inCrop = (box: Box): Box => ({ ...box, x: box.x - part.x, y: box.y - part.y });
  const kept = inCrop(growBox(face.box, keepMargin));
  for (const other of others) cover(crop, inCrop(growBox(other.box, maskMargin)), kept);
  return padToMinimum(crop);
};

/** A frame that is itself smaller than 80 px is made up to that with grey. Nothing is ever enlarged: that would add no detail. */
const padToMinimum = (crop: RgbImage): RgbImage => {
  const width = Math.max(crop.width, minCropSidePx);
  const height = Math.max(crop.height, minCropSidePx);
  if (width === crop.width && height === crop.height) return crop;
  const data = new Uint8Array(width * height * 3).fill(grey);
  for (let y = 0; y < crop.height; y++) {
    data.set(crop.data.subarray(y * crop.width * 3, (y + 1) * crop.width * 3), y * width * 3);
  }
  return { width, height, data };
};

const cover = (crop: RgbImage, mask: Box, kept: Box): void => {
  const right = Math.min(crop.width, Math.ceil(mask.x + mask.width));
  const bottom = Math.min(crop.height, Math.ceil(mask.y + mask.height));
  for (let y = Math.max(0, Math.floor(mask.y)); y < bottom; y++) {
    const rowIsKept = y >= kept.y && y < kept.y + kept.height;
    for (let x = Math.max(0, Math.floor(mask.x)); x < right; x++) {
      if (rowIsKept && x >= kept.x && x < kept.x + kept.width) continue;
      crop.data.fill(grey, (y * crop.width + x) * 3, (y * crop.width + x + 1) * 3);
    }
  }
};
