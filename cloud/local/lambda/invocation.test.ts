import { describe, expect, it, vi } from 'vitest';
import { functionArn, rule, startWorker } from './worker-for-tests.ts';

const echo = 'export const handler = async (event) => ({ got: event });';
const failing =
  'let n = 0; export const handler = async () => { n += 1; console.log("try", n); throw new Error("no"); };';

describe('who may invoke a function', () => {
  it('refuses a source without a permission', async () => {
    const { invoke, lambda } = await startWorker(echo);
    await expect(invoke({})).rejects.toMatchObject({ code: 'AccessDeniedException' });
    await expect(lambda.invoker.invokeAsync(functionArn, {}, rule)).rejects.toMatchObject({
      code: 'AccessDeniedException',
    });
  });

  it.each([
    ['another service', { Principal: 'apigateway.amazonaws.com' }],
    ['another rule', { SourceArn: 'arn:aws:iot:eu-central-1:000000000000:rule/other' }],
    ['another account', { SourceAccount: '111122223333' }],
  ])('refuses a source whose permission is for %s', async (_, given) => {
    const { invoke, permit } = await startWorker(echo);
    await permit(given);
    await expect(invoke({})).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });

  it('accepts a permission with wildcards', async () => {
    const { invoke, permit } = await startWorker(echo);
    await permit({ SourceArn: 'arn:aws:iot:*:rule/d?mo', SourceAccount: '000000000000' });
    expect((await invoke({})).functionError).toBeUndefined();
  });

  it('says that a function does not exist', async () => {
    const { lambda } = await startWorker(echo);
    await expect(lambda.invoker.invoke('arn:aws:lambda:x', {}, rule)).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });
});

describe('asynchronous events', () => {
  it('are tried again after one and after two minutes, then discarded', async () => {
    const { lambda, permit, retries } = await startWorker(failing);
    await permit();
    await lambda.invoker.invokeAsync(functionArn, {}, rule);
    await vi.waitFor(() => expect(retries.delays()).toEqual([60_000]));
    retries.release();
    await vi.waitFor(() => expect(retries.delays()).toEqual([120_000]));
    retries.release();
    await vi.waitFor(() =>
      expect(lambda.asyncCounts('worker')).toEqual({ succeeded: 0, retried: 2, discarded: 1 }),
    );
    expect(lambda.logLines('worker').filter((line) => line.startsWith('try'))).toEqual([
      'try 1',
      'try 2',
      'try 3',
    ]);
  });

  it('are tried as often as the template says', async () => {
    const { lambda, permit, create } = await startWorker(failing);
    await permit();
    await create('AWS::Lambda::EventInvokeConfig', {
      FunctionName: 'worker',
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 0,
    });
    await lambda.invoker.invokeAsync(functionArn, {}, rule);
    await vi.waitFor(() =>
      expect(lambda.asyncCounts('worker')).toEqual({ succeeded: 0, retried: 0, discarded: 1 }),
    );
  });

  it('are queued without waiting for the function', async () => {
    const { lambda, permit } = await startWorker('export const handler = async () => "done";', {
      maxEnvironments: 1,
    });
    await permit();
    for (let i = 0; i < 3; i++) await lambda.invoker.invokeAsync(functionArn, {}, rule);
    expect(lambda.asyncCounts('worker').succeeded).toBe(0);
    await vi.waitFor(() => expect(lambda.asyncCounts('worker').succeeded).toBe(3));
  });

  it('are refused over 1 MB', async () => {
    const { lambda, permit } = await startWorker(echo);
    await permit();
    const event = 'x'.repeat(1024 * 1024);
    await expect(lambda.invoker.invokeAsync(functionArn, event, rule)).rejects.toMatchObject({
      code: 'RequestTooLargeException',
    });
  });
});

describe('a function that Lambda would not accept', () => {
  it.each([
    ['a reserved variable', { Environment: { Variables: { AWS_REGION: 'x' } } }, /Reserved keys.*AWS_REGION/],
    ['too many variables', { Environment: { Variables: { A: 'x'.repeat(4096) } } }, /4096 bytes/],
    [
      'a role that does not trust Lambda',
      { Role: 'arn:aws:iam::000000000000:role/other' },
      /cannot be assumed by Lambda/,
    ],
    [
      'a handler that is not in the bundle',
      { Handler: 'main.handler' },
      /handler main\.handler is not in.*npm run synth/,
    ],
    [
      'an asset that is not there',
      { Code: { S3Bucket: 'b', S3Key: 'gone.zip' } },
      /gone\.zip is not in the assembly/,
    ],
    ['a layer', { Layers: ['arn:layer'] }, /layers/],
  ])('is refused for %s', async (_, properties, message) => {
    await expect(startWorker(echo, { properties })).rejects.toThrow(message);
  });

  it('exists but is never run when its runtime is not Node.js', async () => {
    const { invoke, permit } = await startWorker(echo, {
      properties: { Runtime: 'python3.13', Layers: ['arn:layer'] },
    });
    await permit();
    await expect(invoke({})).rejects.toThrow(/does not run worker: its runtime is python3\.13/);
  });
});
