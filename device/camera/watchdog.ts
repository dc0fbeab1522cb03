import type { Clock } from '../clock.ts';
import { CameraError } from './camera-error.ts';
import type { Camera } from './frame.ts';

/** How long a camera may take for its first frame (a network camera sends a whole picture every few seconds only), and for the next. */
export type Patience = { readonly firstMs: number; readonly nextMs: number };

/** Half a second less than the five within which a stall is to be noticed. */
const patience: Patience = { firstMs: 15_000, nextMs: 4_500 };

/**
 * A camera whose silence is noticed: when no frame comes in time it is stopped, and a CameraError `stalled` is thrown.
 * Only the time in which a frame is waited for counts, not that in which the reader is busy.
 */
export const impatientCamera = (
  camera: Camera,
  clock: Pick<Clock, 'sleep'>,
  { firstMs, nextMs }: Patience = patience,
): Camera => ({
  async *frames(signal) {
    const gaveUp = new AbortController();
    const frames = camera.frames(AbortSignal.any([signal, gaveUp.signal]))[Symbol.asyncIterator]();
    let limitMs = firstMs;
    try {
      for (;;) {
        const arrived = new AbortController();
        const next = frames.next();
        const silence = clock.sleep(limitMs, arrived.signal).then(() => 'silence' as const);
        const first = await Promise.race([next, silence]).finally(() => arrived.abort());
        if (first === 'silence') {
          gaveUp.abort();
          // The camera has to let go before anybody may start it anew.
          await next.catch(() => undefined);
          if (signal.aborted) return;
          throw new CameraError(
            'stalled',
            `no picture for ${limitMs / 1000} s: check the camera and its cable`,
          );
        }
        if (first.done) return;
        limitMs = nextMs;
        yield first.value;
      }
    } finally {
      gaveUp.abort();
      await frames.return?.();
    }
  },
});
