/**
 * Protocol Buffers wire format, as much of it as an ONNX file needs. A message is the concatenation of its fields.
 * Source: protobuf.dev, "Encoding".
 */
export const message = (...fields: readonly Uint8Array[]): Uint8Array => Buffer.concat(fields);

export const integerField = (field: number, value: number): Uint8Array =>
  message(tag(field, 0), varint(value));

/** A string, bytes, or a message inside another. */
export const bytesField = (field: number, value: string | Uint8Array): Uint8Array => {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return message(tag(field, 2), varint(bytes.length), bytes);
};

const tag = (field: number, wireType: number): Uint8Array => varint((field << 3) | wireType);

/** Seven bits a byte, least significant first; the top bit says that more follow. Not for negative numbers. */
const varint = (value: number): Uint8Array => {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return Uint8Array.from([...bytes, rest]);
};
