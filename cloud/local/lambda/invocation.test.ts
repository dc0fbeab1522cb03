import { describe, expect, it } from 'vitest';
import { rule, startWorker } from './worker-for-tests.ts';

const echo = 'export const handler = async (event) => ({ got: event });';
describe('who may invoke a function', () => {
  it('refuses a source without a permission', async () => {
    const { invoke, invokeAsync } = await startWorker(echo);
    await expect(invoke({})).rejects.toMatchObject({ code: 'AccessDeniedException' });
    await expect(invokeAsync({})).rejects.toMatchObject({ code: 'AccessDeniedException' });
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

describe('reserved concurrency', () => {
  it('refuses a synchronous event beyond it, in the words of AWS', async () => {
    const { invoke, permit } = await startWorker(echo, { properties: { ReservedConcurrentExecutions: 1 } });
    await permit();
    const [first, second] = await Promise.allSettled([invoke({}), invoke({})]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({
      reason: {
        code: 'TooManyRequestsException',
        status: 429,
        message: 'Rate Exceeded.',
        extra: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', Type: 'User' },
      },
    });
    expect((await invoke({})).functionError).toBeUndefined();
  });
});

describe('the memory of a function', () => {
  it('is its own, whatever the local cloud holds itself', async () => {
    const { invoke, permit, lambda } = await startWorker(echo, { properties: { MemorySize: 128 } });
    await permit();
    // Written to, so that it is there and not only promised.
    const held = Buffer.alloc(200 * 1024 * 1024, 1);
    const result = await invoke({});
    expect(result.functionError, `held ${held.length}`).toBeUndefined();
    const [run] = lambda.functions()[0]?.invocations ?? [];
    expect(run?.maxMemoryMb).toBeGreaterThan(10);
    expect(run?.maxMemoryMb).toBeLessThan(128);
  });
});

describe('a function that Lambda would not accept', () => {
  it.each([
    ['a reserved variable', { Environment: { Variables: { AWS_REGION: 'x' } } }, /Reserved keys.*AWS_REGION/],
    ['a variable of one letter', { Environment: { Variables: { A: 'x' } } }, /Invalid key/],
    ['too many variables', { Environment: { Variables: { TOO_MUCH: 'x'.repeat(4096) } } }, /4096 bytes/],
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
