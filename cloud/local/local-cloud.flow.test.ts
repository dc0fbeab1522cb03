import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { assemblyDir } from '../../scripts/assembly.ts';
import { openInstallation } from '../../scripts/start/demo.ts';
import { emulatedTypes, inertTypes, nativeTypes } from './inert.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from './local-cloud.ts';
import { makeServices } from './services.ts';

const silent = { info: () => {}, warn: () => {} };

const tempDir = (): string => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'local-cloud-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
};

const start = async (options: Partial<LocalCloudOptions> = {}): Promise<LocalCloud> => {
  const stateDir = options.stateDir ?? tempDir();
  const cloud = await startLocalCloud({ assemblyDir, stateDir, dashboardPort: 0, log: silent, ...options });
  onTestFinished(() => cloud.stop());
  return cloud;
};

const administratorOf = (cloud: LocalCloud) => ({
  endpoint: cloud.awsUrl,
  region: cloud.region,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

const tableOf = (cloud: LocalCloud): DynamoDBClient => new DynamoDBClient(administratorOf(cloud));

const depthOf = (cloud: LocalCloud, name: string) => cloud.queues().find((queue) => queue.name === name);

/** Whether anything accepts connections on a loopback port. */
const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

const children = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap').length;

describe('the local cloud', () => {
  it('stands up the real template and leaves nothing behind', async () => {
    const childrenBefore = children();
    const cloud = await start();
    expect(cloud.outputs).toMatchObject({ Stage: 'dev', ProvisioningTemplateName: 'rollcall-dev' });

    const page = await fetch(cloud.dashboardUrl);
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ]);
    expect((await fetch(`${cloud.apiUrl}/me`)).status).toBe(401);

    const { as } = await openInstallation(cloud);
    const hr = await as('hr');
    expect(await hr('GET', '/people')).toEqual({ items: [], next: null });
    expect(cloud.denied()).toEqual([]);
    expect(children()).toBeGreaterThan(childrenBefore);

    await cloud.stop();
    await cloud.stop();
    const ports = [cloud.dashboardUrl, cloud.awsUrl].map((url) => Number(new URL(url).port));
    expect(await Promise.all([...ports, cloud.iot.port].map(listens))).toEqual([false, false, false]);
    await vi.waitFor(() => expect(children()).toBe(childrenBefore));
  });

  it('finds its data again after a restart', async () => {
    const stateDir = tempDir();
    const key = { pk: { S: 'TEST#1' }, sk: { S: 'A' } };
    const first = await start({ stateDir });
    await tableOf(first).send(new PutItemCommand({ TableName: first.outputs.TableName, Item: key }));
    await new SQSClient(administratorOf(first)).send(
      new SendMessageCommand({ QueueUrl: first.outputs.DeadQueueUrl, MessageBody: 'lost' }),
    );
    await new SNSClient(administratorOf(first)).send(
      new PublishCommand({ TopicArn: first.outputs.AlertsTopicArn, Message: 'a gap' }),
    );
    await first.stop();

    const second = await start({ stateDir });
    const { Item } = await tableOf(second).send(
      new GetItemCommand({ TableName: second.outputs.TableName, Key: key }),
    );
    expect(Item).toEqual(key);
    expect(depthOf(second, 'rollcall-dev-ingest-dead')).toMatchObject({ visible: 1 });
    expect(second.notifications()).toMatchObject([{ message: 'a gap' }]);
  });

  it('shows what ran and which grants that needed, and can do without one for a while', async () => {
    const cloud = await start();
    expect(cloud.grants().filter(({ used }) => used > 0)).toEqual([]);
    const { as } = await openInstallation(cloud);
    const hr = await as('hr');
    await hr('GET', '/people');
    // The function answers and writes its log by two ways: what it wrote may come second.
    await vi.waitFor(() => {
      const people = cloud.functions().find(({ name }) => name === 'rollcall-dev-people');
      expect(people?.invocations.at(-1)).toMatchObject({
        outcome: 'succeeded',
        lines: [expect.stringContaining('api.answered')],
      });
    });
    const used = cloud.grants().find((grant) => grant.action === 'dynamodb:Query' && grant.used > 0);
    expect(used).toMatchObject({ roleName: expect.stringContaining('Apipeople') });

    const restore = cloud.withdraw(used?.roleName ?? '', 'dynamodb:Query');
    await expect(hr('GET', '/people')).rejects.toThrow(/answered 500/);
    expect(cloud.denied()).toMatchObject([{ action: 'dynamodb:Query' }]);
    restore();
    expect(await hr('GET', '/people')).toEqual({ items: [], next: null });
  });

  it('fires the schedules of the template by its clock, as their roles', async () => {
    let now = Date.now();
    const cloud = await start({ now: () => now });
    now += 60_000;
    expect(await cloud.fireSchedules()).toBe(1);
    const watch = () => cloud.functions().find(({ name }) => name === 'rollcall-dev-watch');
    await vi.waitFor(() => expect(watch()?.asynchronous.succeeded).toBe(1), { timeout: 20_000 });
    expect(cloud.grants()).toContainEqual(
      expect.objectContaining({
        roleName: expect.stringContaining('Schedule'),
        action: 'lambda:InvokeFunction',
        used: 1,
      }),
    );
    expect(cloud.denied()).toEqual([]);
  });
});

describe('a start that cannot succeed', () => {
  it('says that another local cloud uses the state folder', async () => {
    const stateDir = tempDir();
    await start({ stateDir });
    await expect(start({ stateDir })).rejects.toThrow(`process ${process.pid}) already uses ${stateDir}`);
  });

  it('names the port that is taken, and stops what it had started', async () => {
    const stateDir = tempDir();
    const other = net.createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await vi.waitFor(() => expect(other.listening).toBe(true));
    const { port } = other.address() as net.AddressInfo;
    await expect(start({ stateDir, dashboardPort: port })).rejects.toThrow(
      new RegExp(`port ${port} .*--port`),
    );
    await expect(start({ stateDir })).resolves.toBeDefined();
  });

  it('says that the state folder is not writable', async () => {
    const file = path.join(tempDir(), 'file');
    writeFileSync(file, '');
    await expect(start({ stateDir: path.join(file, 'state') })).rejects.toThrow(/not writable.*--state/);
  });

  it('says how to write a missing assembly', async () => {
    await expect(start({ assemblyDir: path.join(tempDir(), 'none') })).rejects.toThrow(/npm run synth/);
  });

  it('names what the template holds that is not emulated', async () => {
    const assembly = tempDir();
    const stack = { type: 'aws:cloudformation:stack', properties: { templateFile: 't.json' } };
    writeFileSync(path.join(assembly, 'manifest.json'), JSON.stringify({ artifacts: { demo: stack } }));
    const Resources = { Stream: { Type: 'AWS::Kinesis::Stream', Properties: {} } };
    writeFileSync(path.join(assembly, 't.json'), JSON.stringify({ Resources }));
    await expect(start({ assemblyDir: assembly })).rejects.toThrow(/Stream \(AWS::Kinesis::Stream\)/);
  });
});

it('lists every type that it knows in exactly one class', () => {
  const { providers } = makeServices({
    stateDir: tempDir(),
    assetPath: () => undefined,
    awsUrl: () => '',
    dashboardPort: 0,
    now: Date.now,
    log: silent,
  });
  const listed = [
    ...Object.values(emulatedTypes).flat(),
    ...Object.keys(nativeTypes),
    ...Object.keys(inertTypes),
  ];
  expect(listed.toSorted()).toEqual(providers.map(({ type }) => type).toSorted());
});
