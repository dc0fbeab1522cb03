import { withTensor } from '../vision/picture-tensor.ts';
import { loadTensorflow, packageFiles } from '../vision/tensorflow.ts';
import { serveRequests } from '../vision/worker-thread.ts';
import type { LandmarkRequest } from './landmarker.ts';
import type { Shape } from './movement.ts';

await serveRequests<undefined, LandmarkRequest, Shape, undefined>(async () => {
  const { tf, faceapi } = await loadTensorflow('wasm');
  const net = faceapi.nets.faceLandmark68Net;
  await net.loadFromDisk(packageFiles('@vladmandic/face-api', 'model'));
  const answer = async ({ face }: LandmarkRequest): Promise<Shape> => {
    const found = await withTensor(tf, face, (input) => net.detectLandmarks(input));
    const [landmarks] = Array.isArray(found) ? found : [found];
    return (landmarks?.positions ?? []).map(({ x, y }) => ({ x, y }));
  };
  return { ready: undefined, answer };
});
