import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { makeLambda } from './lambda.ts';

const role = 'arn:aws:iam::000000000000:role/worker';
export const functionArn = 'arn:aws:lambda:eu-central-1:000000000000:function:worker';
export const rule = {
  principal: 'iot.amazonaws.com',
  sourceArn: 'arn:aws:iot:eu-central-1:000000000000:rule/demo',
};

/** Retries that wait until the test lets them go. */
const makeManualSchedule = () => {
  const waiting = new Map<() => void, number>();
  return {
    schedule: (delayMs: number, run: () => void) => {
      waiting.set(run, delayMs);
      return () => void waiting.delete(run);
    },
    delays: () => [...waiting.values()],
    release: () => {
      const due = [...waiting.keys()];
      waiting.clear();
      for (const run of due) run();
    },
  };
};

/** Lambda with one function `worker` whose bundle is `source`, and leave for the rule to invoke it. */
export const startWorker = async (
  source: string,
  {
    properties = {},
    file = 'index.mjs',
    maxEnvironments = 2,
  }: { properties?: object; file?: string; maxEnvironments?: number } = {},
) => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'lambda-'));
  mkdirSync(path.join(dir, 'asset'));
  writeFileSync(path.join(dir, 'asset', file), source);
  const retries = makeManualSchedule();
  const lambda = makeLambda({
    iam: {
      credentialsOf: () => ({ accessKeyId: 'AKIAWORKER', secretAccessKey: 'secret' }),
      mayAssume: (roleArn) => roleArn === role,
    },
    assetPath: (objectKey) => (objectKey === 'asset.zip' ? path.join(dir, 'asset') : undefined),
    endpointUrl: () => 'http://127.0.0.1:1',
    logDir: path.join(dir, 'logs'),
    now: () => 0,
    log: { info: () => {}, warn: () => {} },
    schedule: retries.schedule,
    maxEnvironments,
  });
  onTestFinished(async () => {
    await lambda.stop();
    rmSync(dir, { recursive: true });
  });
  const create = async (type: string, given: object) => {
    const provider = lambda.providers.find((candidate) => candidate.type === type);
    return provider?.create({
      logicalId: 'Worker',
      type,
      stackName: 'demo',
      properties: provider.properties.parse(given),
    });
  };
  await create('AWS::Lambda::Function', {
    FunctionName: 'worker',
    Code: { S3Bucket: 'assets', S3Key: 'asset.zip' },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: role,
    ...properties,
  });
  const permit = (given: object = {}) =>
    create('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: functionArn,
      Principal: rule.principal,
      SourceArn: rule.sourceArn,
      ...given,
    });
  const invoke = (event: unknown) => lambda.invoker.invoke(functionArn, event, rule);
  const pids = (count: number) =>
    Promise.all(Array.from({ length: count }, () => invoke({}))).then((all) => all.map((one) => one.payload));
  return { lambda, dir, retries, create, permit, invoke, pids };
};
