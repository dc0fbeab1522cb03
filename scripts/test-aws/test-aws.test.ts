import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { root } from '../assembly.ts';
import { makeCdkStack } from './cdk-stack.ts';
import { contractTests } from './contract-tests.ts';
import { runOnStack } from './run-on-stack.ts';

let folder: string;
let notes: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'rollcall-test-aws-test-'));
  notes = path.join(folder, 'notes');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const noted = (): string[] =>
  existsSync(notes)
    ? readFileSync(notes, 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.replace(/ (\/|the ).*/, ''))
    : [];

/** A stack of the real kind over a stand-in for the CDK's command line, which behaves as told. */
const makeStack = (behaviour: string) =>
  makeCdkStack({
    region: 'eu-central-1',
    say: () => undefined,
    cdk: [
      process.execPath,
      '--import',
      'tsx',
      fileURLToPath(new URL('./fake-cdk.fixture.ts', import.meta.url)),
      behaviour,
      notes,
    ],
    write: async (stage) => {
      process.env.TEST_STAGE = stage;
    },
    empty: async ({ bucket }) => appendFileSync(notes, `empty ${bucket}\n`),
  });
const never = new AbortController().signal;

describe('a short-lived stack', () => {
  it('is deployed, tested and destroyed, and its tests decide the exit code', async () => {
    const tested: unknown[] = [];
    const code = await runOnStack(
      makeStack('works'),
      async (target) => {
        tested.push(target, noted());
        return 7;
      },
      never,
    );
    expect(code).toBe(7);
    expect(tested).toEqual([
      {
        region: 'eu-central-1',
        tableName: 'the TableName',
        bucket: 'the ImageBucketName',
        userPoolId: 'the UserPoolId',
        collectionId: 'the CollectionId',
        queueUrl: 'the DeadQueueUrl',
        topicArn: 'the AlertsTopicArn',
      },
      ['deploy'],
    ]);
    expect(noted()).toEqual(['deploy', 'empty', 'destroy']);
  });

  it('is destroyed when its deployment fails, and says so', async () => {
    const run = runOnStack(makeStack('deploy fails'), async () => 0, never);
    await expect(run).rejects.toThrow(/deployment of rollcall-t\w{10} failed/);
    expect(noted()).toEqual(['deploy', 'destroy']);
  });

  it('is destroyed when the tests cannot be run', async () => {
    const broken = async () => {
      throw new Error('no test runner');
    };
    await expect(runOnStack(makeStack('works'), broken, never)).rejects.toThrow('no test runner');
    expect(noted()).toEqual(['deploy', 'empty', 'destroy']);
  });

  it('is destroyed when somebody interrupts its deployment', async () => {
    const stop = new AbortController();
    const run = runOnStack(makeStack('waits'), async () => 0, stop.signal);
    await vi.waitFor(() => expect(noted()).toEqual(['deploy']), { timeout: 30_000 });
    stop.abort();
    expect(await run).toBe(130);
    expect(noted()).toEqual(['deploy', 'deploy interrupted', 'destroy']);
  });

  it('that cannot be removed is named, with what to do', async () => {
    const run = runOnStack(makeStack('destroy fails'), async () => 0, never);
    await expect(run).rejects.toThrow(/rollcall-t\w{10} could not be removed .* CloudFormation console/);
  });

  it('that was never begun is not destroyed', async () => {
    const stop = new AbortController();
    stop.abort();
    expect(await runOnStack(makeStack('works'), async () => 0, stop.signal)).toBe(130);
    expect(noted()).toEqual([]);
  });
});

it('names every test that takes a target, and no other', () => {
  const takesTarget = readdirSync(path.join(root, 'cloud/local'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => path.posix.join('cloud/local', file.split(path.sep).join('/')))
    .filter((file) =>
      /givenTarget|contract-table-for-tests/.test(readFileSync(path.join(root, file), 'utf8')),
    );
  expect([...contractTests].sort()).toEqual(takesTarget.sort());
});

it('says what it needs, and exits with 2, where there are no credentials', async () => {
  const env = { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' };
  const ended = await new Promise<{ code: number; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'scripts/test-aws.ts'],
      { cwd: root, env },
      (error, _, stderr) => resolve({ code: Number(error?.code ?? 0), stderr }),
    );
  });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toMatch(/needs an AWS account.*found no credentials[\s\S]*AWS_PROFILE[\s\S]*--local/);
});
