import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ReplayConfig } from '../camera/replay/config.ts';
import { makeReplayCamera } from '../camera/replay/replay-camera.ts';
import { makeManualClock } from '../clock.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
let folder: string;
let video: string;

/** Makes a video of a scene as a camera would have recorded it: H.264, ten frames a second. */
const record = async (config: ReplayConfig, file: string): Promise<void> => {
  const picture = `${config.width}x${config.height}`;
  const input = ['-f', 'rawvideo', '-pix_fmt', 'yuvj420p', '-s', picture, '-r', `${config.fps}`, '-i', '-'];
  const output = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '20', '-y', file];
  const ffmpeg = spawn('ffmpeg', ['-v', 'error', ...input, ...output], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const closed = once(ffmpeg, 'close');
  for await (const { data } of makeReplayCamera(config, makeManualClock()).frames(
    new AbortController().signal,
  )) {
    if (!ffmpeg.stdin.write(data)) await once(ffmpeg.stdin, 'drain');
  }
  ffmpeg.stdin.end();
  const [exitCode] = await closed;
  if (exitCode !== 0) throw new Error(`ffmpeg ended with ${exitCode}`);
};

/** Runs the command as somebody types it, in a folder of its own. */
const door = async (args: readonly string[], environment: NodeJS.ProcessEnv = {}) => {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), main, 'replay', ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const [exitCode] = await once(child, 'close');
  return { exitCode, stdout, stderr };
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-video-'));
  video = path.join(folder, 'door.mp4');
  const people = ['s6-1', 's5-1', 's6-4', 's4-2'];
  const film = { kind: 'replay', scene: 'crossings', passages: 4, pauseSeconds: 1, people, realtime: false };
  await record(ReplayConfig.parse(film), video);
});
afterAll(() => rm(folder, { recursive: true }));

it('tells of a video who passed and what it took, and writes nothing but the contact sheet', async () => {
  const before = await readdir(folder);
  const { exitCode, stdout, stderr } = await door([video, '--report', 'sheets']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/^door\.mp4: 1280 x 720 pixels, 0:1\d\.\d of film, played in/);
  expect(stdout).toContain('4 passages, 4 sightings.');
  expect(stdout).toMatch(/^decode +\d+ .*waiting for a frame/m);
  expect((await readdir(folder)).sort()).toEqual([...before, 'sheets'].sort());
  expect(await readdir(path.join(folder, 'sheets'))).toEqual(['contact-sheet-1.png']);
  const { width } = await sharp(path.join(folder, 'sheets', 'contact-sheet-1.png')).metadata();
  expect(width).toBeGreaterThan(1000);
});

it('puts the sheets below .rollcall when no folder is named', async () => {
  const { exitCode, stdout } = await door([video, '--report', '--fps', '5']);
  expect(exitCode).toBe(0);
  const sheet = path.join('.rollcall', 'replay', 'door.mp4', 'contact-sheet-1.png');
  expect(stdout).toContain(`contact sheet: ${sheet}`);
});

it('says that a file is not a video', async () => {
  const file = path.join(folder, 'letter.mp4');
  await writeFile(file, 'Dear door,\n'.repeat(2000));
  const { exitCode, stdout, stderr } = await door([file]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(/letter\.mp4 holds no video that FFmpeg can read: check what it is$/m);
});

it('says that ffmpeg is missing and how to install it', async () => {
  const { exitCode, stderr } = await door([video], { PATH: folder });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('ffmpeg');
  expect(stderr).toContain('apt');
});

it('says that a folder of sheets cannot be written', async () => {
  await writeFile(path.join(folder, 'taken'), 'a file');
  const { exitCode, stderr } = await door([video, '--report', 'taken', '--fps', '2']);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/taken \(EEXIST\): name another folder/);
});
