import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PolicyQuestion } from '../iam/policy.ts';
import { serveForTests } from '../serve-for-tests.ts';
import { makeS3, type S3 } from './s3.ts';

export const testBucket = 'pictures';
export const testKeyArn = 'arn:aws:kms:eu-central-1:000000000000:key/11111111-2222-3333-4444-555555555555';

/** As the stack declares its bucket for pictures. */
const declared = {
  BucketName: testBucket,
  BucketEncryption: {
    ServerSideEncryptionConfiguration: [
      {
        BucketKeyEnabled: true,
        ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: testKeyArn },
      },
    ],
  },
  LifecycleConfiguration: {
    Rules: [
      { Id: 'check-in', Status: 'Enabled', ExpirationInDays: 29, Prefix: 'check-in/' },
      { Id: 'unmatched', Status: 'Enabled', ExpirationInDays: 2, Prefix: 'unmatched/' },
      { Id: 'everything', Status: 'Enabled', ExpirationInDays: 364 },
      { Id: 'off', Status: 'Disabled', ExpirationInDays: 1 },
    ],
  },
};

/** S3 with one bucket behind the real gateway, under a clock that only tests move. */
export const startTestS3 = async (change: object = {}) => {
  const dir = await mkdtemp(path.join(tmpdir(), 'rollcall-s3-'));
  const clock = { ms: Date.parse('2026-11-23T08:00:00.000Z') };
  const policy = { allows: (_: PolicyQuestion): boolean => true };
  const logged: string[] = [];
  const open = async () => {
    const s3 = makeS3({
      stateDir: dir,
      now: () => clock.ms,
      log: { info() {}, warn: (event) => void logged.push(event) },
      assets: { directoryOf: () => dir },
    });
    await createIn(s3, 'AWS::S3::Bucket', { ...declared, ...change });
    await s3.start();
    return { s3, server: await serveForTests(s3.service, (question) => policy.allows(question)) };
  };
  const close = async () => {
    await running.server.close();
    await running.s3.stop();
  };
  let running = await open().catch(async (error: unknown) => {
    await rm(dir, { recursive: true, force: true });
    throw error;
  });
  return {
    dir,
    clock,
    policy,
    logged,
    get s3() {
      return running.s3;
    },
    get server() {
      return running.server;
    },
    create: (type: string, properties: object) => createIn(running.s3, type, properties),
    /** Ends the service and starts another one over the same files. */
    restart: async () => {
      await close();
      running = await open();
    },
    stop: async () => {
      await close();
      await rm(dir, { recursive: true, force: true });
    },
  };
};
export type TestS3 = Awaited<ReturnType<typeof startTestS3>>;

const createIn = async (s3: S3, type: string, properties: object) => {
  const provider = s3.providers.find((candidate) => candidate.type === type);
  return await provider?.create({
    logicalId: 'It',
    type,
    stackName: 'Test',
    properties: provider.properties.parse(properties),
  });
};
