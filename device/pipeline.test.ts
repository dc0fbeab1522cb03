import { expect, it } from 'vitest';
import { createTestFace, createTestFrame, sharpPattern } from './best-shot/test-frames.ts';
import type { Camera, Frame } from './camera/frame.ts';
import { makeMemoryLog } from './log.ts';
import type { NewEntry } from './outbox/outbox.ts';
import { createCounters, runPipeline } from './pipeline.ts';
import { doorTracking, type TrackerSettings, trackingOf } from './tracker/track.ts';
import type { Face, FaceFinder } from './vision/face.ts';

/** Somebody who takes a step and then stands still, `frames` after they came. */
const person = (frames: number): Face => createTestFace(320 - 8 * Math.min(frames, 10), 180, { width: 70 });

/** A camera that plays these pictures at 10 fps: true is a frame with a pattern, false an empty one. */
const cameraOf = (pictures: readonly boolean[], afterwards: () => void = () => {}): Camera => ({
  async *frames(signal) {
    for (const [index, hasPattern] of pictures.entries()) {
      if (signal.aborted) return;
      yield createTestFrame(hasPattern ? sharpPattern : () => 100, { index, atMs: 100 * index });
    }
    afterwards();
  },
});

const makeEyes = (camera: Camera, detect: (frame: Frame) => readonly Face[]) => {
  const entries: NewEntry[] = [];
  const searched: number[] = [];
  const counters = createCounters();
  const log = makeMemoryLog();
  const finder: FaceFinder = {
    detect: async (frame) => {
      searched.push(frame.index);
      return detect(frame);
    },
    confirm: async () => ({ score: 0.9 }),
    close: async () => {},
  };
  const tracked = { count: 0 };
  const run = (signal = new AbortController().signal, tracking: TrackerSettings = doorTracking) =>
    runPipeline(
      {
        camera,
        finder,
        outbox: { add: async (entry) => entries.push(entry) },
        log,
        doorTime: { bootId: '0c9f1b5e-3a7d-4e21-8b6c-2f1d3e4a5b6c', clockState: () => 'unsynced' },
        newPassageId: () => '01932f6e-8f2a-7c31-9d4e-5a6b7c8d9e0f',
        counters,
        tracking,
        onlooker: {
          stage: (name, work) => {
            if (name === 'track') tracked.count += 1;
            return work();
          },
          saw: () => undefined,
        },
      },
      signal,
    );
  return { entries, searched, counters, tracked, log, run };
};

const times = (count: number, picture: boolean): boolean[] => Array(count).fill(picture);

it('does not search an empty corridor, but goes on searching for who stands still', async () => {
  const present = (frame: Frame) => frame.index >= 20 && frame.index < 120;
  const eyes = makeEyes(cameraOf([...times(20, false), ...times(100, true), ...times(60, true)]), (frame) =>
    present(frame) ? [person(frame.index - 20)] : [],
  );
  expect(await eyes.run()).toBe('ended');
  // The very first frame is always searched: someone may be there already.
  expect(eyes.searched.filter((index) => index < 20)).toEqual([0]);
  expect(eyes.searched.filter((index) => index >= 20 && index < 120)).toHaveLength(100);
  expect(eyes.searched.filter((index) => index > 140)).toEqual([]);
  expect(eyes.counters).toMatchObject({ frames: 180, passages: 1, failedFrames: 0 });
});

it('sends no picture that hangs on the wall, and looks at it only while something moves', async () => {
  const poster = createTestFace(320, 180, { width: 70 });
  const eyes = makeEyes(cameraOf(times(300, true)), () => [poster]);
  await eyes.run();
  expect(eyes.entries).toEqual([]);
  expect(eyes.counters.passages).toBe(0);
  // Ten seconds pass before a face without motion is known to be no person.
  expect(eyes.searched).toHaveLength(100);
});

it('counts who never moves where the door is told that nothing with a face hangs there', async () => {
  const still = createTestFace(320, 180, { width: 70 });
  const eyes = makeEyes(cameraOf(times(60, true)), () => [still]);
  await eyes.run(undefined, trackingOf({ ignorePictures: false }));
  expect(eyes.entries.map(({ kind }) => kind)).toEqual(['sighting']);
});

it('does nothing for a picture that it only remembers', async () => {
  const poster = createTestFace(320, 180, { width: 70 });
  // The light goes out after the picture is known, and then nothing happens.
  const eyes = makeEyes(cameraOf([...times(150, true), ...times(600, false)]), ({ index }) =>
    index < 150 ? [poster] : [],
  );
  await eyes.run();
  expect(eyes.counters).toMatchObject({ frames: 750, passages: 0 });
  expect(eyes.tracked.count).toBeLessThan(300);
});

it('goes on with the next frame when one fails', async () => {
  const eyes = makeEyes(cameraOf(times(30, true)), (frame) => {
    if (frame.index % 3 === 1) throw new Error('the worker stumbled');
    return [person(frame.index)];
  });
  await eyes.run();
  expect(eyes.counters.failedFrames).toBe(10);
  expect(eyes.log.lines.filter((line) => line.event === 'frame.failed')).toHaveLength(10);
  expect(eyes.entries.map((entry) => entry.kind)).toEqual(['sighting']);
});

it('gives up when no frame works any more', async () => {
  const flickering = Array.from({ length: 200 }, (_, index) => index % 4 < 2);
  const eyes = makeEyes(cameraOf(flickering), () => {
    throw new Error('the worker is gone');
  });
  await expect(eyes.run()).rejects.toThrow('the worker is gone');
  expect(eyes.counters.failedFrames).toBe(50);
});

it('ends and sends the passages still running when it is stopped', async () => {
  const abort = new AbortController();
  const eyes = makeEyes(cameraOf(times(100, true)), (frame) => {
    if (frame.index === 10) abort.abort();
    return [person(frame.index)];
  });
  expect(await eyes.run(abort.signal)).toBe('stopped');
  expect(eyes.entries).toMatchObject([
    { kind: 'sighting', facts: { clock: 'unsynced', track: { frames: 11 } } },
  ]);
});

it('sends what it has and then says so when the camera breaks', async () => {
  const camera = cameraOf(times(10, true), () => {
    throw new Error('unplugged');
  });
  const eyes = makeEyes(camera, (frame) => [person(frame.index)]);
  await expect(eyes.run()).rejects.toThrow('unplugged');
  expect(eyes.entries.map((entry) => entry.kind)).toEqual(['sighting']);
});
