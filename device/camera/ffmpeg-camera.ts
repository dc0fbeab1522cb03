import type { Clock } from '../clock.ts';
import { makeByteReader } from './byte-reader.ts';
import type { FfmpegConfig } from './config.ts';
import { type CameraSubject, withoutSecrets } from './explain-camera.ts';
import {
  ffmpeg,
  isDevice,
  jpegArguments,
  liveArguments,
  sendsLargeJpegs,
  tellsTime,
} from './ffmpeg-arguments.ts';
import type { Camera } from './frame.ts';
import { readJpegFrames } from './jpeg-frames.ts';
import { notTooOften, readLiveFrames } from './live-frames.ts';
import { openYuv4mpeg } from './picture-stream.ts';
import { makeProcessCamera } from './process-camera.ts';

const subjectOf = (input: string): CameraSubject => {
  if (isDevice(input)) return { kind: 'device', name: input };
  return input.includes('://')
    ? { kind: 'address', name: withoutSecrets(input) }
    : { kind: 'file', name: input };
};

/**
 * Makes a camera of whatever FFmpeg can open live: a V4L2 device, an RTSP or HTTP address. Frames of a camera that sends large
 * JPEGs are of half the size and have `fullSize`. Throws a CameraError when the camera does not work or stops sending.
 */
export const makeFfmpegCamera = (config: FfmpegConfig, clock: Clock): Camera => {
  const subject = subjectOf(config.input);
  if (sendsLargeJpegs(config)) {
    const program = { ...ffmpeg, args: jpegArguments(config), subject, moreStreams: 3 };
    const fps = tellsTime(config.input) ? Number.POSITIVE_INFINITY : config.fps;
    return makeProcessCamera({
      program,
      read: (streams) => notTooOften(readJpegFrames(streams, clock), fps),
      clock,
    });
  }
  return makeProcessCamera({
    program: { ...ffmpeg, args: liveArguments(config), subject },
    read: async function* ([pictures]) {
      const stream = await openYuv4mpeg(makeByteReader(pictures));
      if (stream) yield* readLiveFrames(stream, clock);
    },
    clock,
  });
};
