import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeManualClock } from '../../clock.ts';
import type { Frame } from '../frame.ts';
import { makePicturesCamera } from './pictures-camera.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'rollcall-pictures-'));
});
afterAll(() => rm(root, { recursive: true }));

const clock = makeManualClock({ now: 1_700_000_000_000, monotonicMs: 5000 });
const folderOf = async (files: Readonly<Record<string, Buffer>>): Promise<string> => {
  const folder = await mkdtemp(path.join(root, 'folder-'));
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
  return folder;
};
const play = async (folder: string): Promise<Frame[]> => {
  const frames: Frame[] = [];
  for await (const frame of makePicturesCamera(folder, clock).frames(new AbortController().signal))
    frames.push(frame);
  return frames;
};
const plain = (width: number, height: number, grey: number, format: 'png' | 'jpeg') =>
  sharp({ create: { width, height, channels: 3, background: { r: grey, g: grey, b: grey } } })
    .toFormat(format)
    .toBuffer();
/** How many pixels of the frame's middle row are as bright as the picture. */
const brightPixels = ({ data, width, height }: Frame): number =>
  data.subarray((height / 2) * width, (height / 2 + 1) * width).filter((luma) => luma > 200).length;

it('shows each picture coming nearer, in the order of their names, a minute apart', async () => {
  const folder = await folderOf({
    'b.jpg': await plain(300, 600, 255, 'jpeg'),
    'a.png': await plain(1600, 900, 255, 'png'),
    'notes.txt': Buffer.from('no picture'),
  });
  const frames = await play(folder);
  expect(frames).toHaveLength(50);
  for (const { data } of frames) expect(data).toHaveLength((1280 * 720 * 3) / 2);
  // The wide picture fills the width at last, the upright one only half its height's.
  const widths = frames.map(brightPixels).filter((_, n) => n % 12 === 0);
  expect(widths).toEqual([768, 1024, 1280, 282, 354]);
  expect(frames[1]?.monotonicMs).toBe(5100);
  expect(frames[25]?.monotonicMs).toBe(5000 + 2500 + 60_000);
});

it('shows a single picture', async () => {
  const folder = await folderOf({ 'a.png': await plain(1600, 900, 255, 'png'), 'b.png': Buffer.from('x') });
  expect(await play(path.join(folder, 'a.png'))).toHaveLength(25);
});

it('says what is wrong with a folder, and what to do', async () => {
  await expect(play(path.join(root, 'nowhere'))).rejects.toThrow('cannot be read (ENOENT): check the path');
  await expect(play(await folderOf({ 'notes.txt': Buffer.from('x') }))).rejects.toThrow(
    'has no pictures: it must hold .jpg, .png or .webp files',
  );
  await expect(play(await folderOf({ 'broken.jpg': Buffer.from('x') }))).rejects.toThrow(
    /broken\.jpg is no picture that can be read: leave it out/,
  );
});
