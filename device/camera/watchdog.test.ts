import { describe, expect, it } from 'vitest';
import { type Clock, makeManualClock } from '../clock.ts';
import { CameraError } from './camera-error.ts';
import type { Camera } from './frame.ts';
import { makePlayedCamera, settled } from './test-cameras.ts';
import { impatientCamera } from './watchdog.ts';

/** Reads a camera to its end; tells how many frames it gave and how it ended, if it has. */
const readAll = (camera: Camera, signal = new AbortController().signal) => {
  const seen: { frames: number; end: unknown } = { frames: 0, end: undefined };
  const read = async () => {
    for await (const _frame of camera.frames(signal)) seen.frames += 1;
  };
  read().then(
    () => {
      seen.end = 'ended';
    },
    (error: unknown) => {
      seen.end = error;
    },
  );
  return seen;
};

/** Stalls a camera after three frames and tells what somebody who watches with this clock knows so much later. */
const fiveSecondsAfterAStall = async (watching: (clock: Clock) => Pick<Clock, 'sleep'>) => {
  const clock = makeManualClock();
  const camera = makePlayedCamera(clock, { frames: 3, ends: 'never' });
  const seen = readAll(impatientCamera(camera, watching(clock)));
  await settled();
  expect(seen.frames).toBe(3);
  await clock.advance(5000);
  return { noticed: seen.end, running: camera.running() };
};

describe('a stalled camera', () => {
  it('is noticed and stopped within five seconds', async () => {
    const { noticed, running } = await fiveSecondsAfterAStall((clock) => clock);
    expect(noticed).toBeInstanceOf(CameraError);
    expect(noticed).toMatchObject({ trouble: 'stalled' });
    expect(running).toBe(0);
  });

  it('would not be noticed by a watchdog that never looks', async () => {
    const asleep: Pick<Clock, 'sleep'> = { sleep: () => new Promise(() => undefined) };
    expect(await fiveSecondsAfterAStall(() => asleep)).toEqual({ noticed: undefined, running: 1 });
  });

  it('may take longer for its first picture', async () => {
    const clock = makeManualClock();
    const seen = readAll(impatientCamera(makePlayedCamera(clock, { frames: 0, ends: 'never' }), clock));
    await settled();
    await clock.advance(14_000);
    expect(seen.end).toBeUndefined();
    await clock.advance(1500);
    expect(seen.end).toMatchObject({ trouble: 'stalled' });
  });
});

it('does not blame the camera for a reader that is slow', async () => {
  const clock = makeManualClock();
  const frames = impatientCamera(makePlayedCamera(clock, { frames: 2, ends: 'quietly' }), clock)
    .frames(new AbortController().signal)
    [Symbol.asyncIterator]();
  expect((await frames.next()).done).toBe(false);
  await clock.advance(60_000);
  expect((await frames.next()).done).toBe(false);
  expect((await frames.next()).done).toBe(true);
});

it('ends quietly when it is stopped, and stops the camera when its reader leaves', async () => {
  const clock = makeManualClock();
  const stop = new AbortController();
  const stopped = makePlayedCamera(clock, { frames: 1, ends: 'never' });
  const seen = readAll(impatientCamera(stopped, clock), stop.signal);
  await clock.advance(1000);
  stop.abort();
  await settled();
  expect(seen).toEqual({ frames: 1, end: 'ended' });

  const left = makePlayedCamera(clock, { frames: 5, ends: 'never' });
  for await (const _frame of impatientCamera(left, clock).frames(new AbortController().signal)) break;
  expect(left.running()).toBe(0);
});

it('passes on what the camera throws', async () => {
  const clock = makeManualClock();
  const broken = makePlayedCamera(clock, { frames: 1, ends: new CameraError('no_device', 'unplugged') });
  const seen = readAll(impatientCamera(broken, clock));
  await settled();
  expect(seen.end).toMatchObject({ trouble: 'no_device' });
});
