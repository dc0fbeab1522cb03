import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import type * as TensorflowJs from '@tensorflow/tfjs';
import type * as TensorflowWasm from '@tensorflow/tfjs-backend-wasm';
import type * as FaceApiModule from '@vladmandic/face-api';

// face-api's Node builds `require` TensorFlow.js; only by requiring it too do both share one engine and one backend.
const require = createRequire(import.meta.url);
const run = promisify(execFile);

export type Tf = typeof TensorflowJs;
type FaceApi = typeof FaceApiModule;

/** `auto` takes native TensorFlow where it is installed and survives a probe, else WebAssembly. */
export type RuntimeSetting = 'auto' | 'wasm' | 'tfjs-node';
export type Runtime = Exclude<RuntimeSetting, 'auto'>;

/** One TensorFlow.js engine and the face-api bound to it. Both are global to the thread that loads them. */
export type Tensorflow = { readonly tf: Tf; readonly faceapi: FaceApi; readonly runtime: Runtime };

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

/** Folder inside an installed package; throws when the package is missing. */
export const packageFiles = (name: string, folder: string): string => {
  const root = packageFolder(name);
  if (!root) throw new VisionRuntimeError(`The package ${name} is not installed: run \`npm ci\`.`);
  return path.join(root, folder);
};

/**
 * Loads TensorFlow.js and face-api from the installed packages; nothing is ever fetched.
 * `wasmFolder` is where the WebAssembly binaries lie. Throws a VisionRuntimeError when the engine asked for does not come up:
 * TensorFlow.js itself would quietly go on with its plain JavaScript backend, some 20 times slower.
 */
export const loadTensorflow = async (
  setting: RuntimeSetting,
  wasmFolder: string = packageFiles('@tensorflow/tfjs-backend-wasm', 'dist'),
): Promise<Tensorflow> => {
  const problem = setting === 'wasm' ? 'not asked for' : await nativeProblem();
  if (problem === undefined) return loadNative();
  if (setting === 'tfjs-node') {
    throw new VisionRuntimeError(
      `The runtime tfjs-node does not work here (${problem}): install @tensorflow/tfjs-node or set the runtime to auto or wasm.`,
    );
  }
  return loadWasm(wasmFolder);
};

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

/** Why native TensorFlow cannot be used, or undefined when it can. */
const nativeProblem = async (): Promise<string | undefined> => {
  if (!packageFolder('@tensorflow/tfjs-node')) return 'it is not installed';
  try {
    // In a child process: a native library built for another processor ends the process that loads it.
    const probe = `require('@tensorflow/tfjs-node').tensor1d([1, 2]).sum().dataSync()[0] === 3 || process.exit(1)`;
    await run(process.execPath, ['--eval', probe], { cwd: import.meta.dirname, timeout: 60_000 });
    return undefined;
  } catch {
    return 'its probe in a child process failed';
  }
};
