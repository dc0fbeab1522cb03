import { systemClock } from '../clock.ts';
import { CameraConfig } from './config.ts';
import { openCamera } from './make-camera.ts';

/** Reads the camera of its only argument, a configuration as JSON, until it is killed, and says each frame that has come. */
const camera = openCamera(CameraConfig.parse(JSON.parse(process.argv[2] ?? '')), systemClock);
for await (const { index } of camera.frames(new AbortController().signal)) process.send?.(index);
