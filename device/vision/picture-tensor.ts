import type { RgbImage } from './face.ts';
import type { Tf } from './tensorflow.ts';

/** Shows a picture to one of face-api's networks as the tensor that it takes, which is freed whatever happens. */
export const withTensor = async <Result>(
  tf: Tf,
  { data, width, height }: RgbImage,
  look: (input: never) => Promise<Result>,
): Promise<Result> => {
  const input = tf.tensor3d(data, [height, width, 3], 'int32');
  try {
    // face-api's types name a tensor of their own copy of TensorFlow.js; at run time it is this very class.
    return await look(input as never);
  } finally {
    input.dispose();
  }
};
