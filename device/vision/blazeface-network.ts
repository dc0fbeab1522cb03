import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageFiles } from './tensorflow.ts';

/** The four heads before their reshape; that reshape would tie the network to 256 × 256. */
export const blazefaceHeads = {
  scores: [
    'StatefulPartitionedCall/functional_1/conv2d_33/BiasAdd',
    'StatefulPartitionedCall/functional_1/conv2d_34/BiasAdd',
  ],
  boxes: [
    'StatefulPartitionedCall/functional_1/conv2d_35/BiasAdd',
    'StatefulPartitionedCall/functional_1/conv2d_36/BiasAdd',
  ],
} as const;

/** One operation of the network in TensorFlow's graph format. */
export type NetworkNode = {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr: Readonly<Record<string, unknown>>;
};

type WeightSpec = {
  readonly name: string;
  readonly shape: number[];
  readonly dtype: 'float32' | 'int32';
};

/** BlazeFace as its package ships it: `weights` holds the values of all `specs` one after the other. */
export type BlazefaceNetwork = {
  readonly format: string;
  readonly modelTopology: { readonly node: readonly NetworkNode[] };
  readonly specs: readonly WeightSpec[];
  readonly weights: ArrayBuffer;
};

type NetworkFile = {
  format: string;
  modelTopology: { node: NetworkNode[] };
  weightsManifest: { weights: WeightSpec[] }[];
};

/** Reads BlazeFace (back-camera variant) from the files inside `@vladmandic/human`. */
export const readBlazefaceNetwork = async (): Promise<BlazefaceNetwork> => {
  const folder = packageFiles('@vladmandic/human', 'models');
  const file = JSON.parse(await readFile(path.join(folder, 'blazeface.json'), 'utf8')) as NetworkFile;
  const weights = await readFile(path.join(folder, 'blazeface.bin'));
  return {
    format: file.format,
    modelTopology: file.modelTopology,
    specs: file.weightsManifest.flatMap((group) => group.weights),
    weights: Uint8Array.from(weights).buffer,
  };
};
