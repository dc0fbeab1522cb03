import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../clock.ts';
import { makeMemoryLog } from '../log.ts';
import { RpicamConfig } from './config.ts';
import type { Frame } from './frame.ts';
import { restartingCamera } from './restarting-camera.ts';
import { makeRpicamCamera } from './rpicam-camera.ts';
import { framesOf } from './test-films.ts';
import { isRunning, makeProgramFolder } from './test-programs.ts';
import { impatientCamera } from './watchdog.ts';

let programs: Awaited<ReturnType<typeof makeProgramFolder>>;
beforeEach(async () => {
  programs = await makeProgramFolder();
  vi.stubEnv('PATH', `${programs.folder}:${process.env.PATH}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await programs.remove();
});

const config = RpicamConfig.parse({ kind: 'rpicam', width: 320, height: 180, fps: 10, args: ['--hflip'] });
const bytes = (320 * 180 * 3) / 2;
const camera = () => makeRpicamCamera(config, systemClock);
/** Two frames of one brightness each, then a third that goes on for ever. */
const twoFrames = `head -c ${bytes} /dev/zero | tr '\\0' '\\100'; head -c ${bytes} /dev/zero | tr '\\0' '\\200'\n`;
const forEver = `while head -c ${bytes} /dev/zero; do sleep 0.05; done\n`;

describe('the camera module', () => {
  it('is asked for bare full-range pictures, and each frame is one of them', async () => {
    await programs.write('rpicam-vid', twoFrames + forEver);
    const before = systemClock.monotonicMs();
    const frames = await framesOf(camera(), 3);
    expect(await programs.argumentsOf('rpicam-vid')).toBe(
      '-n -t 0 --codec yuv420 --width 320 --height 180 --framerate 10 --flush -o - --hflip',
    );
    expect(frames.map(({ index, data }) => [index, data.length, data[0], data.at(-1)])).toEqual([
      [0, bytes, 64, 64],
      [1, bytes, 128, 128],
      [2, bytes, 0, 0],
    ]);
    const instants = [before, ...frames.map(({ monotonicMs }) => monotonicMs), systemClock.monotonicMs()];
    expect(instants).toEqual([...instants].sort((a, b) => a - b));
    const [first] = frames;
    expect(Math.abs((first?.capturedAt ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('is found under its former name', async () => {
    vi.stubEnv('PATH', `${programs.folder}:/usr/bin:/bin`);
    await programs.write('libcamera-vid', forEver);
    expect(await framesOf(camera(), 1)).toHaveLength(1);
  });

  it('says what to type when its program is missing', async () => {
    vi.stubEnv('PATH', programs.folder);
    await expect(framesOf(camera())).rejects.toMatchObject({
      trouble: 'no_program',
      message: 'rpicam-vid is not installed: type sudo apt-get install -y rpicam-apps',
    });
  });

  it.each([
    ['ERROR: *** no cameras available ***', 'no_device'],
    ['ERROR: *** failed to acquire camera /base/axi/imx708@1a ***', 'busy'],
    ['Could not open any dma-buf provider: Permission denied', 'no_permission'],
    ['ERROR: the earth shook', 'died'],
  ])('says what is wrong when it ends with "%s"', async (line, trouble) => {
    await programs.write('rpicam-vid', `echo '${line}' >&2; exit 255\n`);
    await expect(framesOf(camera())).rejects.toMatchObject({ trouble });
  });

  it('gives frames however much its program complains', async () => {
    await programs.write('rpicam-vid', `head -c 3000000 /dev/zero | tr '\\0' 'x' >&2\n${forEver}`);
    expect(await framesOf(camera(), 2)).toHaveLength(2);
  });

  it('is let go when its reader leaves, also when its program will not hear', async () => {
    await programs.write('rpicam-vid', `trap '' TERM PIPE\n${forEver}while :; do sleep 0.05; done\n`);
    expect(await framesOf(camera(), 1)).toHaveLength(1);
    const [pid = 0] = await programs.processesOf('rpicam-vid');
    expect(isRunning(pid)).toBe(false);
  });
});

describe('a camera module at a door', () => {
  /** Watches with little patience; the clock is the real one. */
  const watch = () => {
    const log = makeMemoryLog();
    const impatient = impatientCamera(camera(), systemClock, { firstMs: 10_000, nextMs: 700 });
    const deps = { kind: 'rpicam', clock: systemClock, log, random: () => 0 };
    const door = restartingCamera(impatient, deps);
    const stop = new AbortController();
    const frames: Frame[] = [];
    const read = async () => {
      for await (const frame of door.frames(stop.signal)) frames.push(frame);
    };
    const reading = read();
    const count = (event: string) => log.lines.filter((line) => line.event === event).length;
    const end = async () => {
      stop.abort();
      await reading;
    };
    return { door, log, frames, count, end };
  };
  const patiently = { timeout: 20_000, interval: 20 };

  it('is killed and started again when its program is halted', async () => {
    await programs.write('rpicam-vid', forEver);
    const { door, frames, count, end } = watch();
    await expect.poll(() => frames.length, patiently).toBeGreaterThan(2);
    const [halted = 0] = await programs.processesOf('rpicam-vid');
    process.kill(-halted, 'SIGSTOP');
    await expect.poll(() => door.trouble(), patiently).toBe('stalled');
    await expect.poll(() => count('camera.started'), patiently).toBe(2);
    expect(door.trouble()).toBeNull();
    expect(isRunning(halted)).toBe(false);
    const all = await programs.processesOf('rpicam-vid');
    expect(all).toHaveLength(2);
    expect(frames.map(({ index }) => index)).toEqual(frames.map((_, index) => index));
    await end();
    expect(all.filter(isRunning)).toEqual([]);
  });

  it('is started again each time its program dies, and leaves none behind', async () => {
    await programs.write('rpicam-vid', `${twoFrames}echo 'ERROR: the earth shook' >&2; exit 1\n`);
    const { log, frames, count, end } = watch();
    await expect.poll(() => count('camera.restarting'), patiently).toBe(3);
    await end();
    expect(frames).toHaveLength(6);
    expect(log.lines.find(({ event }) => event === 'camera.failed')?.fields).toMatchObject({
      reason: 'died',
      why: 'rpicam-vid for the camera module ended with exit code 1; it last said: ERROR: the earth shook',
    });
    expect((await programs.processesOf('rpicam-vid')).filter(isRunning)).toEqual([]);
  });
});
