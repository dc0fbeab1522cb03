import type { Box, RgbImage } from '../../device/vision/face.ts';
import { withTensor } from '../../device/vision/picture-tensor.ts';
import { packageFiles, type Tensorflow } from '../../device/vision/tensorflow.ts';

/** Finds faces the way face-api's documentation shows; its boxes and scores, nothing brought to our scale. */
export type Peer = (picture: RgbImage) => Promise<readonly { readonly box: Box; readonly score: number }[]>;

/** What we measure ourselves against: `detectAllFaces` of face-api with its default options. */
export const loadPeer = async ({ tf, faceapi }: Tensorflow, net: 'tiny' | 'ssd'): Promise<Peer> => {
  const models = packageFiles('@vladmandic/face-api', 'model');
  await (net === 'tiny' ? faceapi.nets.tinyFaceDetector : faceapi.nets.ssdMobilenetv1).loadFromDisk(models);
  const options =
    net === 'tiny' ? new faceapi.TinyFaceDetectorOptions() : new faceapi.SsdMobilenetv1Options();
  return async (picture) => {
    const faces = await withTensor(
      tf,
      picture,
      async (input) => await faceapi.detectAllFaces(input, options),
    );
    return faces.map(({ score, box: { x, y, width, height } }) => ({
      score,
      box: { x, y, width, height },
    }));
  };
};
