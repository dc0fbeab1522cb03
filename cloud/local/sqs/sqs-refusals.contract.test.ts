import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { queueArn, startMessaging } from '../messaging-for-tests.ts';

const start = async () => {
  const messaging = await startMessaging();
  const client = new SQSClient(messaging.config);
  onTestFinished(() => client.destroy());
  return { ...messaging, client };
};

describe('what SQS refuses', () => {
  it.each([
    ['a queue that does not exist', { QueueUrl: 'http://127.0.0.1/000000000000/none' }, 'QueueDoesNotExist'],
    ['a queue of another account', { QueueUrl: 'http://127.0.0.1/111122223333/work' }, 'QueueDoesNotExist'],
    ['a message without a body', { MessageBody: '' }, 'MissingParameter'],
    ['a message over its limit', { MessageBody: 'x'.repeat(1_048_577) }, 'InvalidParameterValue'],
    ['characters that XML does not have', { MessageBody: 'a\u0000b' }, 'InvalidMessageContents'],
    ['a delay over 15 minutes', { DelaySeconds: 901 }, 'InvalidParameterValue'],
    ['a parameter of other kinds of queues', { MessageGroupId: 'g' }, 'InvalidParameterValue'],
  ])('%s', async (_, given, code) => {
    const { client, queue } = await start();
    const url = await queue('work');
    const error = await client
      .send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'body', ...given }))
      .catch((caught: unknown) => caught);
    expect([(error as { name: string }).name, (error as { Code?: string }).Code].join(' ')).toContain(code);
  });

  it.each([
    ['an empty batch', [], 'EmptyBatchRequest'],
    [
      'eleven entries',
      Array.from({ length: 11 }, (_, n) => ({ Id: `${n}`, MessageBody: 'a' })),
      'TooManyEntriesInBatchRequest',
    ],
    ['two entries of one id', ['a', 'a'].map((Id) => ({ Id, MessageBody: 'a' })), 'BatchEntryIdsNotDistinct'],
    ['an odd id', [{ Id: 'a b', MessageBody: 'a' }], 'InvalidBatchEntryId'],
    [
      'a batch over 1 MiB',
      ['a', 'b'].map((Id) => ({ Id, MessageBody: 'x'.repeat(600_000) })),
      'BatchRequestTooLong',
    ],
  ])('%s', async (_, Entries, name) => {
    const { client, queue } = await start();
    const QueueUrl = await queue('work');
    await expect(client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({
      name,
    });
  });

  it('a receipt handle that it never gave, and one of a message that nobody is working on', async () => {
    const { client, queue, pass } = await start();
    const QueueUrl = await queue('work');
    await expect(
      client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'x' })),
    ).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    const { Messages: [message] = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    pass(30_000);
    const late = { QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 1 };
    await expect(client.send(new ChangeMessageVisibilityCommand(late))).rejects.toMatchObject({
      name: 'MessageNotInflight',
    });
  });

  it.each([
    ['a first-in-first-out queue', { FifoQueue: true }],
    [
      'a dead-letter queue that is not there',
      { RedrivePolicy: { deadLetterTargetArn: queueArn('none'), maxReceiveCount: 3 } },
    ],
    ['a key that is not there', { KmsMasterKeyId: 'arn:aws:kms:eu-central-1:000000000000:key/none' }],
    ['messages over 1 MiB', { MaximumMessageSize: 2_000_000 }],
  ])('%s in the template', async (_, properties) => {
    const { queue } = await start();
    await expect(queue('work', properties)).rejects.toThrow();
  });
});
