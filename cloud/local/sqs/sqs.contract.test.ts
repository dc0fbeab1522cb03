import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { queueArn, startMessaging } from '../messaging-for-tests.ts';

const start = async (options: Parameters<typeof startMessaging>[0] = {}) => {
  const messaging = await startMessaging(options);
  const client = new SQSClient(messaging.config);
  onTestFinished(() => client.destroy());
  return { ...messaging, client };
};
const send = (client: SQSClient, QueueUrl: string, MessageBody: string, more: object = {}) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
const receive = async (client: SQSClient, QueueUrl: string, more: object = {}): Promise<readonly Message[]> =>
  (await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }))).Messages ??
  [];
const remove = (client: SQSClient, QueueUrl: string, message: Message | undefined) =>
  client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body).sort();

describe('a queue, used by the AWS SDK', () => {
  it('gives a message with its attributes, and the checksums that the SDK compares', async () => {
    const { client, queue } = await start();
    const url = await queue('work');
    const MessageAttributes = {
      trace: { DataType: 'String', StringValue: 'é-1' },
      'trace.raw': { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]) },
      count: { DataType: 'Number', StringValue: '7' },
    };
    const sent = await send(client, url, 'grüß', { MessageAttributes });
    const [message] = await receive(client, url, {
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    });
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'grüß',
      MD5OfBody: sent.MD5OfMessageBody,
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      Attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: String(Date.parse('2026-01-01T08:00:00Z')),
        SenderId: 'arn:aws:iam::000000000000:root',
        ApproximateFirstReceiveTimestamp: String(Date.parse('2026-01-01T08:00:00Z')),
      },
    });
    expect(message?.MessageAttributes?.trace?.StringValue).toBe('é-1');
    expect(Buffer.from(message?.MessageAttributes?.['trace.raw']?.BinaryValue ?? [])).toEqual(
      Buffer.from([0, 255]),
    );
  });

  it('gives only the attributes that were asked for', async () => {
    const { client, queue } = await start();
    const url = await queue('work');
    const attribute = { DataType: 'String', StringValue: 'x' };
    await send(client, url, 'a', {
      MessageAttributes: { 'trace.a': attribute, 'trace.b': attribute, other: attribute },
    });
    const [message] = await receive(client, url, { MessageAttributeNames: ['trace.*'] });
    expect(Object.keys(message?.MessageAttributes ?? {}).sort()).toEqual(['trace.a', 'trace.b']);
    expect(message?.Attributes).toBeUndefined();
  });

  it('hides a received message for its visibility timeout, and counts how often it was received', async () => {
    const { client, queue, pass } = await start();
    const url = await queue('work', { VisibilityTimeout: 30 });
    await send(client, url, 'a');
    expect(await receive(client, url)).toHaveLength(1);
    expect(await receive(client, url)).toHaveLength(0);
    pass(30_000);
    const [again] = await receive(client, url, { MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
    expect(again?.Attributes).toEqual({ ApproximateReceiveCount: '2' });
  });

  it('forgets a message when it is deleted by its newest receipt handle, not by an older one', async () => {
    const { client, queue, pass } = await start();
    const url = await queue('work');
    await send(client, url, 'a');
    const [first] = await receive(client, url);
    pass(30_000);
    const [second] = await receive(client, url);
    await remove(client, url, first);
    pass(30_000);
    const [third] = await receive(client, url);
    expect(third?.MessageId).toBe(second?.MessageId);
    await remove(client, url, third);
    pass(30_000);
    expect(await receive(client, url)).toEqual([]);
  });

  it('lets a message be seen sooner or later', async () => {
    const { client, queue, pass } = await start();
    const url = await queue('work');
    await send(client, url, 'a');
    const change = (message: Message | undefined, VisibilityTimeout: number) =>
      client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: url,
          ReceiptHandle: message?.ReceiptHandle,
          VisibilityTimeout,
        }),
      );
    const [first] = await receive(client, url);
    await change(first, 100);
    pass(99_000);
    expect(await receive(client, url)).toEqual([]);
    await change(first, 0);
    expect(await receive(client, url)).toHaveLength(1);
  });

  it('delays what is sent with a delay', async () => {
    const { client, queue, pass } = await start();
    const url = await queue('work', { DelaySeconds: 5 });
    await send(client, url, 'queue');
    await send(client, url, 'own', { DelaySeconds: 0 });
    expect(bodies(await receive(client, url))).toEqual(['own']);
    pass(5000);
    expect(bodies(await receive(client, url))).toEqual(['queue']);
  });

  it('drops what is older than its retention', async () => {
    const { client, queue, pass } = await start();
    const url = await queue('work', { MessageRetentionPeriod: 60 });
    await send(client, url, 'a');
    pass(60_001);
    expect(await receive(client, url)).toEqual([]);
  });

  it('sends and deletes in batches, each entry for itself', async () => {
    const { client, queue } = await start();
    const url = await queue('work', { MaximumMessageSize: 1024 });
    const sent = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: 'a', MessageBody: 'one' },
          { Id: 'b', MessageBody: 'x'.repeat(1025) },
        ],
      }),
    );
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['a']);
    expect(sent.Failed).toMatchObject([{ Id: 'b', Code: 'InvalidParameterValue', SenderFault: true }]);
    const [message] = await receive(client, url);
    const deleted = await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: '1', ReceiptHandle: message?.ReceiptHandle },
          { Id: '2', ReceiptHandle: 'nonsense' },
        ],
      }),
    );
    expect(deleted.Successful).toEqual([{ Id: '1' }]);
    expect(deleted.Failed).toMatchObject([{ Id: '2', Code: 'ReceiptHandleIsInvalid' }]);
  });

  it('answers a waiting receive as soon as there is a message', async () => {
    const { client, queue, clock } = await start();
    const url = await queue('work');
    const waiting = receive(client, url, { WaitTimeSeconds: 20 });
    await vi.waitFor(() => expect(clock.delays()).toContain(20_000));
    await send(client, url, 'late');
    expect(bodies(await waiting)).toEqual(['late']);
  });

  it('answers a waiting receive with what becomes visible again meanwhile', async () => {
    const { client, queue, clock } = await start();
    const url = await queue('work', { VisibilityTimeout: 10 });
    await send(client, url, 'a');
    await receive(client, url);
    const waiting = receive(client, url, { WaitTimeSeconds: 20 });
    await vi.waitFor(() => expect(clock.delays()).toContain(10_000));
    clock.pass(10_000);
    expect(bodies(await waiting)).toEqual(['a']);
  });

  it('answers a waiting receive with nothing when its time is over, and when the local cloud stops', async () => {
    const { client, queue, clock, sqs } = await start();
    const url = await queue('work');
    const first = receive(client, url, { WaitTimeSeconds: 1 });
    await vi.waitFor(() => expect(clock.delays()).toContain(1000));
    clock.pass(1000);
    expect(await first).toEqual([]);
    const second = receive(client, url, { WaitTimeSeconds: 2 });
    await vi.waitFor(() => expect(clock.delays()).toContain(2000));
    sqs.stop();
    expect(await second).toEqual([]);
  });

  it('gives what was received too often to its dead-letter queue, which can give it back', async () => {
    const { client, queue, pass } = await start();
    const dead = await queue('dead');
    const url = await queue('work', {
      RedrivePolicy: { deadLetterTargetArn: queueArn('dead'), maxReceiveCount: 2 },
    });
    const { MessageId } = await send(client, url, 'poison');
    for (let tries = 0; tries < 2; tries++) {
      expect(await receive(client, url)).toHaveLength(1);
      pass(30_000);
    }
    expect(await receive(client, url)).toEqual([]);
    const [given] = await receive(client, dead, { MessageSystemAttributeNames: ['All'] });
    expect(given).toMatchObject({
      MessageId,
      Body: 'poison',
      Attributes: { DeadLetterQueueSourceArn: queueArn('work'), ApproximateReceiveCount: '3' },
    });
    pass(30_000);
    await client.send(new StartMessageMoveTaskCommand({ SourceArn: queueArn('dead') }));
    expect(await receive(client, dead)).toEqual([]);
    const [back] = await receive(client, url, { MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
    expect(back).toMatchObject({ Body: 'poison', Attributes: { ApproximateReceiveCount: '1' } });
    expect(back?.MessageId).not.toBe(MessageId);
  });

  it('says where it is, what it is like and how full it is', async () => {
    const { client, queue, pass } = await start();
    const url = await queue('work', { VisibilityTimeout: 360 });
    await queue('other');
    await send(client, url, 'a');
    await send(client, url, 'b', { DelaySeconds: 60 });
    await send(client, url, 'c');
    await receive(client, url, { MaxNumberOfMessages: 1 });
    expect((await client.send(new GetQueueUrlCommand({ QueueName: 'work' }))).QueueUrl).toBe(url);
    expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: 'wo' }))).QueueUrls).toEqual([url]);
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({
      QueueArn: queueArn('work'),
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
      VisibilityTimeout: '360',
      MessageRetentionPeriod: '345600',
    });
    await client.send(new PurgeQueueCommand({ QueueUrl: url }));
    pass(360_000);
    expect(await receive(client, url)).toEqual([]);
  });

  it('leaves nothing of its messages on the disk once it is empty', async () => {
    const { client, queue, dir } = await start();
    const url = await queue('work');
    const records = path.join(dir, 'records');
    const isOnDisk = () =>
      readdirSync(records).some((file) => readFileSync(path.join(records, file)).includes('a face'));
    await send(client, url, 'a face');
    expect(isOnDisk()).toBe(true);
    const [message] = await receive(client, url);
    await remove(client, url, message);
    expect(isOnDisk()).toBe(false);
  });

  it('is found by the URL that AWS would give it', async () => {
    const { client, queue } = await start();
    await queue('work');
    const url = 'https://sqs.eu-central-1.amazonaws.com/000000000000/work';
    expect((await send(client, url, 'a')).MessageId).toBeDefined();
  });

  it('keeps its messages, and what it knows of each, over a restart', async () => {
    const first = await start();
    const before = await first.queue('work');
    await send(first.client, before, 'waits');
    await send(first.client, before, 'in flight');
    const [taken] = await receive(first.client, before, { MaxNumberOfMessages: 1, VisibilityTimeout: 600 });
    await first.stop();

    const { client, queue, pass } = await start({ dir: first.dir });
    const url = await queue('work');
    const left = ['waits', 'in flight'].filter((body) => body !== taken?.Body);
    expect(bodies(await receive(client, url))).toEqual(left);
    pass(600_000);
    const again = await receive(client, url, { MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
    expect(again.find(({ Body }) => Body === taken?.Body)?.Attributes).toEqual({
      ApproximateReceiveCount: '2',
    });
  });
});
