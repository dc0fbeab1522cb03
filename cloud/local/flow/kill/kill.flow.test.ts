import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, PutItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Identity } from '../../../../device/identity/identity-store.ts';
import { assemblyDir } from '../../../../scripts/assembly.ts';
import { type DemoCloud, openInstallation } from '../../../../scripts/start/demo.ts';
import { makeChance } from '../../faults/chance.ts';
import { allowDoor, connectDoor, passageWithoutFace, provisionDoor } from '../test-door.ts';
import { type CloudProcess, loadCloudProcess, processesOf, within } from './cloud-process.ts';

const kills = 30;
const soon = { timeout: 60_000, interval: 50 };

let folder: string;
let identity: Identity;
/** How long the newest start took, in milliseconds. */
let startMs = 2_000;
/** What the cloud has acknowledged: from then on it may not be lost. */
const acknowledged = {
  items: new Set<string>(),
  objects: new Set<string>(),
  messages: 0,
  passages: new Set<string>(),
};

const stateDir = () => path.join(folder, 'state');
const place = (cloud: DemoCloud) => ({ cloud, stateDir: folder });

/** The process that is started next; it loads while the one before works. */
let loading: CloudProcess | undefined;
const load = (): CloudProcess => loadCloudProcess(assemblyDir, stateDir());
const takeLoaded = (): CloudProcess => {
  const taken = loading ?? load();
  loading = load();
  return taken;
};

const start = async (): Promise<{ process: CloudProcess; cloud: DemoCloud }> => {
  const process = takeLoaded();
  const startedMs = performance.now();
  const cloud = await process.start();
  startMs = performance.now() - startedMs;
  return { process, cloud };
};

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'rollcall-kill-'));
  const { process, cloud } = await start();
  const { as } = await openInstallation(cloud);
  identity = await provisionDoor(place(cloud), 'kill-1', await allowDoor(await as('facilities'), 'kill-1'));
  await process.end('SIGINT');
});
afterAll(async () => {
  await loading?.end('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const clientsOf = ({ awsUrl, region }: DemoCloud) => {
  const config = {
    endpoint: awsUrl,
    region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    // Whoever is gone does not answer the second time either.
    maxAttempts: 1,
    // And somebody else may listen on its port by now, and never answer.
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
  };
  return {
    table: new DynamoDBClient(config),
    bucket: new S3Client({ ...config, forcePathStyle: true }),
    queue: new SQSClient(config),
  };
};

let written = 0;
const nextName = (): string => {
  written += 1;
  return `n-${written}`;
};

/** Writes everywhere at once until the cloud is gone, and notes what it has acknowledged. Resolves when all has stopped. */
const traffic = async (
  cloud: DemoCloud,
): Promise<{ readonly ended: Promise<unknown>; stop(): Promise<void> }> => {
  const { table, bucket, queue } = clientsOf(cloud);
  const { TableName, ImageBucketName, DeadQueueUrl } = cloud.outputs;
  const door = await connectDoor(place(cloud), identity);
  let gone = false;
  let leave = (): void => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const untilGone = async (write: () => Promise<unknown>): Promise<void> => {
    while (!gone) await write();
  };
  const writers = [
    async () => {
      const name = nextName();
      await table.send(
        new PutItemCommand({ TableName, Item: { pk: { S: `KILL#${name}` }, sk: { S: 'A' } } }),
      );
      acknowledged.items.add(name);
    },
    async () => {
      const name = nextName();
      await bucket.send(new PutObjectCommand({ Bucket: ImageBucketName, Key: `kill/${name}`, Body: name }));
      acknowledged.objects.add(name);
    },
    async () => {
      await queue.send(new SendMessageCommand({ QueueUrl: DeadQueueUrl, MessageBody: nextName() }));
      acknowledged.messages += 1;
    },
    async () => {
      const entry = await door.keep(passageWithoutFace());
      // A publish that waits while its client is closed is never answered.
      const answer = await Promise.race([door.publish(entry), left]);
      if (answer?.kind !== 'puback') throw new Error('the broker is gone');
      acknowledged.passages.add(entry.passageId);
      await door.forget(entry);
    },
  ];
  return {
    ended: Promise.allSettled(writers.map(untilGone)),
    async stop() {
      gone = true;
      await door.stop();
      leave();
    },
  };
};

const counts = (): readonly number[] => {
  const { items, objects, passages, messages } = acknowledged;
  return [items.size, objects.size, passages.size, messages];
};

/** What is acknowledged and not there. */
const lost = async (cloud: DemoCloud): Promise<readonly string[]> => {
  const { table, bucket, queue } = clientsOf(cloud);
  const { TableName, ImageBucketName, DeadQueueUrl } = cloud.outputs;
  const keys: string[] = [];
  for await (const { Items = [] } of paginateScan(
    { client: table },
    { TableName, ProjectionExpression: 'pk' },
  ))
    keys.push(...Items.map(({ pk }) => pk?.S ?? ''));
  const objects = new Set<string>();
  for (let token: string | undefined, more = true; more; ) {
    const page = await bucket.send(
      new ListObjectsV2Command({ Bucket: ImageBucketName, Prefix: 'kill/', ContinuationToken: token }),
    );
    for (const { Key = '' } of page.Contents ?? []) objects.add(Key);
    token = page.NextContinuationToken;
    more = page.IsTruncated === true;
  }
  const { Attributes } = await queue.send(
    new GetQueueAttributesCommand({
      QueueUrl: DeadQueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  );
  const present = new Set(keys);
  const missingMessages = acknowledged.messages - Number(Attributes?.ApproximateNumberOfMessages);
  return [
    ...[...acknowledged.items].filter((name) => !present.has(`KILL#${name}`)),
    ...[...acknowledged.passages].filter((id) => !present.has(`PASSAGE#${id}`)),
    ...[...acknowledged.objects].filter((name) => !objects.has(`kill/${name}`)),
    ...(missingMessages > 0 ? [`${missingMessages} messages`] : []),
  ];
};

const nothingRuns = (group: number) =>
  vi.waitFor(() => expect(processesOf(group)).toEqual([]), { timeout: 60_000, interval: 20 });

describe(`the local cloud, ended ${kills} times at random moments`, () => {
  // Thirty starts take their time on a busy machine.
  const patience = { timeout: 600_000 };
  it(
    'leaves no process, starts again each time, and loses nothing that it has acknowledged',
    patience,
    async () => {
      const chance = makeChance(20);
      for (let n = 0; n < kills; n += 1) {
        const signal = chance() < 0.5 ? 'SIGKILL' : 'SIGINT';
        if (n % 3 === 2) {
          // In the middle of its start.
          const process = takeLoaded();
          void process.start().catch(() => undefined);
          await sleep(chance() * startMs);
          await process.end(signal);
          await nothingRuns(process.group);
          continue;
        }
        const { process, cloud } = await start();
        const writing = await traffic(cloud);
        // Whatever else the machine does: of every kind something is acknowledged, and then comes the end.
        const before = counts();
        await vi.waitUntil(() => counts().every((count, kind) => count > (before[kind] ?? 0)), soon);
        await sleep(chance() * 250);
        const code = await process.end(signal);
        if (signal === 'SIGINT') expect(code).toBe(0);
        await writing.stop();
        await within(writing.ended, () => 'somebody still waits for an answer of the cloud that is gone');
        await nothingRuns(process.group);
      }

      const { process, cloud } = await start();
      // What was accepted is worked on now.
      await vi.waitFor(async () => expect(await lost(cloud)).toEqual([]), soon);
      expect(Math.min(...counts())).toBeGreaterThan(kills / 3);

      // The check would notice: without the records on disk the messages are gone.
      await process.end('SIGINT');
      rmSync(path.join(stateDir(), 'aws', 'records'), { recursive: true });
      const second = await start();
      expect(await lost(second.cloud)).toEqual([`${acknowledged.messages} messages`]);
      await second.process.end('SIGKILL');
      await nothingRuns(second.process.group);
    },
  );
});

describe('the search for what is left running', () => {
  it('finds a process that outlives the leader of its group', async () => {
    const orphan = 'setInterval(() => {}, 1000)';
    const leader = spawn(
      process.execPath,
      [
        '-e',
        `require('node:child_process').spawn(process.execPath, ['-e', '${orphan}'], { stdio: 'ignore' }); ${orphan}`,
      ],
      { detached: true, stdio: 'ignore' },
    );
    const group = leader.pid ?? 0;
    onTestFinished(() => {
      for (const pid of processesOf(group)) process.kill(pid, 'SIGKILL');
    });
    await vi.waitFor(() => expect(processesOf(group)).toHaveLength(2), soon);
    leader.kill('SIGKILL');
    await once(leader, 'exit');
    await vi.waitFor(() => expect(processesOf(group)).toHaveLength(1), soon);
  });
});
