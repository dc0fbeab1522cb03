import type { Clock } from '../clock.ts';
import { makeByteReader } from './byte-reader.ts';
import type { CameraStreams } from './camera-process.ts';
import type { FileConfig } from './config.ts';
import { ffmpeg, fileArguments } from './ffmpeg-arguments.ts';
import type { Camera, Frame } from './frame.ts';
import { openYuv4mpeg } from './picture-stream.ts';
import { makeProcessCamera } from './process-camera.ts';

/**
 * Makes a camera that plays a video file once, whatever FFmpeg can read. Frame n is n/fps after the beginning: in real time a
 * frame is given when its time has come and stamped with it, else as soon as it is asked for, stamped with the time it would
 * have had.
 * Throws a CameraError when the file cannot be read or holds no video.
 */
export const makeFileCamera = (config: FileConfig, clock: Clock): Camera => {
  async function* read([pictures]: CameraStreams, signal: AbortSignal): AsyncGenerator<Frame> {
    const stream = await openYuv4mpeg(makeByteReader(pictures));
    if (!stream) return;
    const { width, height, fps } = stream;
    const frameMs = 1000 / (fps ?? 1);
    const begun = { capturedAt: clock.now(), monotonicMs: clock.monotonicMs() };
    for (let index = 0; ; index++) {
      const data = await stream.next();
      if (!data) return;
      const atMs = index * frameMs;
      if (config.realtime) {
        await clock.sleep(Math.max(0, begun.monotonicMs + atMs - clock.monotonicMs()), signal);
        if (signal.aborted) return;
        yield { index, width, height, data, capturedAt: clock.now(), monotonicMs: clock.monotonicMs() };
      } else {
        const capturedAt = Math.round(begun.capturedAt + atMs);
        yield { index, width, height, data, capturedAt, monotonicMs: begun.monotonicMs + atMs };
      }
    }
  }

  return makeProcessCamera({
    program: { ...ffmpeg, args: fileArguments(config), subject: { kind: 'file', name: config.path } },
    read,
    // A file that is damaged somewhere still shows the rest.
    isWhole: (frames, exitCode) => frames > 0 && exitCode === 0,
    clock,
  });
};
