import { once } from 'node:events';
import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { iotidentity, mqtt5, iot as sdkIot } from 'aws-iot-device-sdk-v2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { verdictsTopic } from '#contract/topics.ts';
import type { LocalIot } from './iot.ts';
import { clientOptions, startApi } from './testing/api.ts';
import { type Enrolled, enrol, makeMqttClients } from './testing/mqtt-clients.ts';
import { type Deployment, deploy, sightingsOf } from './testing/test-stack.ts';

const sdk = { iot: sdkIot, iotidentity, mqtt5 };
const clients = makeMqttClients(sdk);
const thing = 'rollcall-test-1';
const persistent = { sessionExpirySeconds: 3600 };

let iot: LocalIot;
let invoker: Deployment['invoker'];
let stateDir: string;
let door: Enrolled;
let publishVerdict: (payload: string, more?: object) => Promise<unknown>;
let stopApi: () => Promise<void>;

const serve = async () => {
  const { url, stop } = await startApi(iot);
  const api = new IoTDataPlaneClient(clientOptions(url));
  publishVerdict = (payload, more = {}) =>
    api.send(
      new PublishCommand({ topic: verdictsTopic(thing), qos: 1, payload: Buffer.from(payload), ...more }),
    );
  stopApi = async () => {
    api.destroy();
    await stop();
  };
};

beforeAll(async () => {
  ({ iot, invoker, stateDir } = await deploy());
  invoker.onHook = async () => ({ payload: { allowProvisioning: true } });
  await iot.start();
  door = await enrol(sdk, clients, iot.endpoint, '1');
  await serve();
});
beforeEach(() => {
  invoker.events.length = 0;
});
afterEach(() => clients.closeAll());
afterAll(async () => {
  await stopApi();
  await iot.stop();
});

type Client = Awaited<ReturnType<typeof clients.connect>>;

const publish = (client: Client, payload: string) =>
  client.publish({ topicName: sightingsOf(thing), payload, qos: mqtt5.QoS.AtLeastOnce });

/** Connects with a persistent session, subscribes to verdicts if it is new, and collects them. */
const listen = async () => {
  const heard: string[] = [];
  const client = await clients.connect(iot.endpoint, thing, door, {
    ...persistent,
    onMessage: (payload) => void heard.push(payload),
  });
  return { client, heard };
};
const subscribe = (client: Client) =>
  client.subscribe({
    subscriptions: [{ topicFilter: verdictsTopic(thing), qos: mqtt5.QoS.AtLeastOnce }],
  });

describe('an outage of the broker', () => {
  it('breaks connections, and the same client is back on the same port afterwards', async () => {
    const { client } = await listen();
    const { port } = iot.endpoint;
    await subscribe(client);
    const broken = once(client, 'disconnection');
    await iot.outage();
    await broken;
    await expect(publishVerdict('nobody')).rejects.toMatchObject({
      name: 'ServiceUnavailableException',
      $metadata: { httpStatusCode: 503 },
    });
    const back = once(client, 'connectionSuccess');
    await iot.resume();
    const [{ connack }] = await back;
    expect(iot.endpoint.port).toBe(port);
    expect(connack.sessionPresent).toBe(true);
    await publish(client, 'after');
    expect(invoker.events).toHaveLength(1);
  });

  it('loses no publish that was acknowledged: each of them had reached the function before', async () => {
    const { client } = await listen();
    const acknowledged: string[] = [];
    const sent = Array.from({ length: 60 }, (_, n) => `sighting ${n}`);
    const all = sent.map((payload) =>
      publish(client, payload).then(
        () => void acknowledged.push(payload),
        () => undefined,
      ),
    );
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(5));
    await iot.outage();
    const arrived = () =>
      invoker.events.map(({ event }) => Buffer.from(String(event.image), 'base64').toString('utf8'));
    expect(arrived()).toEqual(expect.arrayContaining(acknowledged));
    await iot.resume();
    await Promise.all(all);
    // What was under way is sent again by the client, so everything arrives at least once.
    expect(new Set(arrived())).toEqual(new Set(sent));
  });
});

it('the check for lost publishes notices an action that is not waited for', async () => {
  const late: (() => Promise<void>)[] = [];
  const broken = await deploy({ deliver: async (_, run) => void late.push(run) });
  broken.invoker.onHook = async () => ({ payload: { allowProvisioning: true } });
  await broken.iot.start();
  const credentials = await enrol(sdk, clients, broken.iot.endpoint, '1');
  const client = await clients.connect(broken.iot.endpoint, thing, credentials);
  await publish(client, 'acknowledged');
  await clients.closeAll();
  await broken.iot.stop();
  expect(broken.invoker.events).toEqual([]);
  expect(late).toHaveLength(1);
});

describe('a restart of the local cloud', () => {
  it('brings verdicts that waited, in order, once each, and not those whose time was over', async () => {
    const first = await listen();
    await subscribe(first.client);
    await clients.closeAll();
    await publishVerdict('one');
    await publishVerdict('too late', { messageExpiry: 1 });
    await publishVerdict('two');

    await stopApi();
    await iot.stop();
    // The short-lived verdict's second passes while everything is down.
    ({ iot, invoker } = await deploy({ stateDir, now: () => Date.now() + 2_000 }));
    await iot.start();
    await serve();

    const { heard } = await listen();
    await vi.waitFor(() => expect(heard).toEqual(['one', 'two']));
    await publishVerdict('three');
    await vi.waitFor(() => expect(heard).toEqual(['one', 'two', 'three']));
    await clients.closeAll();
    const again = await listen();
    await publishVerdict('four');
    await vi.waitFor(() => expect(again.heard).toEqual(['four']));
  });

  it('keeps retained messages', async () => {
    const client = await clients.connect(iot.endpoint, thing, door);
    await client.publish({
      topicName: `status/${thing}`,
      payload: '{"up":true}',
      qos: mqtt5.QoS.AtLeastOnce,
      retain: true,
    });
    await clients.closeAll();
    await iot.outage();
    await iot.resume();
    const heard: string[] = [];
    const reader = await clients.connect(iot.endpoint, thing, door, {
      onMessage: (payload) => void heard.push(payload),
    });
    await reader.subscribe({
      subscriptions: [{ topicFilter: `status/${thing}`, qos: mqtt5.QoS.AtLeastOnce }],
    });
    await vi.waitFor(() => expect(heard).toEqual(['{"up":true}']));
  });
});
