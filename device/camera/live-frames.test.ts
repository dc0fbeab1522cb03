import { expect, it } from 'vitest';
import { makeManualClock } from '../clock.ts';
import type { Frame } from './frame.ts';
import { notTooOften, readLiveFrames } from './live-frames.ts';
import type { PictureStream } from './picture-stream.ts';
import { createPlainFrame } from './test-cameras.ts';

const collect = async (frames: AsyncIterable<Frame>): Promise<Frame[]> => {
  const all: Frame[] = [];
  for await (const frame of frames) all.push(frame);
  return all;
};

it('stamps a live frame with both times of the instant when its first byte came', async () => {
  const clock = makeManualClock({ now: 1_700_000_000_000, monotonicMs: 100 });
  let left = 2;
  const slow: PictureStream = {
    width: 2,
    height: 2,
    fps: null,
    next: async (onFirstByte) => {
      if (left-- === 0) return null;
      await clock.advance(50);
      onFirstByte?.();
      await clock.advance(30);
      return new Uint8Array(6);
    },
  };
  const frames = await collect(readLiveFrames(slow, clock));
  expect(frames.map(({ capturedAt, monotonicMs }) => [capturedAt, monotonicMs])).toEqual([
    [1_700_000_000_050, 150],
    [1_700_000_000_130, 230],
  ]);
});

it('leaves out frames that come too soon, but none of a camera that trembles', async () => {
  async function* comeAt(...instants: number[]): AsyncGenerator<Frame> {
    for (const monotonicMs of instants) yield { ...createPlainFrame(0), monotonicMs };
  }
  const given = async (...instants: number[]) =>
    (await collect(notTooOften(comeAt(...instants), 10))).map(({ monotonicMs }) => monotonicMs);
  expect(await given(0, 40, 80, 120, 160)).toEqual([0, 80, 160]);
  expect(await given(0, 95, 205, 290)).toEqual([0, 95, 205, 290]);
});
