import { createHash } from 'node:crypto';
import { z } from 'zod';
import { invalidValue, sqsError } from './errors.ts';

/** A user's attribute of a message, as the JSON protocol has it; binary values in base64. */
export const MessageAttribute = z.strictObject({
  DataType: z
    .string()
    .regex(/^(String|Number|Binary)(\..{1,249})?$/, 'a data type is String, Number or Binary'),
  StringValue: z.string().optional(),
  BinaryValue: z.base64().optional(),
});
export type MessageAttribute = z.output<typeof MessageAttribute>;

/** What was sent, as it stays on disk. */
export const Content = z.object({
  body: z.string(),
  attributes: z.record(z.string(), MessageAttribute),
  senderId: z.string(),
});
export type Content = z.output<typeof Content>;

/** Body and attributes together. Source: SQS message quotas. */
export const maxMessageBytes = 1_048_576;
const maxAttributes = 10;

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/**
 * The checksum of a message's attributes, which SDKs compare with their own; undefined without attributes.
 * Source: SQS developer guide, "Calculating the MD5 message digest for message attributes".
 */
export const md5OfAttributes = (
  attributes: Readonly<Record<string, MessageAttribute>>,
): string | undefined => {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const part = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType = '', StringValue, BinaryValue } = attributes[name] ?? {};
    part(Buffer.from(name));
    part(Buffer.from(DataType));
    hash.update(Buffer.from([DataType.startsWith('Binary') ? 2 : 1]));
    part(
      DataType.startsWith('Binary')
        ? Buffer.from(BinaryValue ?? '', 'base64')
        : Buffer.from(StringValue ?? ''),
    );
  }
  return hash.digest('hex');
};

/** What counts against the size limits, in bytes. */
export const sizeOf = ({ body, attributes }: Pick<Content, 'body' | 'attributes'>): number =>
  Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue, BinaryValue }]) =>
      sum +
      Buffer.byteLength(name + DataType + (StringValue ?? '')) +
      Buffer.byteLength(BinaryValue ?? '', 'base64'),
    Buffer.byteLength(body),
  );

/** Throws a ServiceError in SQS's words for a message that a queue of `maxBytes` does not take. */
export const checkContent = (content: Pick<Content, 'body' | 'attributes'>, maxBytes: number): void => {
  const { body, attributes } = content;
  if (body === '')
    throw sqsError(
      'MissingRequiredParameterException',
      'The request must contain the parameter MessageBody.',
    );
  // XML 1.0 characters, from the days of the query protocol.
  if (/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(body))
    throw sqsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    );
  if (Object.keys(attributes).length > maxAttributes)
    throw invalidValue(
      `Number of message attributes [${Object.keys(attributes).length}] exceeds the allowed maximum [${maxAttributes}].`,
    );
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    if ((DataType.startsWith('Binary') ? BinaryValue : StringValue) === undefined)
      throw invalidValue(
        `The message attribute '${name}' must contain a non-empty value for its type '${DataType}'.`,
      );
  }
  if (sizeOf(content) > maxBytes)
    throw invalidValue(
      `One or more parameters are invalid. Reason: Message must be shorter than ${maxBytes} bytes.`,
    );
};
