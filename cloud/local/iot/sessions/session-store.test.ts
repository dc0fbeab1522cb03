import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSessionStore } from './session-store.ts';
import type { StoredPacket } from './stored-packet.ts';

/** The part of aedes' persistence that these tests use. */
type Persistence = {
  storeRetained(packet: StoredPacket): Promise<void>;
  createRetainedStreamCombi(filters: readonly string[]): Readable;
  addSubscriptions(
    client: { id: string },
    subscriptions: readonly { topic: string; qos: number }[],
  ): Promise<void>;
  removeSubscriptions(client: { id: string }, filters: readonly string[]): Promise<void>;
  cleanSubscriptions(client: { id: string }): Promise<void>;
  subscriptionsByClient(client: { id: string }): Promise<readonly unknown[]>;
  subscriptionsByTopic(topic: string): Promise<readonly { clientId: string }[]>;
  outgoingEnqueueCombi(clients: readonly { clientId: string }[], packet: StoredPacket): Promise<void>;
  outgoingUpdate(client: { id: string }, packet: StoredPacket): Promise<void>;
  outgoingClearMessageId(
    client: { id: string },
    packet: Partial<StoredPacket>,
  ): Promise<StoredPacket | undefined>;
  outgoingStream(client: { id: string }): Readable;
};

let folder: string;
let nowMs: number;
const open = () => {
  const store = openSessionStore({ folder, now: () => nowMs });
  return { store, aedes: store.persistence as Persistence };
};
const door = { id: 'door/1' };
const packet = (n: number, more: Partial<StoredPacket> = {}): StoredPacket => ({
  cmd: 'publish',
  topic: 'v/1',
  payload: Buffer.from([n, 0, 255]),
  qos: 1,
  dup: false,
  retain: false,
  brokerId: 'b',
  brokerCounter: n,
  properties: { contentType: 'a/b', correlationData: Buffer.from([1, 2]), userProperties: { k: ['v', 'w'] } },
  ...more,
});
const waiting = async (aedes: Persistence) =>
  (await aedes.outgoingStream(door).toArray()).map(({ brokerCounter }) => brokerCounter);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'iot-sessions-'));
  nowMs = 1_000;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a session', () => {
  it('has its subscriptions and waiting messages back after a restart, in order and byte for byte', async () => {
    const { aedes } = open();
    await aedes.addSubscriptions(door, [{ topic: 'v/+', qos: 1 }]);
    for (const n of [1, 2, 3])
      await aedes.outgoingEnqueueCombi(await aedes.subscriptionsByTopic('v/1'), packet(n));
    const again = open().aedes;
    expect(await again.subscriptionsByClient(door)).toEqual([{ topic: 'v/+', qos: 1 }]);
    expect(await again.outgoingStream(door).toArray()).toEqual([packet(1), packet(2), packet(3)]);
  });

  it('loses an acknowledged message and nothing else', async () => {
    const { aedes } = open();
    await aedes.addSubscriptions(door, [{ topic: 'v/+', qos: 1 }]);
    for (const n of [1, 2]) await aedes.outgoingEnqueueCombi([{ clientId: door.id }], packet(n));
    await aedes.outgoingUpdate(door, packet(2, { messageId: 77 }));
    expect(await aedes.outgoingClearMessageId(door, { messageId: 77 })).toMatchObject({ brokerCounter: 2 });
    expect(await waiting(open().aedes)).toEqual([1]);
    await expect(aedes.outgoingUpdate(door, packet(9))).rejects.toThrow('no such packet');
  });

  it('gives a message once, however many of its filters cover the topic', async () => {
    const { aedes } = open();
    await aedes.addSubscriptions(door, [
      { topic: 'v/+', qos: 1 },
      { topic: 'v/1', qos: 1 },
      { topic: 'v/#', qos: 0 },
    ]);
    expect(await aedes.subscriptionsByTopic('v/1')).toMatchObject([{ clientId: door.id, qos: 1 }]);
    expect(await aedes.subscriptionsByTopic('w/1')).toEqual([]);
  });

  it('queues nothing for a filter that it gave up, and leaves nothing on disk when it is wiped', async () => {
    const { aedes } = open();
    await aedes.addSubscriptions(door, [{ topic: 'v/+', qos: 1 }]);
    await aedes.removeSubscriptions(door, ['v/+']);
    expect(await aedes.subscriptionsByTopic('v/1')).toEqual([]);
    await aedes.cleanSubscriptions(door);
    expect(readdirSync(path.join(folder, 'sessions'))).toEqual([]);
  });

  it('ends an hour after its client left, whatever it asked for, and not while the client is there', async () => {
    const { store, aedes } = open();
    await aedes.addSubscriptions(door, [{ topic: 'v/+', qos: 1 }]);
    nowMs += 7_200_000;
    expect(await aedes.subscriptionsByTopic('v/1')).toHaveLength(1);
    store.left(door.id, 86_400);
    nowMs += 3_599_999;
    expect(await open().aedes.subscriptionsByTopic('v/1')).toHaveLength(1);
    nowMs += 1;
    expect(await aedes.subscriptionsByTopic('v/1')).toEqual([]);
    expect(await open().aedes.subscriptionsByClient(door)).toEqual([]);
  });

  it('goes on when the client comes back in time', async () => {
    const { store, aedes } = open();
    await aedes.addSubscriptions(door, [{ topic: 'v/+', qos: 1 }]);
    store.left(door.id, 60);
    nowMs += 59_999;
    store.arrived(door.id);
    nowMs += 60_000;
    expect(await aedes.subscriptionsByTopic('v/1')).toHaveLength(1);
  });

  it('of a client that was connected when the power went has the hour from the start', async () => {
    await open().aedes.addSubscriptions(door, [{ topic: 'v/+', qos: 1 }]);
    nowMs += 86_400_000;
    const { aedes } = open();
    nowMs += 3_599_999;
    expect(await aedes.subscriptionsByTopic('v/1')).toHaveLength(1);
    nowMs += 1;
    expect(await aedes.subscriptionsByTopic('v/1')).toEqual([]);
  });

  it('is readable by its owner alone', async () => {
    const { aedes } = open();
    await aedes.outgoingEnqueueCombi([{ clientId: door.id }], packet(1));
    const [session = ''] = readdirSync(path.join(folder, 'sessions'));
    const [file = ''] = readdirSync(path.join(folder, 'sessions', session));
    expect(statSync(path.join(folder, 'sessions', session, file)).mode & 0o777).toBe(0o600);
  });
});

describe('a retained message', () => {
  const retained = async (aedes: Persistence, filter: string) =>
    (await aedes.createRetainedStreamCombi([filter]).toArray()).map(({ topic }) => topic);

  it('is there after a restart, until an empty one clears it', async () => {
    const { aedes } = open();
    await aedes.storeRetained(packet(1, { topic: 'status/1', retain: true }));
    await aedes.storeRetained(packet(2, { topic: 'status/2', retain: true }));
    expect(await retained(open().aedes, 'status/+')).toEqual(
      expect.arrayContaining(['status/1', 'status/2']),
    );
    await aedes.storeRetained(packet(3, { topic: 'status/1', payload: Buffer.alloc(0) }));
    expect(await retained(open().aedes, 'status/+')).toEqual(['status/2']);
  });

  it('is gone when its time is over, also after a restart', async () => {
    const { aedes } = open();
    await aedes.storeRetained(packet(1, { topic: 'status/1', retain: true, messageExpiry: 2_000 }));
    nowMs = 2_000;
    expect(await retained(aedes, '#')).toEqual([]);
    expect(await retained(open().aedes, '#')).toEqual([]);
  });
});
