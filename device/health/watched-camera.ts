import type { Camera } from '../camera/frame.ts';
import type { Clock } from '../clock.ts';

/** A camera that remembers when it last gave a frame (monotonic milliseconds; null before the first). */
export const watchedCamera = (
  camera: Camera,
  clock: Pick<Clock, 'monotonicMs'>,
): Camera & { lastFrameAt(): number | null } => {
  let lastFrameAt: number | null = null;
  return {
    lastFrameAt: () => lastFrameAt,
    async *frames(signal) {
      for await (const frame of camera.frames(signal)) {
        lastFrameAt = clock.monotonicMs();
        yield frame;
      }
    },
  };
};
