import type { RgbImage } from '../vision/face.ts';
import { startWorkerThread } from '../vision/worker-thread.ts';
import type { Landmarker } from './liveness-check.ts';
import type { Shape } from './movement.ts';

export type LandmarkRequest = { readonly face: RgbImage };

/**
 * Finds landmarks with face-api's 68-point model, in a worker thread of its own so that no detection waits. Throws a
 * WorkerThreadError when the model cannot be loaded.
 */
export const makeLandmarker = async (): Promise<Landmarker> => {
  const { thread } = await startWorkerThread<LandmarkRequest, Shape, undefined>(
    new URL('./landmark-worker.ts', import.meta.url),
    'landmark',
    undefined,
  );
  return {
    find: (face) => thread.ask({ face }, [face.data.buffer as ArrayBuffer]),
    close: () => thread.close(),
  };
};
