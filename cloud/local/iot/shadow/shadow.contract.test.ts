import { once } from 'node:events';
import {
  DeleteThingShadowCommand,
  GetThingShadowCommand,
  IoTDataPlaneClient,
  ListNamedShadowsForThingCommand,
  UpdateThingShadowCommand,
} from '@aws-sdk/client-iot-data-plane';
import { iotidentity, iotshadow, mqtt5, iot as sdkIot } from 'aws-iot-device-sdk-v2';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LocalIot } from '../iot.ts';
import { clientOptions } from '../testing/api.ts';
import type { InvokerDouble } from '../testing/invoker-double.ts';
import { type Enrolled, makeMqttClients } from '../testing/mqtt-clients.ts';
import { startWithDoor } from '../testing/start-with-door.ts';
import { watchArn } from '../testing/test-stack.ts';

const sdk = { iot: sdkIot, iotidentity, mqtt5 };
const clients = makeMqttClients(sdk);
const thingName = 'rollcall-test-1';
const opened: iotshadow.IotShadowClientv2[] = [];

let iot: LocalIot;
let invoker: InvokerDouble;
let door: Enrolled;
let api: IoTDataPlaneClient;
let stop: () => Promise<void>;

beforeAll(async () => {
  let url: string;
  ({ iot, invoker, door, url, stop } = await startWithDoor(sdk, clients));
  api = new IoTDataPlaneClient(clientOptions(url));
});
afterEach(async () => {
  for (const shadow of opened.splice(0)) shadow.close();
  await clients.closeAll();
  invoker.events.length = 0;
});
afterAll(async () => {
  api.destroy();
  await stop();
});

const openShadow = async () => {
  const client = await clients.connect(iot.endpoint, thingName, door);
  const shadow = iotshadow.IotShadowClientv2.newFromMqtt5(client, {
    maxRequestResponseSubscriptions: 6,
    maxStreamingSubscriptions: 4,
    operationTimeoutInSeconds: 10,
  });
  opened.push(shadow);
  return shadow;
};

const rejection = (request: Promise<unknown>) =>
  request.then(
    () => undefined,
    (error: { modeledError?: { code?: number; message?: string } }) => error.modeledError,
  );

const heard = async <T>(
  stream: { open(): void; on(event: string, listener: (event: { message: T }) => void): unknown },
  subscribed: Promise<unknown>,
) => {
  const events: T[] = [];
  stream.on('incomingPublish', ({ message }) => void events.push(message));
  stream.open();
  await subscribed;
  return events;
};

const payloadOf = (payload: Uint8Array | undefined) =>
  JSON.parse(Buffer.from(payload ?? []).toString('utf8'));

describe('the SDK’s shadow client', () => {
  const shadowName = 'agent';

  it('reports, reads back, and is told what is desired', async () => {
    const shadow = await openShadow();
    const stream = shadow.createNamedShadowDeltaUpdatedStream({ thingName, shadowName });
    const deltas = await heard(stream, once(stream, 'subscriptionStatus'));
    const updated = await shadow.updateNamedShadow({
      thingName,
      shadowName,
      state: { reported: { undelivered: 4, clock: 'synced' } },
    });
    expect(updated).toMatchObject({ version: 1, state: { reported: { undelivered: 4 } } });

    const wanted = JSON.stringify({ state: { desired: { volume: 2 } }, version: 1 });
    await api.send(new UpdateThingShadowCommand({ thingName, shadowName, payload: wanted }));
    await vi.waitFor(() => expect(deltas).toMatchObject([{ state: { volume: 2 }, version: 2 }]));

    const read = await shadow.getNamedShadow({ thingName, shadowName });
    expect(read).toMatchObject({
      version: 2,
      state: { desired: { volume: 2 }, reported: { undelivered: 4 }, delta: { volume: 2 } },
      metadata: { reported: { undelivered: { timestamp: expect.any(Number) } } },
    });
    stream.close();
  });

  it('has its accepted report handed to the rule before the publish is acknowledged', async () => {
    const client = await clients.connect(iot.endpoint, thingName, door);
    const payload = JSON.stringify({ state: { reported: { undelivered: 9 } } });
    const topicName = `$aws/things/${thingName}/shadow/name/${shadowName}/update`;
    await client.publish({ topicName, payload, qos: mqtt5.QoS.AtLeastOnce });
    expect(invoker.events).toMatchObject([
      { functionArn: watchArn, event: { report: { undelivered: 9 }, thingName } },
    ]);
  });

  it('is refused with the codes of AWS: 404, 409, 400', async () => {
    const shadow = await openShadow();
    const missing = shadow.getNamedShadow({ thingName, shadowName: 'none' });
    expect(await rejection(missing)).toMatchObject({
      code: 404,
      message: "No shadow exists with name: 'none'",
    });
    const stale = shadow.updateNamedShadow({ thingName, shadowName, state: { reported: {} }, version: 77 });
    expect(await rejection(stale)).toMatchObject({ code: 409, message: 'Version conflict' });
    const empty = shadow.updateNamedShadow({ thingName, shadowName });
    expect(await rejection(empty)).toMatchObject({ code: 400, message: 'Missing required node: state' });
  });

  it('uses the classic shadow, and deletes', async () => {
    const shadow = await openShadow();
    const stream = shadow.createShadowUpdatedStream({ thingName });
    const documents = await heard(stream, once(stream, 'subscriptionStatus'));
    await shadow.updateShadow({ thingName, state: { desired: { a: 1 } } });
    await vi.waitFor(() =>
      expect(documents).toMatchObject([{ previous: { version: 0 }, current: { version: 1 } }]),
    );
    expect(await shadow.deleteShadow({ thingName })).toMatchObject({ version: 1 });
    expect(await rejection(shadow.getShadow({ thingName }))).toMatchObject({ code: 404 });
    stream.close();
  });

  it('cannot touch the shadow of another thing', async () => {
    const client = await clients.connect(iot.endpoint, thingName, door);
    const topicName = '$aws/things/rollcall-test-2/shadow/name/agent/update';
    const { reasonCode } = (await client.publish({ topicName, qos: mqtt5.QoS.AtLeastOnce })) as {
      reasonCode: number;
    };
    expect(reasonCode).toBe(135);
  });
});

describe('the HTTPS API', () => {
  const shadowName = 'settings';
  const update = (body: unknown) =>
    api.send(new UpdateThingShadowCommand({ thingName, shadowName, payload: JSON.stringify(body) }));

  it('updates, reads, lists and deletes', async () => {
    const { payload } = await update({ state: { desired: { a: 1 } }, clientToken: 'c' });
    expect(payloadOf(payload)).toMatchObject({ state: { desired: { a: 1 } }, version: 1, clientToken: 'c' });
    const read = await api.send(new GetThingShadowCommand({ thingName, shadowName }));
    expect(payloadOf(read.payload)).toMatchObject({ state: { desired: { a: 1 }, delta: { a: 1 } } });
    const { results } = await api.send(new ListNamedShadowsForThingCommand({ thingName }));
    expect(results).toContain(shadowName);
    const deleted = await api.send(new DeleteThingShadowCommand({ thingName, shadowName }));
    expect(payloadOf(deleted.payload)).toMatchObject({ version: 1 });
    const after = await api.send(new ListNamedShadowsForThingCommand({ thingName }));
    expect(after.results).not.toContain(shadowName);
  });

  it.each<[string, () => Promise<unknown>, string, number]>([
    [
      'a shadow that is not there',
      () => api.send(new GetThingShadowCommand({ thingName, shadowName: 'gone' })),
      'ResourceNotFoundException',
      404,
    ],
    [
      'a thing that is not there',
      () => api.send(new GetThingShadowCommand({ thingName: 'ghost' })),
      'ResourceNotFoundException',
      404,
    ],
    ['a stale version', () => update({ state: {}, version: 99 }), 'ConflictException', 409],
    ['a body without state', () => update({}), 'InvalidRequestException', 400],
    [
      'more than 8 KB',
      () => update({ state: { desired: { a: 'x'.repeat(9000) } } }),
      'RequestEntityTooLargeException',
      413,
    ],
    [
      'a name with a slash',
      () => api.send(new GetThingShadowCommand({ thingName, shadowName: 'a/b' })),
      'InvalidRequestException',
      400,
    ],
  ])('refuses %s', async (_, request, name, httpStatusCode) => {
    await expect(request()).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  });
});
