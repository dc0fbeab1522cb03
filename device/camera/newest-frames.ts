import type { Camera, Frame } from './frame.ts';

/**
 * A camera as a slow reader wants it: whoever asks gets the newest frame, the ones in between are dropped, none is queued.
 * Ends and throws as the camera does, after its last frame has been read.
 */
export const newestFrames = (camera: Camera): Camera => ({
  async *frames(signal) {
    const left = new AbortController();
    let newest: Frame | undefined;
    let hasEnded = false;
    let failure: { readonly cause: unknown } | undefined;
    let wake = () => {};

    const read = async (): Promise<void> => {
      try {
        for await (const frame of camera.frames(AbortSignal.any([signal, left.signal]))) {
          newest = frame;
          wake();
        }
      } catch (cause) {
        failure = { cause };
      } finally {
        hasEnded = true;
        wake();
      }
    };
    const reading = read();

    try {
      for (;;) {
        const frame: Frame | undefined = newest;
        if (frame) {
          newest = undefined;
          yield frame;
        } else if (hasEnded) break;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      left.abort();
      await reading;
    }
    if (failure) throw failure.cause;
  },
});
