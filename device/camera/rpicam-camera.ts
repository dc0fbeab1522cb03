import type { Clock } from '../clock.ts';
import { makeByteReader } from './byte-reader.ts';
import type { RpicamConfig } from './config.ts';
import type { Camera } from './frame.ts';
import { readLiveFrames } from './live-frames.ts';
import { openBarePictures } from './picture-stream.ts';
import { makeProcessCamera } from './process-camera.ts';

/**
 * Bare YUV 4:2:0 as the image processor wrote it, full range (rpicam-apps `apps/rpicam_vid.cpp` asks for the JPEG colour space),
 * without preview, for ever. Rows are not padded when the width is a multiple of 64.
 */
const argumentsOf = ({ width, height, fps, args }: RpicamConfig): readonly string[] => [
  ...['-n', '-t', '0', '--codec', 'yuv420'],
  ...['--width', String(width), '--height', String(height), '--framerate', String(fps)],
  ...['--flush', '-o', '-', ...args],
];

/** Makes a camera of the Raspberry Pi's camera module. Throws a CameraError when it does not work or stops sending. */
export const makeRpicamCamera = (config: RpicamConfig, clock: Clock): Camera =>
  makeProcessCamera({
    program: {
      // The second is its name until Debian 12.
      names: ['rpicam-vid', 'libcamera-vid'],
      args: argumentsOf(config),
      subject: { kind: 'module', name: 'the camera module' },
      install: 'sudo apt-get install -y rpicam-apps',
    },
    read: ([pictures]) =>
      readLiveFrames(openBarePictures(makeByteReader(pictures), config.width, config.height), clock),
    clock,
  });
