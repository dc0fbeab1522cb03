import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { iotidentity, mqtt5, iot as sdkIot } from 'aws-iot-device-sdk-v2';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { verdictsTopic } from '#contract/topics.ts';
import { type Service, ServiceError } from '../../gateway/service.ts';
import type { LocalIot } from '../iot.ts';
import type { InvokerDouble } from '../testing/invoker-double.ts';
import { type Enrolled, enrol, makeMqttClients } from '../testing/mqtt-clients.ts';
import { deploy } from '../testing/test-stack.ts';

const sdk = { iot: sdkIot, iotidentity, mqtt5 };
const clients = makeMqttClients(sdk);
const doorOne = 'rollcall-test-1';
const doorTwo = 'rollcall-test-2';

let iot: LocalIot;
let invoker: InvokerDouble;
let server: Server;
let api: IoTDataPlaneClient;
let one: Enrolled;
let two: Enrolled;
let allowed: (action: string, resource: string) => boolean = () => true;

/** The smallest gateway: no signatures, one service, policies by `allowed`. */
const serve = async (service: Service, request: IncomingMessage) => {
  const url = new URL(request.url ?? '/', 'http://gateway');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  return service.handle({
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: await buffer(request),
    operation: '',
    principal: { kind: 'administrator', arn: 'arn:aws:iam::000000000000:root' },
    authorize: (action, resource) => {
      if (!allowed(action, resource)) throw new ServiceError('AccessDeniedException', 'no grant', 403);
    },
  });
};

beforeAll(async () => {
  ({ iot, invoker } = await deploy());
  invoker.onHook = async () => ({ payload: { allowProvisioning: true } });
  await iot.start();
  one = await enrol(sdk, clients, iot.endpoint, '1');
  two = await enrol(sdk, clients, iot.endpoint, '2');
  const [service] = iot.services;
  if (service === undefined) throw new Error('the data plane is the first service');
  server = createServer((request, response) => {
    serve(service, request).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      (error: ServiceError) =>
        response
          .writeHead(error.status, { 'x-amzn-errortype': error.code })
          .end(JSON.stringify({ message: error.message })),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  api = new IoTDataPlaneClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  await clients.closeAll();
  allowed = () => true;
});
afterAll(async () => {
  api.destroy();
  server.closeAllConnections();
  server.close();
  await iot.stop();
});

describe('publishing over HTTPS', () => {
  it('brings a verdict to the one door that it is for', async () => {
    const heard: { door: string; packet: { payload?: unknown; contentType?: string } }[] = [];
    for (const [door, credentials] of [
      [doorOne, one],
      [doorTwo, two],
    ] as const) {
      const client = await clients.connect(iot.endpoint, door, credentials);
      client.on('messageReceived', ({ message }) => heard.push({ door, packet: message }));
      await client.subscribe({
        subscriptions: [{ topicFilter: verdictsTopic(door), qos: mqtt5.QoS.AtLeastOnce }],
      });
    }
    const verdict = (door: string) =>
      new PublishCommand({
        topic: verdictsTopic(door),
        qos: 1,
        payload: Buffer.from(`for ${door}`),
        contentType: 'application/json',
        messageExpiry: 30,
      });
    await api.send(verdict(doorTwo));
    await api.send(verdict(doorOne));
    await vi.waitFor(() => expect(heard).toHaveLength(2));
    const texts = heard.map(({ door, packet }) => [
      door,
      Buffer.from(packet.payload as ArrayBuffer).toString(),
    ]);
    expect(texts.sort()).toEqual([
      [doorOne, `for ${doorOne}`],
      [doorTwo, `for ${doorTwo}`],
    ]);
    expect(heard.map(({ packet }) => packet)).toEqual([
      expect.objectContaining({ contentType: 'application/json', messageExpiryIntervalSeconds: 30 }),
      expect.objectContaining({ contentType: 'application/json', messageExpiryIntervalSeconds: 30 }),
    ]);
  });

  it('asks for iot:Publish on the topic, and is forbidden without', async () => {
    const asked: string[] = [];
    allowed = (action, resource) => {
      asked.push(`${action} ${resource}`);
      return false;
    };
    await expect(
      api.send(new PublishCommand({ topic: verdictsTopic(doorOne), qos: 1 })),
    ).rejects.toMatchObject({
      name: 'ForbiddenException',
      $metadata: { httpStatusCode: 403 },
    });
    expect(asked).toEqual([
      `iot:Publish arn:aws:iot:eu-central-1:000000000000:topic/${verdictsTopic(doorOne)}`,
    ]);
  });

  it('names a reserved topic that nobody here would answer', async () => {
    const reserved = new PublishCommand({ topic: '$aws/things/a/shadow/update', payload: Buffer.from('{}') });
    await expect(api.send(reserved)).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: expect.stringContaining('$aws/things/a/shadow/update'),
    });
  });

  it('reaches rules too, with user properties, and without a client id', async () => {
    await api.send(
      new PublishCommand({
        topic: '$aws/rules/rollcall_test_sightings/rollcall/v1/x/sightings',
        qos: 1,
        payload: Buffer.from('x'),
        userProperties: JSON.stringify([{ sighting: 'first' }, { sighting: 'second' }]),
      }),
    );
    expect(invoker.events.map(({ event }) => event)).toMatchObject([{ sighting: 'first', thingName: 'n/a' }]);
  });

  it.each([
    [
      'a payload beyond 128 KB',
      { topic: 'a', payload: Buffer.alloc(131_073) },
      'RequestEntityTooLargeException',
    ],
    ['more than seven slashes', { topic: 'a/b/c/d/e/f/g/h/i' }, 'InvalidRequestException'],
    ['more than 256 bytes of topic', { topic: 'ü'.repeat(129) }, 'InvalidRequestException'],
    ['a wildcard', { topic: 'a/+' }, 'InvalidRequestException'],
    ['QoS 2', { topic: 'a', qos: 2 }, 'InvalidRequestException'],
  ])('refuses %s', async (_, input, name) => {
    await expect(api.send(new PublishCommand(input))).rejects.toMatchObject({ name });
  });
});
