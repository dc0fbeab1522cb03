import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeManualClock, systemClock } from '../clock.ts';
import { CameraError } from './camera-error.ts';
import { FileConfig } from './config.ts';
import { makeFileCamera } from './file-camera.ts';
import type { Frame } from './frame.ts';
import { framesOf, makeFilmFolder, movingPicture } from './test-films.ts';
import { isRunning, makeProgramFolder } from './test-programs.ts';

let films: Awaited<ReturnType<typeof makeFilmFolder>>;
beforeAll(async () => {
  films = await makeFilmFolder();
});
afterAll(() => films.remove());
afterEach(() => {
  vi.unstubAllEnvs();
});

const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const cameraOf = (path: string, changes: Partial<FileConfig> = {}, clock = systemClock) =>
  makeFileCamera(FileConfig.parse({ kind: 'file', path, realtime: false, ...changes }), clock);
const sizeOf = (frame: Frame | undefined) => frame && [frame.width, frame.height];
const digestOf = (frames: readonly Frame[]): string =>
  frames.reduce((hash, { data }) => hash.update(data), createHash('sha256')).digest('hex');

describe('a video file', () => {
  let film: string;
  beforeAll(async () => {
    film = await films.make('film.mp4', ...movingPicture('320x240'), ...h264);
  });

  it('plays the same every time, frame n at n/fps after the beginning', async () => {
    const play = () =>
      framesOf(cameraOf(film, {}, makeManualClock({ now: 1_700_000_000_000, monotonicMs: 5000 })));
    const [once, again] = [await play(), await play()];
    expect(once.map(({ index, monotonicMs }) => [index, monotonicMs])).toEqual(
      Array.from({ length: 10 }, (_, index) => [index, 5000 + 200 * index]),
    );
    expect(once[9]?.capturedAt).toBe(1_700_000_001_800);
    expect(digestOf(again)).toBe(digestOf(once));
    expect(digestOf(once.slice(0, 1))).not.toBe(digestOf(once.slice(1, 2)));
  });

  it('can be looked at less often, and smaller in the same shape', async () => {
    const frames = await framesOf(cameraOf(film, { fps: 2, maxWidth: 160 }));
    expect(frames.map(({ monotonicMs }) => monotonicMs - (frames[0]?.monotonicMs ?? 0))).toEqual([
      0, 500, 1000, 1500,
    ]);
    expect(sizeOf(frames[0])).toEqual([160, 120]);
    expect(frames[0]?.data).toHaveLength(160 * 120 * 1.5);
  });

  it('leaves no FFmpeg behind when whoever reads it is killed', async () => {
    const programs = await makeProgramFolder();
    await programs.write('ffmpeg', `PATH='${process.env.PATH}' exec ffmpeg "$@"`);
    const reader = fork(
      new URL('./read-camera.fixture.ts', import.meta.url),
      [JSON.stringify({ kind: 'file', path: film })],
      {
        execArgv: ['--import', 'tsx'],
        env: { ...process.env, PATH: `${programs.folder}:${process.env.PATH}` },
      },
    );
    await once(reader, 'message');
    const [ffmpeg = 0] = await programs.processesOf('ffmpeg');
    expect(isRunning(ffmpeg)).toBe(true);
    reader.kill('SIGKILL');
    await vi.waitUntil(() => !isRunning(ffmpeg), { timeout: 20_000 });
    await programs.remove();
  });

  it('keeps time where pictures are missing', async () => {
    const gap = await films.make(
      'gap.mkv',
      ...movingPicture('320x240'),
      ...['-vf', "select='lt(n,3)+gt(n,7)'", '-fps_mode', 'vfr'],
      ...h264,
    );
    const frames = await framesOf(cameraOf(gap));
    expect(frames).toHaveLength(10);
    // Five pictures are left, and shown until the next.
    expect(new Set(frames.map((frame) => digestOf([frame]))).size).toBe(5);
  });

  it('in real time gives a frame when its time has come', async () => {
    const clock = makeManualClock();
    const frames = cameraOf(film, { realtime: true }, clock)
      .frames(new AbortController().signal)
      [Symbol.asyncIterator]();
    const arrived: number[] = [];
    for (let index = 0; index < 4; index++) {
      const next = frames.next();
      await vi.waitFor(() => expect(clock.sleepers()).toHaveLength(1), { timeout: 20_000 });
      await clock.advance(200);
      arrived.push((await next).value?.monotonicMs);
    }
    await frames.return?.(undefined);
    expect(arrived).toEqual([0, 200, 400, 600]);
  });
});

describe('a video file of another kind', () => {
  const kinds: readonly [string, string, readonly string[], readonly [number, number]][] = [
    ['240p', 'small.mp4', [...movingPicture('426x240'), ...h264], [426, 240]],
    ['portrait', 'portrait.mp4', [...movingPicture('240x426'), ...h264], [240, 426]],
    [
      'odd sides',
      'odd.mkv',
      ['-f', 'lavfi', '-i', 'testsrc=s=321x241:r=5:d=2', '-c:v', 'ffv1', '-pix_fmt', 'yuv420p'],
      [321, 241],
    ],
    [
      '10 bits',
      'ten.mkv',
      [...movingPicture('320x240'), '-c:v', 'ffv1', '-pix_fmt', 'yuv420p10le'],
      [320, 240],
    ],
    [
      'full colour',
      'full.mkv',
      [...movingPicture('320x240'), '-c:v', 'ffv1', '-pix_fmt', 'yuv444p'],
      [320, 240],
    ],
    ['no colour', 'grey.mkv', [...movingPicture('320x240'), '-c:v', 'ffv1', '-pix_fmt', 'gray'], [320, 240]],
  ];
  it.each(kinds)('is played: %s', async (_, name, args, size) => {
    const frames = await framesOf(cameraOf(await films.make(name, ...args)));
    expect(frames).toHaveLength(10);
    const [width, height] = size;
    const cells = Math.ceil(width / 2) * Math.ceil(height / 2);
    for (const frame of frames) {
      expect(sizeOf(frame)).toEqual(size);
      expect(frame.data).toHaveLength(width * height + 2 * cells);
    }
  });

  it('is played upright when it says how it was held', async () => {
    const lying = await films.make('lying.mp4', ...movingPicture('320x240'), ...h264);
    const turned = await films.make('turned.mp4', '-i', lying, '-c', 'copy', '-metadata:s:v:0', 'rotate=90');
    expect(sizeOf((await framesOf(cameraOf(turned)))[0])).toEqual([240, 320]);
  });

  it('keeps the size it began with when that changes on the way', async () => {
    const large = await films.make('large.ts', ...movingPicture('640x360'), ...h264);
    const small = await films.make('small.ts', ...movingPicture('320x180'), ...h264);
    const both = await films.make('both.ts', '-i', `concat:${large}|${small}`, '-c', 'copy');
    const frames = await framesOf(cameraOf(both));
    expect(frames.length).toBeGreaterThanOrEqual(20);
    for (const frame of frames) expect(sizeOf(frame)).toEqual([640, 360]);
  });

  it('shows what is left of one that is cut off', async () => {
    const whole = await films.make('whole.ts', ...movingPicture('320x240'), ...h264);
    const bytes = await readFile(whole);
    await writeFile(films.at('half.ts'), bytes.subarray(0, bytes.length / 2));
    const frames = await framesOf(cameraOf(films.at('half.ts')));
    expect(frames.length).toBeGreaterThan(2);
    expect(frames.length).toBeLessThan(10);
  });
});

describe('what is no video', () => {
  const troubleOf = async (path: string): Promise<CameraError> => {
    const error = await framesOf(cameraOf(path)).catch((thrown: unknown) => thrown);
    if (!(error instanceof CameraError)) throw new Error(`expected a CameraError, not ${String(error)}`);
    return error;
  };

  it.each([
    ['bytes', 'noise.mp4', Buffer.alloc(50_000, 'nothing to see ')],
    ['nothing', 'empty.mp4', Buffer.alloc(0)],
    ['a text', 'notes.txt', Buffer.from('hello\n')],
    ['a list that names the network', 'list.m3u8', Buffer.from('#EXTM3U\nhttp://127.0.0.1:1/film.ts\n')],
  ])('is refused: %s', async (_, name, bytes) => {
    await writeFile(films.at(name), bytes);
    const error = await troubleOf(films.at(name));
    expect(error.trouble).toBe('not_a_video');
    expect(error.message).toBe(`${films.at(name)} holds no video that FFmpeg can read: check what it is`);
  });

  it('is refused: sound alone', async () => {
    const sound = await films.make('sound.wav', '-f', 'lavfi', '-i', 'sine=d=1');
    expect((await troubleOf(sound)).trouble).toBe('not_a_video');
  });

  it('is refused: a file that is not there, and a folder', async () => {
    await mkdir(films.at('folder'));
    expect(await troubleOf(films.at('missing.mp4'))).toMatchObject({ trouble: 'no_file' });
    expect(await troubleOf(films.at('folder'))).toMatchObject({ trouble: 'no_file' });
  });

  it('cannot be known without FFmpeg, which says what to type', async () => {
    vi.stubEnv('PATH', films.at('folder'));
    expect(await troubleOf(films.at('film.mp4'))).toMatchObject({
      trouble: 'no_program',
      message: 'ffmpeg is not installed: type sudo apt-get install -y ffmpeg',
    });
  });
});
