import type { Log } from '../log.ts';
import { scaleFace } from './box.ts';
import type { DetectorName } from './detector.ts';
import { downscaleFrame, makeReusedBuffers } from './downscale.ts';
import type { Face, FaceFinder, RgbImage } from './face.ts';
import { probeRuntime } from './probe.ts';
import { chooseRuntime, type Probe, type RuntimeChoice, type RuntimeSetting } from './runtime.ts';
import type { VisionReply, VisionRequest, VisionWorkerData } from './worker-messages.ts';
import { startWorkerThread } from './worker-thread.ts';

/** Longer side in pixels at which each detector looks for faces. BlazeFace sees faces from some 12 of them up, face-api from 32. */
const detectionSides: Readonly<Record<DetectorName, number>> = {
  blazeface: 256,
  'face-api': 416,
  'face-api-ssd': 512,
};

/** More people are not followed at once: what follows a detection takes its time for each. The nearest are kept. */
export const maxFaces = 32;

/** Named as in the door's configuration, which may be handed in whole. */
export type FaceFinderSettings = {
  readonly runtime: RuntimeSetting;
  readonly detector?: DetectorName;
  /** Longer side in pixels of the picture in which faces are looked for: more for wide lenses, whose faces are small. */
  readonly detectionSide?: number | undefined;
  /** Threads of ONNX Runtime. More than one makes a small network no faster and the rest of the door slower. */
  readonly detectorThreads?: number;
};

/** A FaceFinder that tells what it runs on and, for tests, how many tensors TensorFlow.js holds. */
export interface WorkerFaceFinder extends FaceFinder, RuntimeChoice {
  /** Resolves, with why, when the worker has failed or hangs: the face finder must then be made anew. Never when it was closed. */
  readonly broken: Promise<Error>;
  countTensors(): Promise<number>;
}

/**
 * Finds faces, and confirms crops with face-api, in a worker thread of its own. Throws a VisionRuntimeError when the runtime that
 * is set does not work, and a WorkerThreadError when the models cannot be loaded; when the worker breaks every call rejects with one.
 * The log hears of every faster runtime that does not work here. `probe` tries native runtimes; tests replace it.
 */
export const makeFaceFinder = async (
  {
    runtime: setting,
    detector = 'blazeface',
    detectionSide = detectionSides[detector],
    detectorThreads: threads = 1,
  }: FaceFinderSettings,
  { log, probe = probeRuntime }: { readonly log?: Log; readonly probe?: Probe } = {},
): Promise<WorkerFaceFinder> => {
  const choice = await chooseRuntime({ detector, runtime: setting }, probe);
  for (const { runtime, why } of choice.rejected) log?.event('vision.runtime_rejected', { runtime, why });
  const { thread } = await startWorkerThread<VisionRequest, VisionReply, undefined>(
    new URL('./worker.ts', import.meta.url),
    'vision',
    { detector, threads, runtime: choice.runtime } satisfies VisionWorkerData,
  );
  let detecting = false;
  const buffers = makeReusedBuffers();

  return {
    ...choice,
    broken: thread.broken,
    detect: async (frame) => {
      if (detecting)
        throw new Error('One detection at a time: drop the frame while another one is looked at.');
      detecting = true;
      try {
        const picture = downscaleFrame(frame, detectionSide, buffers);
        const [factorX, factorY] = [frame.width / picture.width, frame.height / picture.height];
        const reply = await thread.ask({ kind: 'detect', picture }, [bufferOf(picture)]);
        if (reply.kind !== 'faces') throw unexpected(reply);
        buffers.giveBack(reply.picture);
        return nearest(reply.faces).map((face) => scaleFace(face, factorX, factorY));
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

/** The largest faces, in the order that they had. */
const nearest = (faces: readonly Face[]): readonly Face[] => {
  if (faces.length <= maxFaces) return faces;
  const kept = new Set(faces.toSorted((a, b) => b.box.width - a.box.width).slice(0, maxFaces));
  return faces.filter((face) => kept.has(face));
};

const bufferOf = (picture: RgbImage): ArrayBuffer => picture.data.buffer as ArrayBuffer;

const unexpected = (reply: VisionReply): Error => new Error(`The vision worker answered with ${reply.kind}.`);
