import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeGateway } from '../gateway/gateway.ts';
import { makeIam } from '../iam/iam.ts';
import { functionArn, startWorker } from './worker-for-tests.ts';

const greeting =
  'export const handler = async ({ name }) => { console.log("asked by", name); if (!name) throw new TypeError("no name"); return { hello: name }; };';
const administrator = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Lambda behind the gateway, and the AWS CLI in front of it. */
const start = async (properties: object = {}) => {
  const worker = await startWorker(greeting, { properties });
  const iam = makeIam();
  const gateway = makeGateway({ iam, now: Date.now, log: { info: () => {}, warn: () => {} } });
  gateway.register(worker.lambda.service);
  const endpoint = await gateway.start(0);
  onTestFinished(() => gateway.stop());
  const aws = (args: readonly string[], { accessKeyId, secretAccessKey } = administrator) =>
    promisify(execFile)(
      '/usr/bin/aws',
      ['--endpoint-url', endpoint, '--region', 'eu-central-1', 'lambda', ...args],
      {
        env: {
          ...process.env,
          AWS_ACCESS_KEY_ID: accessKeyId,
          AWS_SECRET_ACCESS_KEY: secretAccessKey,
          AWS_MAX_ATTEMPTS: '1',
        },
      },
    );
  const output = path.join(worker.dir, 'out.json');
  const invoke = async (
    event: string,
    {
      name = 'worker',
      more = [],
      as = administrator,
    }: { name?: string; more?: string[]; as?: typeof administrator } = {},
  ) => {
    const payload = ['--cli-binary-format', 'raw-in-base64-out', '--payload', event];
    const { stdout } = await aws(['invoke', '--function-name', name, ...payload, ...more, output], as);
    return { answer: JSON.parse(stdout), payload: readFileSync(output, 'utf8') };
  };
  /** The key pair of a role that may invoke the function. */
  const operator = async () => {
    const provider = iam.providers.find(({ type }) => type === 'AWS::IAM::Role');
    const grant = { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: functionArn };
    await provider?.create({
      logicalId: 'Operator',
      type: 'AWS::IAM::Role',
      stackName: 'demo',
      properties: provider.properties.parse({
        RoleName: 'operator',
        AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
        Policies: [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: [grant] } }],
      }),
    });
    return iam.credentialsOf('arn:aws:iam::000000000000:role/operator');
  };
  return { ...worker, aws, invoke, operator, iam };
};

describe('the AWS CLI at Lambda', () => {
  it.each(['worker', functionArn])('invokes a function by %s and gets its answer', async (name) => {
    const { invoke } = await start();
    expect(await invoke('{"name":"Ada"}', { name })).toEqual({
      answer: { StatusCode: 200, ExecutedVersion: '$LATEST' },
      payload: '{"hello":"Ada"}',
    });
  });

  it("gets a function's error, and what the function wrote when it asks for the log", async () => {
    const { invoke } = await start();
    const { answer, payload } = await invoke('{}', { more: ['--log-type', 'Tail'] });
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(payload)).toMatchObject({ errorType: 'TypeError', errorMessage: 'no name' });
    expect(Buffer.from(answer.LogResult, 'base64').toString()).toContain('asked by undefined\n');
  });

  it('leaves an event to be worked on later, or only asks whether it may', async () => {
    const { invoke, lambda } = await start();
    expect((await invoke('{"name":"Ada"}', { more: ['--invocation-type', 'Event'] })).answer).toEqual({
      StatusCode: 202,
    });
    await expect.poll(() => lambda.asyncCounts('worker').succeeded).toBe(1);
    expect((await invoke('{}', { more: ['--invocation-type', 'DryRun'] })).answer).toEqual({
      StatusCode: 204,
    });
    expect(lambda.functions()[0]?.invocations).toHaveLength(1);
  });

  it('needs a grant as a role, and no permission of the function', async () => {
    const { invoke, operator, iam } = await start();
    const as = await operator();
    expect((await invoke('{"name":"Ada"}', { as })).payload).toBe('{"hello":"Ada"}');
    iam.withdraw('operator', 'lambda:InvokeFunction');
    await expect(invoke('{}', { as })).rejects.toThrow(
      /AccessDeniedException.*not authorized to perform: lambda:InvokeFunction/,
    );
  });

  it.each([
    ['a function that does not exist', 'gone', [], /ResourceNotFoundException/],
    ['a version', 'worker', ['--qualifier', '7'], /has no version or alias 7/],
    [
      'a client context',
      'worker',
      ['--client-context', 'e30='],
      /does not know the header x-amz-client-context/,
    ],
  ])('is refused %s', async (_, name, more, message) => {
    const { invoke } = await start();
    await expect(invoke('{}', { name, more })).rejects.toThrow(message);
  });

  it('is refused an event that is not JSON, a wrong secret, and any other operation by its name', async () => {
    const { invoke, aws } = await start();
    await expect(invoke('hello')).rejects.toThrow(/InvalidRequestContentException.*Could not parse/);
    await expect(invoke('{}', { as: { accessKeyId: 'local', secretAccessKey: 'guess' } })).rejects.toThrow(
      /InvalidSignatureException/,
    );
    await expect(aws(['list-functions'])).rejects.toThrow(/does not know the Lambda operation GET/);
  });

  it('is throttled beyond the reserved concurrency', async () => {
    const { invoke } = await start({ ReservedConcurrentExecutions: 0 });
    await expect(invoke('{}')).rejects.toThrow(/TooManyRequestsException.*Rate Exceeded/);
  });
});
