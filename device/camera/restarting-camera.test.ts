import { describe, expect, it } from 'vitest';
import { makeManualClock } from '../clock.ts';
import { makeMemoryLog } from '../log.ts';
import { CameraError } from './camera-error.ts';
import type { Frame } from './frame.ts';
import { restartingCamera } from './restarting-camera.ts';
import { makePlayedCamera, type PlayedRun, settled } from './test-cameras.ts';
import { impatientCamera } from './watchdog.ts';

/** A live camera of a door whose starts play these runs, read in the background. `random` is the middle of every wait. */
const watch = (...runs: readonly PlayedRun[]) => {
  const clock = makeManualClock();
  const log = makeMemoryLog();
  const source = makePlayedCamera(clock, ...runs);
  const camera = restartingCamera(impatientCamera(source, clock), {
    kind: 'ffmpeg',
    clock,
    log,
    random: () => 0.5,
  });
  const stop = new AbortController();
  const frames: Frame[] = [];
  let hasEnded = false;
  const read = async () => {
    for await (const frame of camera.frames(stop.signal)) frames.push(frame);
    hasEnded = true;
  };
  const reading = read();
  const events = () => log.lines.map(({ event }) => event);
  const waits = () =>
    log.lines.filter(({ event }) => event === 'camera.restarting').map(({ fields }) => fields.waitMs);
  return { clock, log, source, camera, frames, events, waits, stop, reading, hasEnded: () => hasEnded };
};

/** Ten frames, one every four seconds. */
const longRun: PlayedRun = { frames: 10, everyMs: 4000, ends: 'quietly' };
const unplugged = new CameraError('no_device', '/dev/video0 is not there: plug the camera in');

describe('a live camera', () => {
  it('is started again when it stalls, and says so within five seconds', async () => {
    const door = watch({ frames: 2, ends: 'never' });
    await settled();
    expect(door.camera.trouble()).toBeNull();
    await door.clock.advance(4900);
    expect(door.camera.trouble()).toBe('stalled');
    expect(door.events()).toEqual(['camera.started', 'camera.stalled', 'camera.restarting']);
    await door.clock.advance(1000);
    expect(door.camera.trouble()).toBeNull();
    expect(door.frames.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(door.source.running()).toBe(1);
  });

  it.each<[string, PlayedRun]>([
    ['no_device', { frames: 0, ends: unplugged }],
    ['ended', { frames: 3, ends: 'quietly' }],
    ['died', { frames: 3, ends: new Error('The stream is not what was agreed') }],
  ])('is started again after %s', async (reason, run) => {
    const door = watch(run, { frames: 1, ends: 'never' });
    await settled();
    expect(door.camera.trouble()).toBe(reason);
    expect(door.log.lines.find(({ event }) => event === 'camera.failed')?.fields).toMatchObject({ reason });
    await door.clock.advance(1000);
    expect(door.camera.trouble()).toBeNull();
    expect(door.source.starts()).toBe(2);
  });

  it('waits longer after every start that did not last, and never longer than a minute and a bit', async () => {
    const door = watch({ frames: 1, ends: 'quietly' });
    await settled();
    await door.clock.advance(600_000);
    expect(door.waits().slice(0, 8)).toEqual([1000, 1500, 2500, 4500, 8500, 16_500, 30_500, 30_500]);
    // Ten minutes of a broken camera are a page of log, not a flood.
    expect(door.log.lines.length).toBeLessThan(90);
  });

  it('starts quickly again after it has run well for long', async () => {
    const door = watch({ frames: 0, ends: unplugged }, { frames: 0, ends: unplugged }, longRun, longRun);
    await settled();
    await door.clock.advance(120_000);
    expect(door.waits()).toEqual([1000, 1500, 1000, 1000]);
  });

  it('ends when it is stopped, also while it waits to start again', async () => {
    const waiting = watch({ frames: 0, ends: unplugged });
    await waiting.clock.advance(100);
    waiting.stop.abort();
    await waiting.reading;
    expect(waiting.hasEnded()).toBe(true);

    const running = watch({ frames: 1, ends: 'never' });
    await settled();
    running.stop.abort();
    await running.reading;
    expect(running.source.running()).toBe(0);
    expect(running.events()).toEqual(['camera.started']);
  });
});
