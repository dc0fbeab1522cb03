import { bytesField, integerField, message } from './protobuf.ts';

/** Numbers of the fields and types are those of `onnx.proto` (github.com/onnx/onnx), IR version 8, operator set 13. */
const irVersion = 8;
const operatorSet = 13;
const elementTypes = { float32: 1, uint8: 2, int64: 7 } as const;
const attributeTypes = { integer: 2, text: 3, integers: 7 } as const;

/** A number is a whole one here; nothing that we write needs another. */
type Attribute = number | string | readonly number[];

/** A value that goes in or comes out; a text names a dimension that is only known at run time. */
type Port = {
  readonly name: string;
  readonly type: 'float32' | 'uint8';
  readonly shape: readonly (number | string)[];
};

/** One operation: all of ONNX's own operator set. */
export const onnxNode = (
  operation: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, Attribute>> = {},
): Uint8Array =>
  message(
    ...inputs.map((input) => bytesField(1, input)),
    bytesField(2, output),
    bytesField(3, output),
    bytesField(4, operation),
    ...Object.entries(attributes).map(([name, value]) => bytesField(5, attributeOf(name, value))),
  );

/** Numbers that never change, such as weights. */
export const onnxConstant = (
  name: string,
  shape: readonly number[],
  values: Float32Array | BigInt64Array,
): Uint8Array =>
  message(
    ...shape.map((size) => integerField(1, size)),
    integerField(2, values instanceof Float32Array ? elementTypes.float32 : elementTypes.int64),
    bytesField(8, name),
    // Little-endian, as every processor that we run on.
    bytesField(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  );

/** The bytes of an ONNX file. Nodes must come after those whose output they read. */
export const onnxModel = ({
  nodes,
  constants,
  inputs,
  outputs,
}: {
  readonly nodes: readonly Uint8Array[];
  readonly constants: readonly Uint8Array[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}): Uint8Array => {
  const graph = message(
    ...nodes.map((node) => bytesField(1, node)),
    bytesField(2, 'graph'),
    ...constants.map((constant) => bytesField(5, constant)),
    ...inputs.map((port) => bytesField(11, portOf(port))),
    ...outputs.map((port) => bytesField(12, portOf(port))),
  );
  const operators = message(bytesField(1, ''), integerField(2, operatorSet));
  return message(integerField(1, irVersion), bytesField(7, graph), bytesField(8, operators));
};

const attributeOf = (name: string, value: Attribute): Uint8Array => {
  if (typeof value === 'string')
    return message(bytesField(1, name), bytesField(4, value), integerField(20, attributeTypes.text));
  if (typeof value === 'number')
    return message(bytesField(1, name), integerField(3, value), integerField(20, attributeTypes.integer));
  const items = value.map((item) => integerField(8, item));
  return message(bytesField(1, name), ...items, integerField(20, attributeTypes.integers));
};

const portOf = ({ name, type, shape }: Port): Uint8Array => {
  const dimensions = shape.map((size) =>
    bytesField(1, typeof size === 'number' ? integerField(1, size) : bytesField(2, size)),
  );
  const tensor = message(integerField(1, elementTypes[type]), bytesField(2, message(...dimensions)));
  return message(bytesField(1, name), bytesField(2, bytesField(1, tensor)));
};
