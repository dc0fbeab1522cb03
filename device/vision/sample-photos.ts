import path from 'node:path';
import sharp from 'sharp';
import type { Frame } from '../camera/frame.ts';
import { packageFiles } from './tensorflow.ts';
import { rgbToYuv420 } from './yuv.ts';

/** For tests: the sample photographs inside the face-api package; 3, 3, 3, 4, 5 and 4 people look out of them. */
export const samplePhotos = [1, 2, 3, 4, 5, 6].map((number) =>
  path.join(packageFiles('@vladmandic/face-api', 'demo'), `sample${number}.jpg`),
);

/** For tests: a camera frame of one colour. */
export const plainFrame = (
  width: number,
  height: number,
  colour: readonly [number, number, number],
): Frame => {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => colour[at % 3] ?? 0);
  return frameOf(width, height, data);
};

/** For tests: a photograph, as large as it fits, in a 1280 × 720 frame with black beside it. */
export const letterboxedFrame = async (file: string): Promise<Frame> => {
  const picture = await sharp(file)
    .resize(1280, 720, { fit: 'contain', background: '#000' })
    .removeAlpha()
    .raw()
    .toBuffer();
  return frameOf(1280, 720, picture);
};

const frameOf = (width: number, height: number, data: Uint8Array): Frame => ({
  index: 0,
  width,
  height,
  data: rgbToYuv420({ width, height, data }),
  capturedAt: 0,
  monotonicMs: 0,
});
