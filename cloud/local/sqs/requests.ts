import { z } from 'zod';
import { ServiceError } from '../gateway/service.ts';
import { invalidValue, sqsError } from './errors.ts';
import { MessageAttribute } from './message.ts';

/**
 * Inputs of the operations. Strict: a parameter that the local cloud does not know (such as those of first-in-first-out
 * queues) is refused by its name. Ranges: SQS API reference.
 */
const QueueUrl = z.string();
const ReceiptHandle = z.string();
const visibilitySeconds = z.number().int().min(0).max(43_200);
const Attributes = z.record(z.string().regex(/^[A-Za-z0-9_.-]{1,256}$/), MessageAttribute);

const message = {
  MessageBody: z.string(),
  DelaySeconds: z.number().int().min(0).max(900).optional(),
  MessageAttributes: Attributes.default({}),
};
const batchOf = <S extends z.ZodRawShape>(entry: S) =>
  z.strictObject({ QueueUrl, Entries: z.array(z.strictObject({ Id: z.string(), ...entry })) });

const inputs = {
  ChangeMessageVisibility: z.strictObject({ QueueUrl, ReceiptHandle, VisibilityTimeout: visibilitySeconds }),
  DeleteMessage: z.strictObject({ QueueUrl, ReceiptHandle }),
  DeleteMessageBatch: batchOf({ ReceiptHandle }),
  GetQueueAttributes: z.strictObject({ QueueUrl, AttributeNames: z.array(z.string()).default([]) }),
  GetQueueUrl: z.strictObject({ QueueName: z.string() }),
  ListQueues: z.strictObject({ QueueNamePrefix: z.string().default('') }),
  PurgeQueue: z.strictObject({ QueueUrl }),
  ReceiveMessage: z.strictObject({
    QueueUrl,
    AttributeNames: z.array(z.string()).default([]),
    MessageSystemAttributeNames: z.array(z.string()).default([]),
    MessageAttributeNames: z.array(z.string()).default([]),
    MaxNumberOfMessages: z.number().int().min(1).max(10).default(1),
    VisibilityTimeout: visibilitySeconds.optional(),
    WaitTimeSeconds: z.number().int().min(0).max(20).optional(),
  }),
  SendMessage: z.strictObject({ QueueUrl, ...message }),
  SendMessageBatch: batchOf(message),
  StartMessageMoveTask: z.strictObject({ SourceArn: z.string(), DestinationArn: z.string().optional() }),
};

export type OperationName = keyof typeof inputs;
export type InputOf<N extends OperationName> = z.output<(typeof inputs)[N]>;

export const isOperation = (name: string): name is OperationName => Object.hasOwn(inputs, name);

/** Throws a ServiceError in SQS's words. */
export const parseInput = <N extends OperationName>(name: N, body: Buffer): InputOf<N> => {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not JSON.');
  }
  const parsed = inputs[name].safeParse(json);
  if (parsed.success) return parsed.data as InputOf<N>;
  const [issue] = parsed.error.issues;
  const parameter = issue?.path.join('.') ?? '';
  if (issue?.code === 'unrecognized_keys')
    throw invalidValue(`The local cloud does not know the parameter ${issue.keys.join(', ')} of ${name}.`);
  if (issue?.code === 'invalid_type' && issue.message.includes('received undefined'))
    throw sqsError(
      'MissingRequiredParameterException',
      `The request must contain the parameter ${parameter}.`,
    );
  throw invalidValue(`Value for parameter ${parameter} is invalid. Reason: ${issue?.message}.`);
};

const maxEntries = 10;

/** Throws a ServiceError for a batch that SQS refuses as a whole. */
export const checkEntries = (entries: readonly { readonly Id: string }[]): void => {
  if (entries.length === 0)
    throw sqsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > maxEntries)
    throw sqsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${maxEntries}. You have sent ${entries.length}.`,
    );
  if (entries.some(({ Id }) => !/^[A-Za-z0-9_-]{1,80}$/.test(Id)))
    throw sqsError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
    throw sqsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
};
