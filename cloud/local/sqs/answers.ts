import { type Content, md5, md5OfAttributes } from './message.ts';
import type { ReceivedMessage } from './queue.ts';
import type { LocalQueue } from './queue-registry.ts';

type Json = Readonly<Record<string, unknown>>;

export const sentAnswer = (
  MessageId: string,
  { body, attributes }: Pick<Content, 'body' | 'attributes'>,
): Json => {
  const ofAttributes = md5OfAttributes(attributes);
  return {
    MessageId,
    MD5OfMessageBody: md5(body),
    ...(ofAttributes === undefined ? {} : { MD5OfMessageAttributes: ofAttributes }),
  };
};

/** What SQS itself knows of a received message, all values as text. */
export const systemAttributes = (message: ReceivedMessage): Readonly<Record<string, string>> => ({
  ApproximateReceiveCount: String(message.receives),
  SentTimestamp: String(message.sentAtMs),
  SenderId: message.senderId,
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs),
  ...(message.deadLetterSource === undefined ? {} : { DeadLetterQueueSourceArn: message.deadLetterSource }),
});

const some = <T>(values: Readonly<Record<string, T>>): Readonly<Record<string, T>> | undefined =>
  Object.keys(values).length === 0 ? undefined : values;

const pick = <T>(
  values: Readonly<Record<string, T>>,
  wanted: (name: string) => boolean,
): Readonly<Record<string, T>> => Object.fromEntries(Object.entries(values).filter(([name]) => wanted(name)));

/** `names` may hold `All`, names, and for users' attributes prefixes such as `trace.*`. */
const wants =
  (names: readonly string[]) =>
  (name: string): boolean =>
    names.some(
      (one) =>
        one === 'All' ||
        one === '.*' ||
        one === name ||
        (one.endsWith('.*') && name.startsWith(one.slice(0, -1))),
    );

export const receivedAnswer = (
  message: ReceivedMessage,
  names: { readonly system: readonly string[]; readonly message: readonly string[] },
): Json => {
  const attributes = pick(message.attributes, wants(names.message));
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    MD5OfMessageAttributes: md5OfAttributes(attributes),
    MessageAttributes: some(attributes),
    Attributes: some(pick(systemAttributes(message), wants(names.system))),
  };
};

/** Every attribute of a queue, as GetQueueAttributes has them: all values as text. */
const queueAttributes = (local: LocalQueue): Readonly<Record<string, string>> => {
  const { settings, queue, keyArn, policyDocument } = local;
  const { visible, inFlight, delayed } = queue.depth();
  const created = String(Math.floor(local.createdAtMs / 1000));
  return {
    QueueArn: local.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
    DelaySeconds: String(settings.delaySeconds),
    MaximumMessageSize: String(settings.maxMessageBytes),
    MessageRetentionPeriod: String(settings.retentionSeconds),
    ReceiveMessageWaitTimeSeconds: String(settings.waitSeconds),
    VisibilityTimeout: String(settings.visibilitySeconds),
    ...(settings.redrive === undefined ? {} : { RedrivePolicy: JSON.stringify(settings.redrive) }),
    ...(policyDocument === undefined ? {} : { Policy: JSON.stringify(policyDocument) }),
    ...(keyArn === undefined
      ? { SqsManagedSseEnabled: 'true' }
      : { KmsMasterKeyId: keyArn, KmsDataKeyReusePeriodSeconds: '300', SqsManagedSseEnabled: 'false' }),
  };
};

export const chosenQueueAttributes = (
  local: LocalQueue,
  names: readonly string[],
): Readonly<Record<string, string>> =>
  pick(queueAttributes(local), (name) => names.includes('All') || names.includes(name));
