import { loadTensorflow, packageFiles } from '../vision/tensorflow.ts';
import { serveRequests } from '../vision/worker-thread.ts';
import type { LandmarkRequest } from './landmarker.ts';
import type { Shape } from './movement.ts';

await serveRequests<undefined, LandmarkRequest, Shape, undefined>(async () => {
  const { tf, faceapi } = await loadTensorflow('wasm');
  const net = faceapi.nets.faceLandmark68Net;
  await net.loadFromDisk(packageFiles('@vladmandic/face-api', 'model'));
  const answer = async ({ face }: LandmarkRequest): Promise<Shape> => {
    const input = tf.tensor3d(face.data, [face.height, face.width, 3], 'int32');
    try {
      // face-api's types name a tensor of their own copy of TensorFlow.js; at run time it is this very class.
      const found = await net.detectLandmarks(input as never);
      const [landmarks] = Array.isArray(found) ? found : [found];
      return (landmarks?.positions ?? []).map(({ x, y }) => ({ x, y }));
    } finally {
      input.dispose();
    }
  };
  return { ready: undefined, answer };
});
