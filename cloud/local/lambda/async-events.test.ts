import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { functionArn, queueArn, startWorker } from './worker-for-tests.ts';

const failing =
  'export const handler = async (event, { awsRequestId }) => { console.log("try", awsRequestId); throw new TypeError("no"); };';
const succeeding = 'export const handler = async (event) => console.log("got", event.n);';
const hanging = 'export const handler = () => new Promise(() => setInterval(() => {}, 1000));';

type Worker = Awaited<ReturnType<typeof startWorker>>;

const failedQueue = { queues: { failed: {} } };
const sendFailures = (worker: Worker, given: object = {}) =>
  worker.create('AWS::Lambda::EventInvokeConfig', {
    FunctionName: 'worker',
    Qualifier: '$LATEST',
    DestinationConfig: { OnFailure: { Destination: queueArn('failed') } },
    ...given,
  });

/** The records in the on-failure queue. */
const records = async ({ sqs }: Worker) => {
  const queue = sqs.source.open(queueArn('failed'), 'arn:aws:iam::000000000000:role/reader');
  const messages = await queue.receive({ most: 10, maxBytes: 10_000_000 });
  return messages.map(({ body }) => JSON.parse(body));
};

const lines = ({ lambda }: Worker, start: string) =>
  lambda.logLines('worker').filter((line) => line.startsWith(start));

describe('asynchronous events', () => {
  it('are tried again after one and after two minutes under the same request id, then discarded', async () => {
    const worker = await startWorker(failing);
    const { lambda, permit, clock, invokeAsync } = worker;
    await permit();
    await invokeAsync({});
    await vi.waitFor(() => expect(clock.delays()).toEqual([60_000]));
    clock.pass(60_000);
    await vi.waitFor(() => expect(clock.delays()).toEqual([120_000]));
    clock.pass(120_000);
    await vi.waitFor(() =>
      expect(lambda.asyncCounts('worker')).toEqual({
        succeeded: 0,
        retried: 2,
        throttled: 0,
        discarded: 1,
        pending: 0,
      }),
    );
    const tries = lines(worker, 'try');
    expect(tries).toHaveLength(3);
    expect(new Set(tries).size).toBe(1);
  });

  it('are tried as often as the template says', async () => {
    const { lambda, permit, create, invokeAsync } = await startWorker(failing);
    await permit();
    await create('AWS::Lambda::EventInvokeConfig', {
      FunctionName: 'worker',
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 0,
    });
    await invokeAsync({});
    await vi.waitFor(() =>
      expect(lambda.asyncCounts('worker')).toMatchObject({ retried: 0, discarded: 1, pending: 0 }),
    );
  });

  it('are queued without waiting for the function', async () => {
    const { lambda, permit, invokeAsync } = await startWorker(succeeding, { maxEnvironments: 1 });
    await permit();
    for (let n = 0; n < 3; n++) await invokeAsync({ n });
    expect(lambda.asyncCounts('worker').pending).toBe(3);
    await vi.waitFor(() => expect(lambda.asyncCounts('worker')).toMatchObject({ succeeded: 3, pending: 0 }));
  });

  it('are refused over 1 MB', async () => {
    const { permit, invokeAsync } = await startWorker(succeeding);
    await permit();
    await expect(invokeAsync('x'.repeat(1024 * 1024))).rejects.toMatchObject({
      code: 'RequestTooLargeException',
    });
  });

  it('may come twice and late, as Lambda does not rule out', async () => {
    const worker = await startWorker(succeeding, { deliveries: () => [5000, 0] });
    await worker.permit();
    await worker.invokeAsync({ n: 7 });
    await vi.waitFor(() => expect(lines(worker, 'got')).toEqual(['got 7']));
    worker.clock.pass(5000);
    await vi.waitFor(() => expect(lines(worker, 'got')).toEqual(['got 7', 'got 7']));
  });
});

describe('an event that failed all its tries', () => {
  it("goes to the on-failure queue in AWS's record", async () => {
    const worker = await startWorker(failing, failedQueue);
    const { permit, invokeAsync, clock } = worker;
    await permit();
    await sendFailures(worker);
    await invokeAsync({ n: 1 });
    await vi.waitFor(() => expect(clock.delays()).toEqual([60_000]));
    clock.pass(60_000);
    await vi.waitFor(() => expect(clock.delays()).toEqual([120_000]));
    clock.pass(120_000);
    await vi.waitFor(() => expect(worker.sqs.depths()).toMatchObject([{ name: 'failed', visible: 1 }]));
    expect(await records(worker)).toEqual([
      {
        version: '1.0',
        timestamp: '1970-01-01T00:03:00.000Z',
        requestContext: {
          requestId: lines(worker, 'try')[0]?.slice('try '.length),
          functionArn: `${functionArn}:$LATEST`,
          condition: 'RetriesExhausted',
          approximateInvokeCount: 3,
        },
        requestPayload: { n: 1 },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: {
          errorType: 'TypeError',
          errorMessage: 'no',
          trace: expect.arrayContaining(['TypeError: no']),
        },
      },
    ]);
  });

  it('is lost when the role of the function may not send there, as on AWS', async () => {
    const worker = await startWorker(failing, failedQueue);
    await worker.permit();
    await sendFailures(worker, { MaximumRetryAttempts: 0 });
    worker.missing.add('sqs:SendMessage');
    await worker.invokeAsync({});
    await vi.waitFor(() => expect(worker.warnings).toContain('lambda.destination_failed'));
    expect(worker.sqs.depths()).toMatchObject([{ visible: 0 }]);
  });

  it('cannot have a destination that the role may not send to: the deployment fails', async () => {
    const worker = await startWorker(failing, failedQueue);
    worker.missing.add('sqs:SendMessage');
    await expect(sendFailures(worker)).rejects.toThrow('not authorized: sqs:SendMessage');
  });

  it('goes there at once when its next try would come too late', async () => {
    const worker = await startWorker(failing, failedQueue);
    await worker.permit();
    await sendFailures(worker, { MaximumEventAgeInSeconds: 60 });
    await worker.invokeAsync({});
    await vi.waitFor(() => expect(worker.clock.delays()).toEqual([60_000]));
    worker.clock.pass(60_000);
    await vi.waitFor(() => expect(worker.sqs.depths()).toMatchObject([{ visible: 1 }]));
    expect((await records(worker))[0]).toMatchObject({
      requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 2 },
    });
  });
});

describe('an event for a function without free concurrency', () => {
  const gate =
    'import { existsSync } from "node:fs"; export const handler = async ({ file, n }) => { while (file && !existsSync(file)) await new Promise((r) => setTimeout(r, 10)); console.log("got", n); };';

  it('is tried again after one second, then two, until there is some', async () => {
    const worker = await startWorker(gate, { properties: { ReservedConcurrentExecutions: 1, Timeout: 60 } });
    const { permit, invoke, invokeAsync, clock, dir } = worker;
    await permit();
    const file = path.join(dir, 'go');
    const busy = invoke({ file, n: 'sync' });
    await invokeAsync({ n: 'async' });
    await vi.waitFor(() => expect(clock.delays()).toEqual([1000]));
    clock.pass(1000);
    await vi.waitFor(() => expect(clock.delays()).toEqual([2000]));
    writeFileSync(file, '');
    await busy;
    clock.pass(2000);
    await vi.waitFor(() => expect(lines(worker, 'got')).toEqual(['got sync', 'got async']));
    expect(worker.lambda.asyncCounts('worker')).toMatchObject({ throttled: 2, retried: 0, succeeded: 1 });
  });

  it('is given up when it has waited as long as it may, without a response in the record', async () => {
    const worker = await startWorker(hanging, {
      ...failedQueue,
      properties: { ReservedConcurrentExecutions: 1, Timeout: 900 },
      drainMs: 100,
    });
    const { permit, invoke, invokeAsync, clock, sqs } = worker;
    await permit();
    await sendFailures(worker, { MaximumEventAgeInSeconds: 60 });
    const busy = invoke({}).catch(() => 'stopped');
    await invokeAsync({ n: 2 });
    for (const delayMs of [1000, 2000, 4000, 8000, 16_000]) {
      await vi.waitFor(() => expect(clock.delays()).toEqual([delayMs]));
      clock.pass(delayMs);
    }
    await vi.waitFor(() => expect(sqs.depths()).toMatchObject([{ visible: 1 }]));
    expect(await records(worker)).toEqual([
      {
        version: '1.0',
        timestamp: expect.any(String),
        requestContext: expect.objectContaining({ condition: 'EventAgeExceeded', approximateInvokeCount: 0 }),
        requestPayload: { n: 2 },
      },
    ]);
    await worker.stop();
    expect(await busy).toBe('stopped');
  });

  it('goes to the on-failure queue at once when its reserved concurrency is zero', async () => {
    const worker = await startWorker(succeeding, {
      ...failedQueue,
      properties: { ReservedConcurrentExecutions: 0 },
    });
    await worker.permit();
    await sendFailures(worker);
    await worker.invokeAsync({});
    await vi.waitFor(() => expect(worker.sqs.depths()).toMatchObject([{ visible: 1 }]));
    expect((await records(worker))[0].requestContext.condition).toBe('ZeroReservedConcurrency');
  });
});

describe('a stop', () => {
  it('keeps an event that waits for its retry, with the tries it has had', async () => {
    const first = await startWorker(failing);
    await first.permit();
    await first.invokeAsync({ n: 1 });
    await vi.waitFor(() => expect(first.clock.delays()).toEqual([60_000]));
    await first.stop();

    const second = await startWorker(failing, { dir: first.dir });
    await vi.waitFor(() => expect(second.clock.delays()).toEqual([60_000]));
    second.clock.pass(60_000);
    await vi.waitFor(() => expect(second.clock.delays()).toEqual([120_000]));
  });

  it('keeps an event whose function it cut short, without counting that as a failure', async () => {
    const first = await startWorker(hanging, { properties: { Timeout: 900 }, drainMs: 100 });
    await first.permit();
    await first.invokeAsync({ n: 3 });
    await vi.waitFor(() => expect(first.lambda.asyncCounts('worker').pending).toBe(1));
    await first.stop();

    const second = await startWorker(succeeding, { dir: first.dir });
    await vi.waitFor(() => expect(second.lambda.asyncCounts('worker').succeeded).toBe(1));
    expect(readFileSync(path.join(first.dir, 'logs', 'worker.log'), 'utf8')).toContain('got 3');
  });
});
