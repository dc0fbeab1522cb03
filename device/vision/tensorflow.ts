import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type * as TensorflowJs from '@tensorflow/tfjs';
import type * as TensorflowWasm from '@tensorflow/tfjs-backend-wasm';
import type * as FaceApiModule from '@vladmandic/face-api';

// face-api's Node builds `require` TensorFlow.js; only by requiring it too do both share one engine and one backend.
const require = createRequire(import.meta.url);

export type Tf = typeof TensorflowJs;
type FaceApi = typeof FaceApiModule;

/** TensorFlow.js in WebAssembly, or native TensorFlow under it. */
export type TensorflowRuntime = 'wasm' | 'tfjs-node';

/** One TensorFlow.js engine and the face-api bound to it. Both are global to the thread that loads them. */
export type Tensorflow = { readonly tf: Tf; readonly faceapi: FaceApi; readonly runtime: TensorflowRuntime };

/** The engine that was asked for is not the one that runs; `message` says what to do about it. */
export class VisionRuntimeError extends Error {
  override readonly name = 'VisionRuntimeError';
}

/** Folder of an installed package, whether or not its `exports` reveal its files. */
const packageFolder = (name: string): string | undefined =>
  require.resolve
    .paths(name)
    ?.map((folder) => path.join(folder, name))
    .find((folder) => existsSync(path.join(folder, 'package.json')));

/** Whether a package is there; whether it works is another matter. */
export const isInstalled = (name: string): boolean => packageFolder(name) !== undefined;

/** Folder inside an installed package; throws when the package is missing. */
export const packageFiles = (name: string, folder: string): string => {
  const root = packageFolder(name);
  if (!root) throw new VisionRuntimeError(`The package ${name} is not installed: run \`npm ci\`.`);
  return path.join(root, folder);
};

/**
 * Loads TensorFlow.js and face-api from the installed packages; nothing is ever fetched.
 * `wasmFolder` is where the WebAssembly binaries lie. Native TensorFlow may end the process: probe it first.
 * Throws a VisionRuntimeError when the runtime does not come up: TensorFlow.js itself would quietly go on with its plain
 * JavaScript backend, some 20 times slower.
 */
export const loadTensorflow = async (
  runtime: TensorflowRuntime,
  wasmFolder: string = packageFiles('@tensorflow/tfjs-backend-wasm', 'dist'),
): Promise<Tensorflow> => (runtime === 'tfjs-node' ? loadNative() : loadWasm(wasmFolder));

const loadWasm = async (wasmFolder: string): Promise<Tensorflow> => {
  const tf = require('@tensorflow/tfjs') as Tf;
  const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof TensorflowWasm;
  wasm.setWasmPaths(`${wasmFolder}${path.sep}`);
  await tf.setBackend('wasm');
  await tf.ready();
  assertBackend(tf, 'wasm');
  return {
    tf,
    faceapi: require('@vladmandic/face-api/dist/face-api.node-wasm.js') as FaceApi,
    runtime: 'wasm',
  };
};

const loadNative = async (): Promise<Tensorflow> => {
  const tf = require('@tensorflow/tfjs-node') as Tf;
  await tf.ready();
  assertBackend(tf, 'tensorflow');
  return {
    tf,
    faceapi: require('@vladmandic/face-api/dist/face-api.node.js') as FaceApi,
    runtime: 'tfjs-node',
  };
};

const assertBackend = (tf: Tf, expected: string): void => {
  const actual = tf.getBackend();
  if (actual === expected) return;
  throw new VisionRuntimeError(
    `TensorFlow.js runs on its "${actual}" backend instead of "${expected}": reinstall the packages with \`npm ci\`.`,
  );
};
