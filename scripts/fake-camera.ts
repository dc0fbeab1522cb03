import { execFileSync } from 'node:child_process';
import path from 'node:path';
import sharp from 'sharp';
import { enrolmentCrop, samplePerson } from '../device/camera/replay/sample-people.ts';

const size = { width: 640, height: 480 } as const;

/** A film for Chromium's fake camera in which a sample person looks into it. Returns its file in `folder`. */
export const filmOfPerson = async (sampleId: string, folder: string): Promise<string> =>
  filmOf(await enrolmentCrop(samplePerson(sampleId)), sampleId, folder);

/** A film of a room with nobody in it. */
export const filmOfNobody = async (folder: string): Promise<string> =>
  filmOf(
    await sharp({ create: { ...size, channels: 3, background: '#b8b2a7' } })
      .jpeg()
      .toBuffer(),
    'nobody',
    folder,
  );

/** Chromium plays uncompressed YUV4MPEG2 in a loop (`--use-file-for-fake-video-capture`). */
const filmOf = async (picture: Uint8Array, name: string, folder: string): Promise<string> => {
  const still = path.join(folder, `${name}.png`);
  const film = path.join(folder, `${name}.y4m`);
  await sharp(picture)
    .resize({ ...size, fit: 'contain', background: '#b8b2a7' })
    .png()
    .toFile(still);
  const frames = ['-loop', '1', '-i', still, '-frames:v', '5', '-r', '5', '-pix_fmt', 'yuv420p'];
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...frames, film]);
  return film;
};
