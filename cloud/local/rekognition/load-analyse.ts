import { loadBlazeface } from '../../../device/vision/blazeface.ts';
import { loadTensorflow, packageFiles, type TensorflowRuntime } from '../../../device/vision/tensorflow.ts';
import { makeAnalyse } from './analyse.ts';

/** Loads the networks into this thread: BlazeFace, and face-api's landmarks and descriptor. Some 400 ms and 250 MB. */
export const loadAnalyse = async (runtime: TensorflowRuntime) => {
  const tensorflow = await loadTensorflow(runtime);
  const models = packageFiles('@vladmandic/face-api', 'model');
  await tensorflow.faceapi.nets.faceLandmark68Net.loadFromDisk(models);
  await tensorflow.faceapi.nets.faceRecognitionNet.loadFromDisk(models);
  return { tf: tensorflow.tf, analyse: makeAnalyse(tensorflow, await loadBlazeface(tensorflow.tf)) };
};
