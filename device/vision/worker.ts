import { loadConfirmer } from './confirmer.ts';
import { loadDetector, tensorflowFor } from './engine.ts';
import { scoreFloors } from './score-floors.ts';
import type { VisionReply, VisionRequest, VisionWorkerData } from './worker-messages.ts';
import { serveRequests } from './worker-thread.ts';

await serveRequests<VisionWorkerData, VisionRequest, VisionReply, undefined>(async (engine) => {
  const tensorflow = await tensorflowFor(engine.runtime);
  const detector = await loadDetector(engine, tensorflow);
  const confirm = await loadConfirmer(tensorflow);

  const answer = async (request: VisionRequest): Promise<VisionReply> => {
    switch (request.kind) {
      case 'detect':
        return {
          kind: 'faces',
          faces: await detector.detect(request.picture, scoreFloors.continue),
          picture: request.picture.data.buffer as ArrayBuffer,
        };
      case 'confirm':
        return { kind: 'confirmed', score: await confirm(request.crop) };
      case 'count-tensors':
        return { kind: 'tensors', count: tensorflow.tf.memory().numTensors };
    }
  };
  return { ready: undefined, answer, moved: (reply) => (reply.kind === 'faces' ? [reply.picture] : []) };
});
