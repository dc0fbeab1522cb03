import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { queueArn, startWorker } from './worker-for-tests.ts';

type Worker = Awaited<ReturnType<typeof startWorker>>;

const sender = { roleArn: 'arn:aws:iam::000000000000:role/sender' };
const send = ({ sqs }: Worker, ...bodies: string[]) =>
  Promise.all(bodies.map((body) => sqs.sender.send({ arn: queueArn('work') }, body, sender)));
const map = (worker: Worker, given: object = {}) =>
  worker.create('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: queueArn('work'),
    FunctionName: 'worker',
    ...given,
  });
/** A mapping that polls: mappings begin with Lambda's start. */
const startMapped = async (
  source: string,
  options: Parameters<typeof startWorker>[1],
  given: object = {},
) => {
  const worker = await startWorker(source, { queues: { work: {} }, ...options });
  await map(worker, given);
  await worker.lambda.start();
  return worker;
};
const depth = ({ sqs }: Worker, name = 'work') => sqs.depths().find((queue) => queue.name === name);
const lines = ({ lambda }: Worker, start: string) =>
  lambda.logLines('worker').filter((line) => line.startsWith(start));

const printing = 'export const handler = async (event) => console.log("event", JSON.stringify(event));';

describe('a queue mapped to a function', () => {
  it("hands its messages over in AWS's shape and deletes them", async () => {
    const worker = await startMapped(printing, {});
    await send(worker, 'hello');
    await vi.waitFor(() =>
      expect(depth(worker)).toEqual({ name: 'work', visible: 0, inFlight: 0, delayed: 0 }),
    );
    expect(JSON.parse(lines(worker, 'event')[0]?.slice('event '.length) ?? '')).toEqual({
      Records: [
        {
          messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          receiptHandle: expect.any(String),
          body: 'hello',
          attributes: {
            ApproximateReceiveCount: '1',
            SentTimestamp: '0',
            SenderId: sender.roleArn,
            ApproximateFirstReceiveTimestamp: '0',
          },
          messageAttributes: {},
          md5OfBody: '5d41402abc4b2a76b9719d911017c592',
          eventSource: 'aws:sqs',
          eventSourceARN: queueArn('work'),
          awsRegion: 'eu-central-1',
        },
      ],
    });
  });

  it('never has more batches at work than its maximum concurrency, of no more messages than its batch size', async () => {
    const gate =
      'import { existsSync } from "node:fs"; export const handler = async ({ Records }) => { console.log("batch", Records.length); while (!existsSync(process.env.GO)) await new Promise((r) => setTimeout(r, 10)); };';
    const go = path.join(os.tmpdir(), `go-${randomUUID()}`);
    onTestFinished(() => rmSync(go, { force: true }));
    const gated = await startWorker(gate, {
      queues: { work: { VisibilityTimeout: 60 } },
      maxEnvironments: 4,
      properties: { Timeout: 60, Environment: { Variables: { GO: go } } },
    });
    await map(gated, { BatchSize: 2, ScalingConfig: { MaximumConcurrency: 2 } });
    await send(gated, '1', '2', '3', '4', '5', '6', '7');
    await gated.lambda.start();
    await vi.waitFor(() => expect(lines(gated, 'batch')).toEqual(['batch 2', 'batch 2']));
    expect(depth(gated)).toMatchObject({ inFlight: 4, visible: 3 });
    writeFileSync(go, '');
    await vi.waitFor(() => expect(depth(gated)).toMatchObject({ inFlight: 0, visible: 0 }));
    expect(lines(gated, 'batch')).toEqual(['batch 2', 'batch 2', 'batch 2', 'batch 1']);
  });

  it('keeps what the function reports as failed for a next time, and gives it to the dead-letter queue at last', async () => {
    const reporting =
      'export const handler = async ({ Records }) => ({ batchItemFailures: Records.filter((r) => r.body === "bad").map((r) => { console.log("bad", r.attributes.ApproximateReceiveCount); return { itemIdentifier: r.messageId }; }) });';
    const worker = await startMapped(
      reporting,
      {
        queues: {
          dead: {},
          work: { RedrivePolicy: { deadLetterTargetArn: queueArn('dead'), maxReceiveCount: 2 } },
        },
      },
      { FunctionResponseTypes: ['ReportBatchItemFailures'] },
    );
    await send(worker, 'good', 'bad');
    await vi.waitFor(() => expect(depth(worker)).toMatchObject({ visible: 0, inFlight: 1 }));
    await vi.waitFor(() => expect(worker.warnings).toContain('lambda.batch_failed'));
    worker.clock.pass(30_000);
    await vi.waitFor(() => expect(lines(worker, 'bad')).toEqual(['bad 1', 'bad 2']));
    await vi.waitFor(() => expect(worker.warnings).toHaveLength(2));
    worker.clock.pass(30_000);
    await vi.waitFor(() => expect(depth(worker, 'dead')).toMatchObject({ visible: 1 }));
    expect(depth(worker)).toMatchObject({ visible: 0, inFlight: 0 });
    expect(lines(worker, 'bad')).toHaveLength(2);
  });

  it('keeps the whole batch when the function throws', async () => {
    const worker = await startMapped('export const handler = async () => { throw new Error("no"); };', {});
    await send(worker, 'a');
    await vi.waitFor(() => expect(worker.warnings).toContain('lambda.batch_failed'));
    expect(depth(worker)).toMatchObject({ inFlight: 1 });
  });

  it('does not read reports of a function that the mapping does not ask for them', async () => {
    const worker = await startMapped(
      'export const handler = async ({ Records }) => ({ batchItemFailures: [{ itemIdentifier: Records[0].messageId }] });',
      {},
    );
    await send(worker, 'a');
    await vi.waitFor(() => expect(depth(worker)).toMatchObject({ visible: 0, inFlight: 0 }));
  });

  it('is left alone while it is not enabled', async () => {
    const worker = await startMapped(printing, {}, { Enabled: false });
    await send(worker, 'a');
    expect(depth(worker)).toMatchObject({ visible: 1 });
  });

  it('rests when a grant is gone, and goes on when it is back', async () => {
    const worker = await startMapped(printing, {});
    worker.missing.add('sqs:ReceiveMessage');
    await send(worker, 'a');
    await vi.waitFor(() => expect(worker.warnings).toEqual(['lambda.poll_failed']));
    expect(depth(worker)).toMatchObject({ visible: 1 });
    worker.missing.clear();
    worker.clock.pass(10_000);
    await vi.waitFor(() => expect(depth(worker)).toMatchObject({ visible: 0, inFlight: 0 }));
  });
});

describe('a mapping that Lambda would not accept', () => {
  it.each(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'])(
    "is refused when the function's role lacks %s",
    async (action) => {
      const worker = await startWorker(printing, { queues: { work: {} } });
      worker.missing.add(action);
      await expect(map(worker)).rejects.toThrow(`not authorized: ${action}`);
    },
  );

  it('is refused when messages would come back while the function still works on them', async () => {
    const worker = await startWorker(printing, { queues: { work: {} }, properties: { Timeout: 60 } });
    await expect(map(worker)).rejects.toThrow(
      'Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds',
    );
  });

  it.each([
    ['an event filter', { FilterCriteria: {} }],
    ['a batching window', { MaximumBatchingWindowInSeconds: 5 }],
    ['a stream', { EventSourceArn: 'arn:aws:kinesis:eu-central-1:000000000000:stream/x' }],
    ['a concurrency of one', { ScalingConfig: { MaximumConcurrency: 1 } }],
  ])('is refused with %s', async (_, given) => {
    const worker = await startWorker(printing, { queues: { work: {} } });
    await expect(map(worker, given)).rejects.toThrow();
  });
});
