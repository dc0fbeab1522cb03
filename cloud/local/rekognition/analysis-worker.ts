import type { TensorflowRuntime } from '../../../device/vision/tensorflow.ts';
import { serveRequests } from '../../../device/vision/worker-thread.ts';
import type { AnalysisReply, AnalysisRequest } from './face-analysis.ts';
import { loadAnalyse } from './load-analyse.ts';

await serveRequests<TensorflowRuntime, AnalysisRequest, AnalysisReply, undefined>(async (runtime) => {
  const { analyse } = await loadAnalyse(runtime);
  return {
    ready: undefined,
    answer: async ({ picture, limit }) => ({ faces: await analyse(picture, limit) }),
  };
});
