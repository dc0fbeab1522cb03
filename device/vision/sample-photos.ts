import path from 'node:path';
import sharp from 'sharp';
import type { Frame } from '../camera/frame.ts';
import sampleFaces from '../camera/replay/sample-faces.json' with { type: 'json' };
import { clampBox, growBox } from './box.ts';
import { packageFiles } from './tensorflow.ts';
import { rgbToYuv420 } from './yuv.ts';

type SampleFace = (typeof sampleFaces)[number];

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

/** For tests: a photograph, as large as it fits, in a frame with black beside it. */
export const letterboxedFrame = async (file: string, width = 1280, height = 720): Promise<Frame> => {
  const picture = await sharp(file)
    .resize(width, height, { fit: 'contain', background: '#000' })
    .removeAlpha()
    .raw()
    .toBuffer();
  return frameOf(width, height, picture);
};

/** For tests: a frame that shows as many faces as `columns` × `rows`, each cut from the sample photographs. */
export const crowdedFrame = async (columns: number, rows: number): Promise<Frame> => {
  const [width, height] = [1280, 720];
  const [tileWidth, tileHeight] = [Math.floor(width / columns), Math.floor(height / rows)];
  const tiles = Array.from({ length: columns * rows }, async (_, index) => {
    const { photo, box } = sampleFaces[index % sampleFaces.length] as SampleFace;
    const file = path.join(packageFiles('@vladmandic/face-api', 'demo'), photo);
    const { x, y, width: w, height: h } = clampBox(growBox(box, 0.35), await sharp(file).metadata());
    const input = await sharp(file)
      .extract({ left: x, top: y, width: w, height: h })
      .resize(tileWidth, tileHeight, { fit: 'contain', background: '#000' })
      .toBuffer();
    return { input, left: (index % columns) * tileWidth, top: Math.floor(index / columns) * tileHeight };
  });
  const picture = await sharp({ create: { width, height, channels: 3, background: '#000' } })
    .composite(await Promise.all(tiles))
    .removeAlpha()
    .raw()
    .toBuffer();
  return frameOf(width, height, picture);
};

const frameOf = (width: number, height: number, data: Uint8Array): Frame => ({
  index: 0,
  width,
  height,
  data: rgbToYuv420({ width, height, data }),
  capturedAt: 0,
  monotonicMs: 0,
});
