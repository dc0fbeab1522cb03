import type { Clock } from '../clock.ts';
import { type CameraProgram, type CameraStreams, startCameraProcess } from './camera-process.ts';
import type { Camera, Frame } from './frame.ts';

/**
 * Makes a camera of a program that writes pictures and of what reads them. The program runs while the frames are read, and has
 * ended when the iteration has. Throws a CameraError when the program ends though nobody stopped it, unless `isWhole` says that
 * this many frames and that exit code are all there was to see.
 */
export const makeProcessCamera = ({
  program,
  read,
  isWhole = () => false,
  clock,
}: {
  readonly program: CameraProgram;
  readonly read: (streams: CameraStreams, signal: AbortSignal) => AsyncIterable<Frame>;
  readonly isWhole?: (frames: number, exitCode: number | null) => boolean;
  readonly clock: Pick<Clock, 'sleep'>;
}): Camera => ({
  async *frames(signal) {
    if (signal.aborted) return;
    const running = await startCameraProcess(program, clock);
    const stop = () => void running.stop();
    signal.addEventListener('abort', stop);
    try {
      let frames = 0;
      for await (const frame of read(running.streams, signal)) {
        if (signal.aborted) return;
        frames += 1;
        yield frame;
      }
      if (signal.aborted) return;
      const { exitCode, error } = await running.ended(frames > 0);
      if (!signal.aborted && !isWhole(frames, exitCode)) throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      await running.stop();
    }
  },
});
