import { execFileSync } from 'node:child_process';
import path from 'node:path';
import sharp from 'sharp';
import { enrolmentCrop, samplePerson } from '../device/camera/replay/sample-people.ts';

const size = { width: 640, height: 480 } as const;
const plainWall = '#b8b2a7';

/**
 * A film for Chromium's fake camera in which a sample person looks into it, in front of a wall of a colour: another colour makes it
 * another picture. Returns its file in `folder`.
 */
export const filmOfPerson = async (sampleId: string, folder: string, wall = plainWall): Promise<string> =>
  filmOf(
    await enrolmentCrop(samplePerson(sampleId)),
    wall,
    path.join(folder, `${sampleId}-${wall.slice(1)}`),
  );

/** A film of a wall with nobody before it. */
export const filmOfNobody = async (folder: string): Promise<string> => {
  const wall = sharp({ create: { ...size, channels: 3, background: plainWall } });
  return filmOf(await wall.jpeg().toBuffer(), plainWall, path.join(folder, 'nobody'));
};

/** Chromium plays uncompressed YUV4MPEG2 in a loop (`--use-file-for-fake-video-capture`). */
const filmOf = async (picture: Uint8Array, wall: string, file: string): Promise<string> => {
  await sharp(picture)
    .resize({ ...size, fit: 'contain', background: wall })
    .png()
    .toFile(`${file}.png`);
  const frames = ['-loop', '1', '-i', `${file}.png`, '-frames:v', '5', '-r', '5', '-pix_fmt', 'yuv420p'];
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...frames, `${file}.y4m`]);
  return `${file}.y4m`;
};
