import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { makeRecordStore } from './durable-records.ts';
import { makeGateway } from './gateway/gateway.ts';
import { makeActAs } from './iam/caller.ts';
import { makeDenials } from './iam/denials.ts';
import { makeIam } from './iam/iam.ts';
import { makeKms } from './kms/kms.ts';
import { makeManualClock } from './manual-clock-for-tests.ts';
import { makeSns } from './sns/sns.ts';
import { makeSqs } from './sqs/sqs.ts';

export const queueArn = (name: string): string => `arn:aws:sqs:eu-central-1:000000000000:${name}`;
export const topicArn = (name: string): string => `arn:aws:sns:eu-central-1:000000000000:${name}`;
export const roleArn = 'arn:aws:iam::000000000000:role/worker';

/** A key policy as the template has it: the account's own policies decide. */
export const accountKey = {
  KeyPolicy: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'kms:*',
        Principal: { AWS: 'arn:aws:iam::000000000000:root' },
        Resource: '*',
      },
    ],
  },
};

/** What CDK's `enforceSSL` writes. */
export const overTlsOnly = (action: string, resource: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Deny',
      Action: action,
      Principal: { AWS: '*' },
      Resource: resource,
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ],
});

/** The gateway with IAM, KMS, SQS and SNS, a clock at a fixed instant, and timers that wait for the test. */
export const startMessaging = async ({
  dir: given,
  startMs = Date.parse('2026-01-01T08:00:00Z'),
}: {
  /** Folder of an earlier one, to go on from what it left. */
  readonly dir?: string;
  readonly startMs?: number;
} = {}) => {
  const dir = given ?? mkdtempSync(path.join(os.tmpdir(), 'messaging-'));
  const clock = makeManualClock(startMs);
  const log = { info: () => {}, warn: () => {} };
  const denials = makeDenials(log);
  const iam = makeIam();
  const kms = makeKms({ denials });
  const store = makeRecordStore(path.join(dir, 'records'));
  await store.open();
  const gateway = makeGateway({ iam, denials, now: Date.now, log });
  const endpoint = await gateway.start(0);
  const sqs = makeSqs({
    records: store.section('sqs'),
    kms,
    denials,
    actAs: makeActAs({ iam, denials }),
    awsUrl: () => endpoint,
    ...clock,
  });
  const sns = makeSns({ store, kms, denials, now: clock.now });
  await sns.start();
  gateway.register(sqs.service);
  gateway.register(sns.service);
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= (async () => {
      sqs.stop();
      await gateway.stop();
      await store.close();
    })();
    return stopped;
  };
  onTestFinished(async () => {
    await stop();
    if (given === undefined) rmSync(dir, { recursive: true, force: true });
  });

  const providers = [...iam.providers, ...kms.providers, ...sqs.providers, ...sns.providers];
  const create = async (type: string, properties: object, logicalId = 'Thing') => {
    const provider = providers.find((candidate) => candidate.type === type);
    if (provider === undefined) throw new Error(`no provider of ${type}`);
    return provider.create({
      logicalId,
      type,
      stackName: 'demo',
      properties: provider.properties.parse(properties),
    });
  };
  const config = {
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };

  return {
    dir,
    clock,
    pass: clock.pass,
    sqs,
    sns,
    iam,
    denials,
    /** Of a client of the administrator. */
    config,
    create,
    stop,
    /** Creates a queue and gives its URL. */
    queue: async (QueueName: string, properties: object = {}) =>
      (await create('AWS::SQS::Queue', { QueueName, ...properties })).ref,
    /** Creates the role `worker` with these grants, and gives its credentials. */
    role: async (grants: readonly { readonly Action: string | string[]; readonly Resource: string }[]) => {
      await create('AWS::IAM::Role', {
        RoleName: 'worker',
        AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
        Policies: grants.map((grant, n) => ({
          PolicyName: `p${n}`,
          PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...grant }] },
        })),
      });
      return iam.credentialsOf(roleArn);
    },
  };
};
