import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { CameraConfig } from './config.ts';
import { makeFfmpegCamera } from './ffmpeg-camera.ts';
import { makeFileCamera } from './file-camera.ts';
import type { Camera } from './frame.ts';
import { maskedCamera } from './masks.ts';
import { newestFrames } from './newest-frames.ts';
import type { Polygon } from './polygon.ts';
import { makeReplayCamera } from './replay/replay-camera.ts';
import { type ReportingCamera, restartingCamera } from './restarting-camera.ts';
import { makeRpicamCamera } from './rpicam-camera.ts';
import { impatientCamera } from './watchdog.ts';

/** Opens the camera that a configuration names, as it is: it throws when it breaks and may stall. For films and for tests. */
export const openCamera = (config: CameraConfig, clock: Clock): Camera => {
  switch (config.kind) {
    case 'replay':
      return makeReplayCamera(config, clock);
    case 'file':
      // Even a picture every ten seconds is a film.
      return impatientCamera(makeFileCamera(config, clock), clock, { firstMs: 30_000, nextMs: 30_000 });
    case 'ffmpeg':
      return makeFfmpegCamera(config, clock);
    case 'rpicam':
      return makeRpicamCamera(config, clock);
  }
};

/**
 * Makes the camera of a door: what the privacy masks cover is black, frames that nobody waited for are dropped, and a live
 * camera that breaks or stalls is started again and again. A film ends, and throws when it cannot be played.
 */
export const makeDoorCamera = (
  config: CameraConfig,
  masks: readonly Polygon[],
  deps: { readonly clock: Clock; readonly log: Log; readonly random: () => number },
): ReportingCamera => {
  const source = openCamera(config, deps.clock);
  if (config.kind === 'replay' || config.kind === 'file') {
    const film = config.realtime ? newestFrames(source) : source;
    return { ...maskedCamera(film, masks), trouble: () => null };
  }
  const live = restartingCamera(impatientCamera(source, deps.clock), { kind: config.kind, ...deps });
  return { ...maskedCamera(newestFrames(live), masks), trouble: live.trouble };
};
