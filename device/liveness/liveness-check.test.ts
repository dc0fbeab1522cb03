import { expect, it } from 'vitest';
import { createTestFace, createTestFrame, sharpPattern } from '../best-shot/test-frames.ts';
import { makeMemoryLog } from '../log.ts';
import type { RgbImage } from '../vision/face.ts';
import { makeLivenessCheck } from './liveness-check.ts';
import type { Shape } from './movement.ts';

const corners: Shape = [
  { x: 0, y: 0 },
  { x: 10, y: 0 },
  { x: 10, y: 12 },
  { x: 0, y: 12 },
];

const makeCheck = (find: (face: RgbImage) => Promise<Shape> = async () => corners) => {
  const asked: RgbImage[] = [];
  const log = makeMemoryLog();
  const check = makeLivenessCheck({
    log,
    landmarker: {
      find: (face) => {
        asked.push(face);
        return find(face);
      },
      close: async () => undefined,
    },
  });
  const see = (count: number, { everyMs = 100, width = 100, score = 0.95, passageId = 'one' } = {}) => {
    for (let n = 0; n < count; n++) {
      const frame = createTestFrame(sharpPattern, { atMs: 1000 + n * everyMs });
      check.watch(passageId, frame, createTestFace(320, 180, { width, score }));
    }
  };
  return { asked, log, check, see };
};

it('looks at a face now and then, and not for ever', () => {
  const door = makeCheck();
  door.see(10);
  expect(door.asked).toHaveLength(5);
  door.see(100, { everyMs: 200, passageId: 'two' });
  expect(door.asked).toHaveLength(5 + 12);
  expect(door.asked[0]).toMatchObject({ width: 130, height: 130 });
});

it('leaves small and doubtful faces alone', async () => {
  const door = makeCheck();
  door.see(10, { width: 50 });
  door.see(10, { score: 0.7 });
  expect(door.asked).toEqual([]);
  expect(await door.check.judge('one')).toBeNull();
});

it('judges each passage by its own sights, until it is forgotten', async () => {
  const door = makeCheck();
  door.see(10, { everyMs: 200 });
  door.see(2, { everyMs: 200, passageId: 'two' });
  expect(await door.check.judge('one')).toEqual({ score: 0.5, suspicious: false });
  expect(await door.check.judge('two')).toBeNull();
  door.check.forget('one');
  expect(await door.check.judge('one')).toBeNull();
});

it('suspects nobody when landmarks cannot be found, and says so', async () => {
  const door = makeCheck(() => Promise.reject(new Error('the worker is gone')));
  door.see(10, { everyMs: 200 });
  expect(await door.check.judge('one')).toBeNull();
  expect(door.log.lines.every(({ event }) => event === 'liveness.failed')).toBe(true);
  expect(door.log.lines).toHaveLength(10);
});
