import type { Box, RgbImage } from '../../device/vision/face.ts';
import { packageFiles, type Tensorflow } from '../../device/vision/tensorflow.ts';

/** Finds faces the way face-api's documentation shows; its boxes and scores, nothing brought to our scale. */
export type Peer = (picture: RgbImage) => Promise<readonly { readonly box: Box; readonly score: number }[]>;

/** What we measure ourselves against: `detectAllFaces` of face-api with its default options. */
export const loadPeer = async ({ tf, faceapi }: Tensorflow, net: 'tiny' | 'ssd'): Promise<Peer> => {
  const models = packageFiles('@vladmandic/face-api', 'model');
  await (net === 'tiny' ? faceapi.nets.tinyFaceDetector : faceapi.nets.ssdMobilenetv1).loadFromDisk(models);
  const options =
    net === 'tiny' ? new faceapi.TinyFaceDetectorOptions() : new faceapi.SsdMobilenetv1Options();
  return async ({ data, width, height }) => {
    const input = tf.tensor3d(data, [height, width, 3], 'int32');
    try {
      // face-api's types name a tensor of their own copy of TensorFlow.js; at run time it is this very class.
      const faces = await faceapi.detectAllFaces(input as never, options);
      return faces.map(({ score, box: { x, y, width, height } }) => ({
        score,
        box: { x, y, width, height },
      }));
    } finally {
      input.dispose();
    }
  };
};
