import { readdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { Clock } from '../../clock.ts';
import { rgbToYuv420 } from '../../vision/yuv.ts';
import { CameraError } from '../camera-error.ts';
import type { Camera, Frame } from '../frame.ts';

const size = { width: 1280, height: 720 } as const;
const frameMs = 100;
const framesPerPicture = 25;
/** Long enough for everyone of one picture to be forgotten before the next. */
const pauseMs = 60_000;
/** A picture comes nearer, as people do: so large it is at first and at last, beside the largest that fits. */
const zoom = { from: 0.6, to: 1 } as const;
const background = '#606060';

/** Pictures of a folder, in the order of their names. Throws a CameraError when it cannot be read or has none. */
const picturesIn = async (folder: string): Promise<string[]> => {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    const trouble = cause.code === 'EACCES' ? 'no_permission' : 'no_file';
    throw new CameraError(
      trouble,
      `${folder} cannot be read (${cause.code}): check the path and its permissions`,
    );
  });
  const pictures = names.filter((name) => /\.(jpe?g|png|webp)$/i.test(name)).sort();
  if (pictures.length === 0)
    throw new CameraError('no_file', `${folder} has no pictures: it must hold .jpg, .png or .webp files`);
  return pictures.map((name) => path.join(folder, name));
};

type Picture = { readonly data: Buffer; readonly info: { readonly width: number; readonly height: number } };

/** The picture as large as it fits into a frame, upright, without transparency. */
const open = async (file: string): Promise<Picture> => {
  try {
    return await sharp(file)
      .rotate()
      .flatten({ background })
      .toColourspace('srgb')
      .resize({ ...size, fit: 'inside' })
      .raw()
      .toBuffer({ resolveWithObject: true });
  } catch {
    throw new CameraError('unsupported', `${file} is no picture that can be read: take it out of the folder`);
  }
};

/** A frame with the picture in the middle of it, so much smaller than it fits. */
const paint = async ({ data, info: { width, height } }: Picture, scale: number): Promise<Uint8Array> => {
  const [inside, outside] = [Math.round(width * scale), Math.round(height * scale)];
  const left = Math.floor((size.width - inside) / 2);
  const top = Math.floor((size.height - outside) / 2);
  const frame = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(inside, outside)
    .extend({
      left,
      top,
      right: size.width - inside - left,
      bottom: size.height - outside - top,
      background,
    })
    .raw()
    .toBuffer();
  return rgbToYuv420({ ...size, data: frame });
};

/**
 * Makes a camera that shows the pictures of a folder one after the other, each for two and a half seconds as it comes nearer: a face
 * that does not move would be taken for a picture on a wall. Frames are stamped with the time they would have had; between two
 * pictures a minute passes.
 * Throws a CameraError when the folder has no pictures or one of them cannot be read.
 */
export const makePicturesCamera = (folder: string, clock: Clock): Camera => ({
  async *frames(signal): AsyncGenerator<Frame> {
    const files = await picturesIn(folder);
    const [startedAt, startedMs] = [clock.now(), clock.monotonicMs()];
    let index = 0;
    for (const [number, file] of files.entries()) {
      const picture = await open(file);
      for (let n = 0; n < framesPerPicture; n++) {
        if (signal.aborted) return;
        const scale = zoom.from + ((zoom.to - zoom.from) * n) / (framesPerPicture - 1);
        const data = await paint(picture, scale);
        const atMs = number * (framesPerPicture * frameMs + pauseMs) + n * frameMs;
        yield { index, ...size, data, capturedAt: startedAt + atMs, monotonicMs: startedMs + atMs };
        index += 1;
      }
    }
  },
});
