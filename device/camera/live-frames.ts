import type { Clock } from '../clock.ts';
import type { Frame } from './frame.ts';
import type { PictureStream } from './picture-stream.ts';

/** The frames of a live stream. The instant of each is when its first byte arrives. */
export async function* readLiveFrames(
  stream: PictureStream,
  clock: Pick<Clock, 'now' | 'monotonicMs'>,
): AsyncGenerator<Frame> {
  const { width, height } = stream;
  for (let index = 0; ; index++) {
    let instant = { capturedAt: 0, monotonicMs: 0 };
    const data = await stream.next(() => {
      instant = { capturedAt: clock.now(), monotonicMs: clock.monotonicMs() };
    });
    if (!data) return;
    yield { index, width, height, data, ...instant };
  }
}

/** The frames without those that come too soon after one, where their source cannot be told how many are wanted. */
export async function* notTooOften(frames: AsyncIterable<Frame>, fps: number): AsyncGenerator<Frame> {
  let lastMs = Number.NEGATIVE_INFINITY;
  for await (const frame of frames) {
    // A fifth less than the interval, so that a camera of the right rate that trembles loses none.
    if (frame.monotonicMs - lastMs < 800 / fps) continue;
    lastMs = frame.monotonicMs;
    yield frame;
  }
}
