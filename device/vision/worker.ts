import { loadBlazeface } from './blazeface.ts';
import { loadConfirmer } from './confirmer.ts';
import { loadTensorflow } from './tensorflow.ts';
import type { VisionReply, VisionRequest, VisionWorkerData, VisionWorkerReady } from './worker-messages.ts';
import { serveRequests } from './worker-thread.ts';

await serveRequests<VisionWorkerData, VisionRequest, VisionReply, VisionWorkerReady>(async ({ runtime }) => {
  const tensorflow = await loadTensorflow(runtime);
  const blazeface = await loadBlazeface(tensorflow.tf);
  const confirm = await loadConfirmer(tensorflow);

  const answer = async (request: VisionRequest): Promise<VisionReply> => {
    switch (request.kind) {
      case 'detect':
        return { kind: 'faces', faces: blazeface.detect(request.picture, request.minScore) };
      case 'confirm':
        return { kind: 'confirmed', score: await confirm(request.crop) };
      case 'count-tensors':
        return { kind: 'tensors', count: tensorflow.tf.memory().numTensors };
    }
  };
  return { ready: { runtime: tensorflow.runtime }, answer };
});
