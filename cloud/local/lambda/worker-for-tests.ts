import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { makeRecordStore } from '../durable-records.ts';
import { ServiceError } from '../gateway/service.ts';
import type { ActAs } from '../iam/caller.ts';
import { makeKms } from '../kms/kms.ts';
import { makeManualClock } from '../manual-clock-for-tests.ts';
import { makeSqs } from '../sqs/sqs.ts';
import type { Deliveries } from './async-events.ts';
import { makeLambda } from './lambda.ts';

const role = 'arn:aws:iam::000000000000:role/worker';
export const functionArn = 'arn:aws:lambda:eu-central-1:000000000000:function:worker';
export const rule = {
  principal: 'iot.amazonaws.com',
  sourceArn: 'arn:aws:iot:eu-central-1:000000000000:rule/demo',
};
export const queueArn = (name: string): string => `arn:aws:sqs:eu-central-1:000000000000:${name}`;

type Options = {
  readonly properties?: object;
  readonly file?: string;
  readonly maxEnvironments?: number;
  readonly deliveries?: Deliveries;
  readonly drainMs?: number;
  /** Folder of an earlier worker, to go on from what it left. */
  readonly dir?: string;
  /** Queues to create before the function, by name. */
  readonly queues?: Readonly<Record<string, object>>;
};

/** Lambda and SQS with one function `worker` whose bundle is `source`, started, and the clock at zero. */
export const startWorker = async (
  source: string,
  {
    properties = {},
    file = 'index.mjs',
    maxEnvironments = 2,
    deliveries,
    drainMs = 5000,
    queues = {},
    ...options
  }: Options = {},
) => {
  const dir = options.dir ?? mkdtempSync(path.join(os.tmpdir(), 'lambda-'));
  mkdirSync(path.join(dir, 'asset'), { recursive: true });
  writeFileSync(path.join(dir, 'asset', file), source);
  const clock = makeManualClock();
  const warnings: string[] = [];
  const log = { info: () => {}, warn: (event: string) => void warnings.push(event) };
  const store = makeRecordStore(path.join(dir, 'records'));
  await store.open();
  /** Actions that the function's role lacks. */
  const missing = new Set<string>();
  const actAs: ActAs = (roleArn) => ({
    kind: 'identity',
    arn: roleArn,
    authorize(action) {
      if (missing.has(action)) throw new ServiceError('AccessDeniedException', `not authorized: ${action}`);
    },
  });
  const denials = { record: () => {} };
  const sqs = makeSqs({
    records: store.section('sqs'),
    kms: makeKms({ denials }),
    denials,
    actAs,
    awsUrl: () => 'http://127.0.0.1:1',
    ...clock,
  });
  const lambda = makeLambda({
    iam: {
      credentialsOf: () => ({ accessKeyId: 'AKIAWORKER', secretAccessKey: 'secret' }),
      mayAssume: (roleArn) => roleArn === role,
    },
    actAs,
    assetPath: (objectKey) => (objectKey === 'asset.zip' ? path.join(dir, 'asset') : undefined),
    endpointUrl: () => 'http://127.0.0.1:1',
    logDir: path.join(dir, 'logs'),
    store,
    queues: sqs.sender,
    source: sqs.source,
    ...(deliveries === undefined ? {} : { deliveries }),
    ...clock,
    log,
    maxEnvironments,
    drainMs,
  });
  const stop = async () => {
    await lambda.stop();
    await store.close();
  };
  onTestFinished(async () => {
    await stop();
    rmSync(dir, { recursive: true, force: true });
  });
  const providers = [...lambda.providers, ...sqs.providers];
  const create = async (type: string, given: object) => {
    const provider = providers.find((candidate) => candidate.type === type);
    return provider?.create({
      logicalId: 'Worker',
      type,
      stackName: 'demo',
      properties: provider.properties.parse(given),
    });
  };
  for (const [QueueName, given] of Object.entries(queues))
    await create('AWS::SQS::Queue', { QueueName, ...given });
  await create('AWS::Lambda::Function', {
    FunctionName: 'worker',
    Code: { S3Bucket: 'assets', S3Key: 'asset.zip' },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: role,
    ...properties,
  });
  await lambda.start();
  const permit = (given: object = {}) =>
    create('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: functionArn,
      Principal: rule.principal,
      SourceArn: rule.sourceArn,
      ...given,
    });
  const invoke = (event: unknown) => lambda.invoker.invoke(functionArn, event, rule);
  const invokeAsync = (event: unknown) => lambda.invoker.invokeAsync(functionArn, event, rule);
  const pids = (count: number) =>
    Promise.all(Array.from({ length: count }, () => invoke({}))).then((all) => all.map((one) => one.payload));
  return { lambda, sqs, dir, clock, warnings, missing, create, permit, invoke, invokeAsync, pids, stop };
};
