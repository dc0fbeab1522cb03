import type { RgbImage } from '../../../device/vision/face.ts';
import type { TensorflowRuntime } from '../../../device/vision/tensorflow.ts';
import { startWorkerThread, type WorkerThread } from '../../../device/vision/worker-thread.ts';
import type { LocalLog } from '../account.ts';
import { ServiceError } from '../gateway/service.ts';
import type { AnalysedFace, AnalysisReply, AnalysisRequest } from './face-analysis.ts';

export type AnalysisThread = WorkerThread<AnalysisRequest, AnalysisReply>;

/** Looks at pictures in a thread of its own, one after the other. */
export interface Analysis {
  /** The largest faces of a picture, whose bytes are gone from here afterwards. Throws Rekognition's InternalServerError. */
  analyse(picture: RgbImage, limit: number): Promise<readonly AnalysedFace[]>;
  /** Resolves when faces can be analysed at once; rejects when the networks cannot be loaded. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** A thread that has failed or hung, as one does that slept through its time with the whole machine, is replaced for the next picture. */
export const makeAnalysis = (start: () => Promise<AnalysisThread>, log: LocalLog): Analysis => {
  let current: Promise<AnalysisThread> | undefined;

  const running = (): Promise<AnalysisThread> => {
    current ??= startAndWatch();
    return current;
  };
  const startAndWatch = (): Promise<AnalysisThread> => {
    const starting = start();
    const forget = () => {
      if (current === starting) current = undefined;
    };
    starting.then(({ broken }) => broken.then(forget), forget);
    return starting;
  };

  return {
    analyse: async (picture, limit) => {
      try {
        const thread = await running();
        return (await thread.ask({ picture, limit }, [picture.data.buffer as ArrayBuffer])).faces;
      } catch (error) {
        log.warn('rekognition.failed', { reason: error instanceof Error ? error.message : String(error) });
        const message = 'The local Rekognition cannot look at pictures; see its log.';
        throw new ServiceError('InternalServerError', message, 500);
      }
    },
    ready: async () => {
      await running();
    },
    close: async () => {
      const thread = await current?.catch(() => undefined);
      current = undefined;
      await thread?.close();
    },
  };
};

/** `runtime` is TensorFlow's engine. */
export const startAnalysisThread = async (runtime: TensorflowRuntime): Promise<AnalysisThread> => {
  const file = new URL('./analysis-worker.ts', import.meta.url);
  const { thread } = await startWorkerThread<AnalysisRequest, AnalysisReply, undefined>(
    file,
    'Rekognition',
    runtime,
  );
  return thread;
};
