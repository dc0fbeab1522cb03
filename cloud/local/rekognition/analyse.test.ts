import { expect, it } from 'vitest';
import { loadBlazeface } from '../../../device/vision/blazeface.ts';
import { loadTensorflow, packageFiles } from '../../../device/vision/tensorflow.ts';
import { makeAnalyse } from './analyse.ts';
import { decodePicture } from './picture.ts';
import { sampleCrop } from './sample-crops.ts';

it('describes a face with 128 numbers and leaves no tensors behind', async () => {
  const tensorflow = await loadTensorflow('wasm');
  const models = packageFiles('@vladmandic/face-api', 'model');
  await tensorflow.faceapi.nets.faceLandmark68Net.loadFromDisk(models);
  await tensorflow.faceapi.nets.faceRecognitionNet.loadFromDisk(models);
  const analyse = makeAnalyse(tensorflow, await loadBlazeface(tensorflow.tf));
  const picture = await decodePicture(await sampleCrop('s6-2'));
  const before = tensorflow.tf.memory().numTensors;
  for (let round = 0; round < 5; round++) {
    const [face] = await analyse(picture, 1);
    expect(face?.descriptor).toHaveLength(128);
  }
  expect(tensorflow.tf.memory().numTensors).toBe(before);
});
