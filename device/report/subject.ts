import { stat } from 'node:fs/promises';
import path from 'node:path';
import { CameraError } from '../camera/camera-error.ts';
import type { Camera } from '../camera/frame.ts';
import { openCamera } from '../camera/make-camera.ts';
import { ReplayConfig, sceneNames } from '../camera/replay/config.ts';
import { isPictureName, makePicturesCamera } from '../camera/replay/pictures-camera.ts';
import { type Clock, makeManualClock } from '../clock.ts';

/** What is replayed. `scene` is set for a built-in film, whose truth is known. */
export type Subject = {
  readonly name: string;
  readonly camera: Camera;
  readonly scene: ReplayConfig | null;
};

export type SubjectOptions = {
  readonly passages: number;
  readonly seed: number;
  readonly fps?: number | undefined;
};

const isSceneName = (name: string): name is (typeof sceneNames)[number] =>
  sceneNames.some((known) => known === name);

/**
 * Finds out what somebody wants to have replayed: a video file, a picture or a folder of them, or one of the built-in scenes by its
 * name.
 * Throws a CameraError when it is none of them.
 */
export const subjectOf = async (
  what: string,
  { passages, seed, fps }: SubjectOptions,
  clock: Clock,
): Promise<Subject> => {
  const found = await stat(what).catch((error: NodeJS.ErrnoException) => error);
  const name = path.basename(path.resolve(what));
  if (!(found instanceof Error)) {
    if (found.isDirectory() || isPictureName(what))
      return { name, camera: makePicturesCamera(what, clock), scene: null };
    const file = { kind: 'file', path: what, maxWidth: 1280, realtime: false } as const;
    return { name, camera: openCamera(fps === undefined ? file : { ...file, fps }, clock), scene: null };
  }
  if (isSceneName(what)) {
    const options = { kind: 'replay', scene: what, passages, seed, realtime: false, pauseSeconds: 2 };
    const scene = ReplayConfig.parse(fps === undefined ? options : { ...options, fps });
    return { name: what, camera: openCamera(scene, makeManualClock()), scene };
  }
  if (found.code === 'EACCES')
    throw new CameraError(
      'no_permission',
      `${what} may not be read by this user: check its owner and permissions`,
    );
  throw new CameraError(
    'no_file',
    `there is no file or folder ${what}, and no scene of this name: the scenes are ${sceneNames.join(', ')}`,
  );
};
