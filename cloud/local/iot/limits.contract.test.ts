import { once } from 'node:events';
import { iotidentity, mqtt5, iot as sdkIot } from 'aws-iot-device-sdk-v2';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LocalIot } from './iot.ts';
import type { InvokerDouble } from './testing/invoker-double.ts';
import { type Enrolled, makeMqttClients } from './testing/mqtt-clients.ts';
import { startWithDoor } from './testing/start-with-door.ts';
import { sightingsOf } from './testing/test-stack.ts';

const sdk = { iot: sdkIot, iotidentity, mqtt5 };
const clients = makeMqttClients(sdk);
const { AtLeastOnce, AtMostOnce } = mqtt5.QoS;
const thing = 'rollcall-test-1';
const unchecked = { unchecked: true };

let iot: LocalIot;
let invoker: InvokerDouble;
let door: Enrolled;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ iot, invoker, door, stop } = await startWithDoor(sdk, clients));
});
afterEach(async () => {
  await clients.closeAll();
  invoker.events.length = 0;
});
afterAll(() => stop());

const connect = () => clients.connect(iot.endpoint, thing, door, unchecked);
const filters = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({ topicFilter: `status/${thing}/${from + n}`, qos: AtLeastOnce }));

describe('subscriptions', () => {
  it('are eight in a SUBSCRIBE; the ninth ends the connection', async () => {
    const client = await connect();
    expect((await client.subscribe({ subscriptions: filters(0, 8) })).reasonCodes).toEqual(Array(8).fill(1));
    const ended = once(client, 'disconnection');
    void client.subscribe({ subscriptions: filters(8, 9) }).catch(() => undefined);
    const [{ disconnect }] = await ended;
    expect(disconnect.reasonCode).toBe(151);
  });

  it('are fifty on a connection; more are denied, and the fifty stay', async () => {
    const client = await connect();
    for (let from = 0; from < 48; from += 8) await client.subscribe({ subscriptions: filters(from, 8) });
    const { reasonCodes } = await client.subscribe({ subscriptions: filters(48, 4) });
    expect(reasonCodes).toEqual([1, 1, 135, 135]);
    await client.unsubscribe({ topicFilters: [`status/${thing}/0`] });
    expect((await client.subscribe({ subscriptions: filters(60, 1) })).reasonCodes).toEqual([1]);
  });

  it.each([
    ['more than 256 bytes', `status/${thing}/${'x'.repeat(240)}`],
    ['more than seven slashes', `status/${thing}/1/2/3/4/5/6/7`],
  ])('to a filter of %s end the connection', async (_, topicFilter) => {
    const client = await connect();
    const ended = once(client, 'disconnection');
    void client.subscribe({ subscriptions: [{ topicFilter, qos: AtLeastOnce }] }).catch(() => undefined);
    const [{ disconnect }] = await ended;
    expect(disconnect.reasonCode).toBe(143);
  });
});

describe('publishes', () => {
  it.each([
    ['a topic of more than 256 bytes', { topicName: `status/${'x'.repeat(256)}`, qos: AtLeastOnce }, 144],
    ['a topic of more than seven slashes', { topicName: 'a/b/c/d/e/f/g/h/i', qos: AtLeastOnce }, 144],
  ])('of %s end the connection', async (_, packet, reasonCode) => {
    const client = await connect();
    const ended = once(client, 'disconnection');
    void client.publish({ ...packet, payload: 'x' }).catch(() => undefined);
    const [{ disconnect }] = await ended;
    expect(disconnect.reasonCode).toBe(reasonCode);
  });

  it('count the Basic Ingest prefix neither as bytes nor as slashes', async () => {
    const client = await connect();
    expect(sightingsOf(thing).split('/').length - 1).toBeGreaterThan(5);
    const { reasonCode } = (await client.publish({
      topicName: sightingsOf(thing),
      payload: 'x',
      qos: AtLeastOnce,
    })) as { reasonCode: number };
    expect(reasonCode).toBe(0);
  });

  it('beyond the rate are thrown away without a word, and the connection stays', async () => {
    const client = await connect();
    const count = 1_000;
    for (let n = 0; n < count; n += 1)
      void client.publish({ topicName: sightingsOf(thing), payload: String(n), qos: AtMostOnce });
    await vi.waitFor(() => expect(invoker.events.length).toBeGreaterThanOrEqual(300));
    await clients.close(client);
    expect(invoker.events.length).toBeLessThan(count);
  });
});

describe('a connection', () => {
  it('is refused for a CONNECT beyond 128 KB, last will and properties together', async () => {
    const will = { topic: `status/${thing}`, payload: Buffer.alloc(65_000) };
    const userProperties = (bytes: number) => [{ name: 'a', value: 'x'.repeat(bytes) }];
    const attempt = (bytes: number) =>
      clients.attempt(iot.endpoint, thing, door, {
        ...unchecked,
        will,
        userProperties: userProperties(bytes),
      });
    expect(await attempt(60_000)).toMatchObject({ connected: true });
    await clients.closeAll();
    const more = [...userProperties(60_000), ...userProperties(20_000)];
    expect(
      await clients.attempt(iot.endpoint, thing, door, { ...unchecked, will, userProperties: more }),
    ).toMatchObject({ connected: false });
  });

  it('is refused for a client id beyond 128 bytes', async () => {
    const attempt = await clients.attempt(iot.endpoint, 'x'.repeat(129), door, unchecked);
    expect(attempt).toMatchObject({ connected: false });
  });

  it('is told the keep-alive that applies, and what else AWS allows', async () => {
    const client = await clients.connect(iot.endpoint, thing, door, { ...unchecked, keepAliveSeconds: 5000 });
    const settled = clients.settingsOf(client);
    expect(settled).toMatchObject({
      serverKeepAlive: 1200,
      receiveMaximumFromServer: 100,
      maximumPacketSizeToServer: 149_504,
      topicAliasMaximumToServer: 8,
      sharedSubscriptionsAvailable: false,
    });
  });
});

describe('a retained message', () => {
  it('needs its own permission, and reserved topics take none', async () => {
    const client = await connect();
    const publish = async (topicName: string) =>
      (
        (await client.publish({ topicName, payload: 'x', qos: AtLeastOnce, retain: true })) as {
          reasonCode: number;
        }
      ).reasonCode;
    expect(await publish(sightingsOf(thing))).toBe(135);
    expect(await publish(`$aws/things/${thing}/shadow/update`)).toBe(135);
    expect(await publish(`status/${thing}`)).toBe(0);
  });
});
