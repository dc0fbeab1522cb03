import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Camera, Frame } from './frame.ts';

const run = promisify(execFile);

/** A folder for the films of one test file. For tests. */
export const makeFilmFolder = async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'rollcall-films-'));
  const at = (name: string): string => path.join(folder, name);
  return {
    at,
    /** Makes a film with FFmpeg; these are the arguments before its name. Returns its path. */
    make: async (name: string, ...args: readonly string[]): Promise<string> => {
      await run('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...args, at(name)]);
      return at(name);
    },
    remove: () => rm(folder, { recursive: true }),
  };
};

/** A generated picture that moves: 5 per second for two seconds. For tests. */
export const movingPicture = (size: string): readonly string[] => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=5:d=2`],
];

/** All frames of a camera, or the first few of one that does not end. For tests. */
export const framesOf = async (camera: Camera, count = Number.POSITIVE_INFINITY): Promise<Frame[]> => {
  const frames: Frame[] = [];
  for await (const frame of camera.frames(new AbortController().signal)) {
    frames.push(frame);
    if (frames.length >= count) break;
  }
  return frames;
};
