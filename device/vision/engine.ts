import { loadBlazeface } from './blazeface.ts';
import type { Detector, DetectorName } from './detector.ts';
import { loadFaceApiDetector } from './face-api-detector.ts';
import type { Runtime } from './runtime.ts';
import { loadTensorflow, type Tensorflow } from './tensorflow.ts';

/** Which network runs on what, and on how many threads; only ONNX Runtime takes more than one. */
export type Engine = {
  readonly detector: DetectorName;
  readonly runtime: Runtime;
  readonly threads: number;
};

/** TensorFlow.js as an engine needs it. Beside ONNX Runtime it still confirms crops, in WebAssembly. */
export const tensorflowFor = (runtime: Runtime): Promise<Tensorflow> =>
  loadTensorflow(runtime === 'tfjs-node' ? 'tfjs-node' : 'wasm');

/**
 * Loads the detector of an engine into this thread, on top of `tensorflowFor(runtime)`. With a native runtime this may end the
 * process: probe it first.
 */
export const loadDetector = async (
  { detector, runtime, threads }: Engine,
  tensorflow: Tensorflow,
): Promise<Detector> => {
  if (detector !== 'blazeface') return loadFaceApiDetector(tensorflow, detector);
  if (runtime !== 'onnx') return loadBlazeface(tensorflow.tf);
  const { loadBlazefaceOnnx } = await import('./blazeface-onnx.ts');
  return loadBlazefaceOnnx(threads);
};
