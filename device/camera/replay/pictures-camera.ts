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

/** Whether a file of this name is taken for a picture. */
export const isPictureName = (name: string): boolean => /\.(jpe?g|png|webp)$/i.test(name);

/** The picture itself, or those of a folder in the order of their names. Throws a CameraError when there is none to read. */
const picturesIn = async (place: string): Promise<string[]> => {
  const names = await readdir(place).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOTDIR') return null;
    const trouble = cause.code === 'EACCES' ? 'no_permission' : 'no_file';
    throw new CameraError(
      trouble,
      `${place} cannot be read (${cause.code}): check the path and its permissions`,
    );
  });
  if (!names) return [place];
  const pictures = names.filter(isPictureName).sort();
  if (pictures.length === 0)
    throw new CameraError('no_file', `${place} has no pictures: it must hold .jpg, .png or .webp files`);
  return pictures.map((name) => path.join(place, name));
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
    throw new CameraError('unsupported', `${file} is no picture that can be read: leave it out`);
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
 * Makes a camera that shows a picture, or those of a folder one after the other, each for two and a half seconds as it comes nearer: a face
 * that does not move would be taken for a picture on a wall. Frames are stamped with the time they would have had; between two
 * pictures a minute passes.
 * Throws a CameraError when there is no picture, or one that cannot be read.
 */
export const makePicturesCamera = (place: string, clock: Clock): Camera => ({
  async *frames(signal): AsyncGenerator<Frame> {
    const files = await picturesIn(place);
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
