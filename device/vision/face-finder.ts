import { scaleFace } from './box.ts';
import { downscaleFrame } from './downscale.ts';
import type { FaceFinder, RgbImage } from './face.ts';
import type { Runtime, RuntimeSetting } from './tensorflow.ts';
import type { VisionReply, VisionRequest, VisionWorkerData, VisionWorkerReady } from './worker-messages.ts';
import { startWorkerThread } from './worker-thread.ts';

export type FaceFinderSettings = {
  readonly runtime: RuntimeSetting;
  /** Width in pixels at which faces are looked for; a face needs about 12 of them. 320 for wide lenses. */
  readonly detectionWidth?: number;
  /** Weakest face (0..1) that `detect` reports. A tracker wants weak ones to carry a track on, not to start one. */
  readonly minScore?: number;
};

/** A FaceFinder that tells which engine it runs on and, for tests, how many tensors that engine holds. */
export interface WorkerFaceFinder extends FaceFinder {
  readonly runtime: Runtime;
  countTensors(): Promise<number>;
}

/**
 * Finds faces with BlazeFace, and confirms crops with face-api, in a worker thread of its own.
 * Throws a WorkerThreadError when the models cannot be loaded or the runtime asked for does not work; after a crash of the worker
 * every call rejects with one, and the face finder must be made anew.
 */
export const makeFaceFinder = async ({
  runtime,
  detectionWidth = 256,
  minScore = 0.4,
}: FaceFinderSettings): Promise<WorkerFaceFinder> => {
  const { thread, ready } = await startWorkerThread<VisionRequest, VisionReply, VisionWorkerReady>(
    new URL('./worker.ts', import.meta.url),
    'vision',
    { runtime } satisfies VisionWorkerData,
  );
  let detecting = false;

  return {
    runtime: ready.runtime,
    detect: async (frame) => {
      if (detecting)
        throw new Error('One detection at a time: drop the frame while another one is looked at.');
      detecting = true;
      try {
        const picture = downscaleFrame(frame, detectionWidth);
        const [factorX, factorY] = [frame.width / picture.width, frame.height / picture.height];
        const reply = await thread.ask({ kind: 'detect', picture, minScore }, [bufferOf(picture)]);
        if (reply.kind !== 'faces') throw unexpected(reply);
        return reply.faces.map((face) => scaleFace(face, factorX, factorY));
      } finally {
        detecting = false;
      }
    },
    confirm: async (crop) => {
      // Copied, not moved: the caller goes on to encode the crop.
      const reply = await thread.ask({ kind: 'confirm', crop });
      if (reply.kind !== 'confirmed') throw unexpected(reply);
      return { score: reply.score };
    },
    countTensors: async () => {
      const reply = await thread.ask({ kind: 'count-tensors' });
      if (reply.kind !== 'tensors') throw unexpected(reply);
      return reply.count;
    },
    close: () => thread.close(),
  };
};

const bufferOf = (picture: RgbImage): ArrayBuffer => picture.data.buffer as ArrayBuffer;

const unexpected = (reply: VisionReply): Error => new Error(`The vision worker answered with ${reply.kind}.`);
