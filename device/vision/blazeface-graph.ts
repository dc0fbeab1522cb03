import { z } from 'zod';
import { type BlazefaceNetwork, blazefaceHeads, type NetworkNode } from './blazeface-network.ts';
import { onnxConstant, onnxModel, onnxNode } from './onnx-model.ts';

/** Names of the model's input and outputs: RGB bytes, height × width × 3 in; both grids' scores and boxes out. */
export const blazefacePorts = {
  input: 'rgb',
  outputs: ['scores_16', 'scores_32', 'boxes_16', 'boxes_32'],
} as const;

/** What our converter reads of a node's attributes; TensorFlow writes texts in base64 and numbers as texts. */
const base64 = z.object({ s: z.string().transform((text) => Buffer.from(text, 'base64').toString()) });
const texts = z.object({ list: z.object({ s: z.array(z.string()) }) });
const integers = z
  .object({ list: z.object({ i: z.array(z.coerce.number()) }) })
  .transform(({ list }) => list.i);
const Window = z.object({ padding: base64.transform(({ s }) => s), strides: integers });
const Fused = z.object({
  fused_ops: texts.transform(({ list }) => list.s.map((text) => Buffer.from(text, 'base64').toString())),
});
const Pool = z.object({ ksize: integers });

type Constant = { readonly shape: readonly number[]; readonly values: Float32Array | Int32Array };

/**
 * BlazeFace as an ONNX file, the same operations with the same weights, which ONNX lays out channel first.
 * It takes any size whose sides are multiples of 32. Throws when the network has an operation that it should not have.
 */
export const blazefaceToOnnx = (network: BlazefaceNetwork): Uint8Array => {
  const byName = new Map(network.modelTopology.node.map((node) => [node.name, node]));
  const weights = constantsOf(network);
  const nodes: Uint8Array[] = [];
  const constants: Uint8Array[] = [];
  const done = new Set<string>();

  const add = (operation: string, inputs: readonly string[], output: string, attributes = {}): string => {
    nodes.push(onnxNode(operation, inputs, output, attributes));
    return output;
  };
  const keep = (name: string, shape: readonly number[], values: Float32Array | BigInt64Array): string => {
    constants.push(onnxConstant(name, shape, values));
    return name;
  };
  const weight = (node: NetworkNode, index: number): Constant => {
    const constant = weights.get(node.input?.[index] ?? '');
    if (!constant) throw new Error(`BlazeFace lacks a weight of ${node.name}: run \`npm ci\`.`);
    return constant;
  };

  /** Bytes 0..255 to −1..1, as the network was trained. */
  const writeInput = (output: string): void => {
    const byte = keep('byte', [1], Float32Array.of(127.5));
    const one = keep('one', [1], Float32Array.of(1));
    add('Cast', [blazefacePorts.input], 'float', { to: 1 });
    add('Transpose', ['float'], 'planes', { perm: [0, 3, 1, 2] });
    add('Div', ['planes', byte], 'scaled');
    add('Sub', ['scaled', one], output);
  };

  const writeConvolution = (node: NetworkNode, input: string): void => {
    const { shape, values } = weight(node, 1);
    const [height = 0, width = 0, inner = 0, outer = 0] = shape;
    const depthwise = node.op === 'DepthwiseConv2dNative';
    // TensorFlow: height, width, inner, outer. ONNX: outer, inner, height, width; a depthwise filter has one inner channel.
    const kernel = channelsFirst(values, height * width, inner, outer);
    const shapeFirst = depthwise ? [inner, 1, height, width] : [outer, inner, height, width];
    const inputs = [input, keep(`${node.name}/kernel`, shapeFirst, kernel)];
    if (!depthwise) {
      const bias = weight(node, 2);
      inputs.push(keep(`${node.name}/bias`, bias.shape, Float32Array.from(bias.values)));
    }
    const hasRelu = !depthwise && Fused.parse(node.attr).fused_ops.includes('Relu');
    const output = hasRelu ? `${node.name}/linear` : node.name;
    add('Conv', inputs, output, {
      kernel_shape: [height, width],
      group: depthwise ? inner : 1,
      ...windowOf(node),
    });
    if (hasRelu) add('Relu', [output], node.name);
  };

  const writePadding = (node: NetworkNode, input: string): void => {
    // Pairs of before and after for batch, height, width, channel; ONNX: all before, then all after, channel second.
    const pairs = weight(node, 1).values;
    const order = [0, 6, 2, 4, 1, 7, 3, 5];
    const amounts = BigInt64Array.from(order, (index) => BigInt(pairs[index] ?? 0));
    add('Pad', [input, keep(`${node.name}/amounts`, [8], amounts)], node.name);
  };

  /** Writes a node after the nodes that it reads. */
  const write = (name: string): string => {
    if (done.has(name)) return name;
    done.add(name);
    const node = byName.get(name);
    const input = (index: number) => write(node?.input?.[index] ?? '');
    switch (node?.op) {
      case 'Placeholder':
        writeInput(name);
        break;
      case '_FusedConv2D':
      case 'DepthwiseConv2dNative':
        writeConvolution(node, input(0));
        break;
      case 'AddV2':
        add('Add', [input(0), input(1)], name);
        break;
      case 'Relu':
        add('Relu', [input(0)], name);
        break;
      case 'MaxPool': {
        const [, height = 0, width = 0] = Pool.parse(node.attr).ksize;
        add('MaxPool', [input(0)], name, { kernel_shape: [height, width], ...windowOf(node) });
        break;
      }
      case 'Pad':
        writePadding(node, input(0));
        break;
      default:
        throw new Error(
          `BlazeFace has an operation that it should not have: ${node?.op ?? name}. Run \`npm ci\`.`,
        );
    }
    return name;
  };

  const heads = [...blazefaceHeads.scores, ...blazefaceHeads.boxes];
  for (const [index, output] of blazefacePorts.outputs.entries())
    add('Transpose', [write(heads[index] ?? '')], output, { perm: [0, 2, 3, 1] });

  return onnxModel({
    nodes,
    constants,
    inputs: [{ name: blazefacePorts.input, type: 'uint8', shape: [1, 'height', 'width', 3] }],
    outputs: blazefacePorts.outputs.map((name) => ({
      name,
      type: 'float32',
      shape: [1, `${name}_rows`, `${name}_columns`, `${name}_values`],
    })),
  });
};

const windowOf = (node: NetworkNode) => {
  const { padding, strides } = Window.parse(node.attr);
  return {
    strides: strides.slice(1, 3),
    // TensorFlow puts the odd pixel of padding at the end.
    auto_pad: padding === 'SAME' ? 'SAME_UPPER' : 'VALID',
  };
};

/** position × inner × outer to outer × inner × position. */
const channelsFirst = (
  values: Float32Array | Int32Array,
  positions: number,
  inner: number,
  outer: number,
): Float32Array => {
  const turned = new Float32Array(values.length);
  for (let position = 0; position < positions; position++)
    for (let i = 0; i < inner; i++)
      for (let o = 0; o < outer; o++)
        turned[(o * inner + i) * positions + position] = values[(position * inner + i) * outer + o] ?? 0;
  return turned;
};

const constantsOf = ({ specs, weights }: BlazefaceNetwork): ReadonlyMap<string, Constant> => {
  const constants = new Map<string, Constant>();
  let offset = 0;
  for (const { name, shape, dtype } of specs) {
    const length = shape.reduce((product, size) => product * size, 1);
    const values =
      dtype === 'int32' ? new Int32Array(weights, offset, length) : new Float32Array(weights, offset, length);
    constants.set(name, { shape, values });
    offset += values.byteLength;
  }
  return constants;
};
