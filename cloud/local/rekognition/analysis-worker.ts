import { loadBlazeface } from '../../../device/vision/blazeface.ts';
import { loadTensorflow, packageFiles, type TensorflowRuntime } from '../../../device/vision/tensorflow.ts';
import { serveRequests } from '../../../device/vision/worker-thread.ts';
import { makeAnalyse } from './analyse.ts';
import type { AnalysisReply, AnalysisRequest } from './face-analysis.ts';

await serveRequests<TensorflowRuntime, AnalysisRequest, AnalysisReply, undefined>(async (runtime) => {
  const tensorflow = await loadTensorflow(runtime);
  const models = packageFiles('@vladmandic/face-api', 'model');
  await tensorflow.faceapi.nets.faceLandmark68Net.loadFromDisk(models);
  await tensorflow.faceapi.nets.faceRecognitionNet.loadFromDisk(models);
  const analyse = makeAnalyse(tensorflow, await loadBlazeface(tensorflow.tf));
  return {
    ready: undefined,
    answer: async ({ picture, limit }) => ({ faces: await analyse(picture, limit) }),
  };
});
