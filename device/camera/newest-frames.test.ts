import { expect, it } from 'vitest';
import type { Camera, Frame } from './frame.ts';
import { newestFrames } from './newest-frames.ts';

const frameOf = (index: number): Frame => ({
  index,
  width: 2,
  height: 2,
  data: new Uint8Array(6),
  capturedAt: index,
  monotonicMs: index,
});

/** A camera that gives a frame whenever the test pushes one. */
const makePushedCamera = () => {
  const pushed: (Frame | 'end' | Error)[] = [];
  let wake = () => {};
  let isReading = true;
  const camera: Camera = {
    async *frames(signal) {
      signal.addEventListener('abort', () => wake());
      try {
        for (;;) {
          if (signal.aborted) return;
          const next = pushed.shift();
          if (next === 'end') return;
          if (next instanceof Error) throw next;
          if (next) yield next;
          else
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        }
      } finally {
        isReading = false;
      }
    },
  };
  const push = async (...frames: (Frame | 'end' | Error)[]) => {
    pushed.push(...frames);
    wake();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { camera, push, isReading: () => isReading };
};

const openWith = (camera: Camera, signal = new AbortController().signal) =>
  newestFrames(camera).frames(signal)[Symbol.asyncIterator]();

it('gives a slow reader the newest frame and drops those in between', async () => {
  const { camera, push } = makePushedCamera();
  const reader = openWith(camera);
  const first = reader.next();
  await push(frameOf(0));
  expect((await first).value.index).toBe(0);
  await push(frameOf(1), frameOf(2), frameOf(3));
  expect((await reader.next()).value.index).toBe(3);
  const waiting = reader.next();
  await push(frameOf(4));
  expect((await waiting).value.index).toBe(4);
});

it('gives the last frame before it ends', async () => {
  const { camera, push } = makePushedCamera();
  const reader = openWith(camera);
  const first = reader.next();
  await push(frameOf(0), frameOf(1), 'end');
  expect((await first).value.index).toBe(0);
  expect((await reader.next()).value.index).toBe(1);
  expect((await reader.next()).done).toBe(true);
});

it('throws what the camera throws', async () => {
  const { camera, push } = makePushedCamera();
  const next = openWith(camera).next();
  const failed = expect(next).rejects.toThrow('unplugged');
  await push(new Error('unplugged'));
  await failed;
});

it('stops the camera when the reader leaves or the signal aborts', async () => {
  const left = makePushedCamera();
  const reader = openWith(left.camera);
  const first = reader.next();
  await left.push(frameOf(0));
  await first;
  await reader.return?.(undefined);
  expect(left.isReading()).toBe(false);

  const stopped = makePushedCamera();
  const abort = new AbortController();
  const next = openWith(stopped.camera, abort.signal).next();
  abort.abort();
  expect((await next).done).toBe(true);
  expect(stopped.isReading()).toBe(false);
});
