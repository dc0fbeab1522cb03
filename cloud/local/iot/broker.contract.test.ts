import { once } from 'node:events';
import { iotidentity, mqtt5, iot as sdkIot } from 'aws-iot-device-sdk-v2';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { verdictsTopic } from '#contract/topics.ts';
import { ServiceError } from '../gateway/service.ts';
import type { LocalIot } from './iot.ts';
import { claimOf, createRequest, issueClient } from './testing/credentials.ts';
import type { InvokerDouble } from './testing/invoker-double.ts';
import { type Enrolled, enrol, makeIdentityClient, makeMqttClients } from './testing/mqtt-clients.ts';
import type { QueueDouble } from './testing/queue-double.ts';
import { deploy, ingestArn, sightingsOf } from './testing/test-stack.ts';

const sdk = { iot: sdkIot, iotidentity, mqtt5 };
const clients = makeMqttClients(sdk);
const { AtLeastOnce } = mqtt5.QoS;
const doorOne = 'rollcall-test-1';
const doorTwo = 'rollcall-test-2';

let iot: LocalIot;
let invoker: InvokerDouble;
let queues: QueueDouble;
let stateDir: string;
let one: Enrolled;
let two: Enrolled;

beforeAll(async () => {
  ({ iot, invoker, queues, stateDir } = await deploy());
  invoker.onHook = async () => ({ payload: { allowProvisioning: true } });
  await iot.start();
  one = await enrol(sdk, clients, iot.endpoint, '1');
  two = await enrol(sdk, clients, iot.endpoint, '2');
});
afterEach(async () => {
  await clients.closeAll();
  invoker.events.length = 0;
  invoker.onEvent = async () => undefined;
});
afterAll(() => iot.stop());

type Client = Awaited<ReturnType<typeof clients.connect>>;

const publish = async (client: Client, topicName: string, payload: string | Buffer = 'x') =>
  ((await client.publish({ topicName, payload, qos: AtLeastOnce })) as { reasonCode: number }).reasonCode;

const subscribe = async (client: Client, topicFilter: string) =>
  (await client.subscribe({ subscriptions: [{ topicFilter, qos: AtLeastOnce }] })).reasonCodes;

describe('who may connect', () => {
  it('a door under its own thing name', async () => {
    expect(await clients.attempt(iot.endpoint, doorOne, one)).toMatchObject({ connected: true });
  });

  it('not a certificate of another authority', async () => {
    const foreign = await issueClient();
    expect(await clients.attempt(iot.endpoint, doorOne, foreign)).toMatchObject({ connected: false });
  });

  it('not a certificate of the right authority that nobody registered', async () => {
    const unknown = await issueClient(stateDir);
    expect(await clients.attempt(iot.endpoint, doorOne, unknown)).toMatchObject({ connected: false });
  });

  it('not a certificate that waits for its registration', async () => {
    const client = await clients.connect(iot.endpoint, 'claim-p', claimOf(iot.endpoint));
    const identity = makeIdentityClient(sdk, client);
    const { csrPem, privateKeyPem } = await createRequest('p');
    const { certificatePem = '' } = await identity.createCertificateFromCsr({
      certificateSigningRequest: csrPem,
    });
    identity.close();
    const pending = { certificatePem, privateKeyPem };
    expect(await clients.attempt(iot.endpoint, 'rollcall-test-p', pending)).toMatchObject({
      connected: false,
    });
  });

  it('not a door under the name of another, told by reason code 135', async () => {
    const refused = { connected: false, reasonCode: 135 };
    expect(await clients.attempt(iot.endpoint, doorTwo, one)).toEqual(refused);
    expect(await clients.attempt(iot.endpoint, 'claim-1', one)).toEqual(refused);
  });

  it('a second connection of the same name, which takes the session over', async () => {
    const first = await clients.connect(iot.endpoint, doorOne, one);
    const ended = once(first, 'disconnection');
    await clients.connect(iot.endpoint, doorOne, one);
    const [{ disconnect }] = await ended;
    expect(disconnect.reasonCode).toBe(142);
  });

  it('not a revoked door, which loses its session at once', async () => {
    const client = await clients.connect(iot.endpoint, doorTwo, two);
    const ended = once(client, 'disconnection');
    expect(iot.setCertificateStatus(two.certificateId, 'INACTIVE')).toBe(true);
    const [{ disconnect }] = await ended;
    expect(disconnect.reasonCode).toBe(152);
    await clients.closeAll();
    expect(await clients.attempt(iot.endpoint, doorTwo, two)).toMatchObject({ connected: false });
    iot.setCertificateStatus(two.certificateId, 'ACTIVE');
  });
});

describe('what a door may do', () => {
  it('refuses the topic of another door and keeps the connection', async () => {
    const client = await clients.connect(iot.endpoint, doorOne, one);
    expect(await publish(client, sightingsOf(doorTwo))).toBe(135);
    expect(await subscribe(client, verdictsTopic(doorTwo))).toEqual([135]);
    expect(await subscribe(client, 'rollcall/v1/+/verdicts')).toEqual([135]);
    expect(await publish(client, sightingsOf(doorOne))).toBe(0);
    expect(invoker.events).toHaveLength(1);
  });

  it('hands a sighting to the function with the thing name that the broker vouches for', async () => {
    const client = await clients.connect(iot.endpoint, doorOne, one);
    const picture = Buffer.from([0xff, 0xd8, 0x00, 0xff, 0xd9]);
    const before = Date.now();
    await client.publish({
      topicName: sightingsOf(doorOne),
      payload: picture,
      qos: AtLeastOnce,
      contentType: 'image/jpeg',
      userProperties: [{ name: 'sighting', value: '{"v":1}' }],
    });
    expect(invoker.events).toEqual([
      {
        functionArn: ingestArn,
        event: {
          image: picture.toString('base64'),
          sighting: '{"v":1}',
          thingName: doorOne,
          receivedAt: expect.any(Number),
        },
        source: {
          principal: 'iot.amazonaws.com',
          sourceArn: 'arn:aws:iot:eu-central-1:000000000000:rule/rollcall_test_sightings',
        },
      },
    ]);
    expect(invoker.events[0]?.event.receivedAt).toBeGreaterThanOrEqual(before);
  });

  it('acknowledges only once the rules engine has the message', async () => {
    const order: string[] = [];
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    invoker.onEvent = async () => {
      order.push('offered');
      await gate;
      order.push('taken');
    };
    const client = await clients.connect(iot.endpoint, doorOne, one);
    const acknowledged = publish(client, sightingsOf(doorOne)).then(() => order.push('acknowledged'));
    await vi.waitFor(() => expect(order).toEqual(['offered']));
    open();
    await acknowledged;
    expect(order).toEqual(['offered', 'taken', 'acknowledged']);
  });

  it('does not acknowledge what it could not keep, so that it comes again', async () => {
    const client = await clients.connect(iot.endpoint, doorOne, one, { sessionExpirySeconds: 3600 });
    let tries = 0;
    invoker.onEvent = async () => {
      tries += 1;
      if (tries === 1) throw new Error('no space left on device');
    };
    expect(await publish(client, sightingsOf(doorOne))).toBe(0);
    expect([tries, invoker.events.length]).toEqual([2, 1]);
    expect(queues.sent).toEqual([]);
  });

  it('acknowledges also when a rule fails, and counts the failure', async () => {
    const client = await clients.connect(iot.endpoint, doorOne, one);
    const { failed } = iot.ruleCounts('rollcall_test_sightings');
    invoker.onEvent = () => Promise.reject(new ServiceError('AccessDeniedException', 'no permission'));
    expect(await publish(client, sightingsOf(doorOne))).toBe(0);
    // The other rule passes the payload as it is, which Lambda takes only if it is JSON.
    expect(await publish(client, `status/${doorOne}`, Buffer.from([0xff]))).toBe(0);
    expect(iot.ruleCounts('rollcall_test_sightings').failed).toBe(failed + 1);
    expect(queues.sent.map(({ body }) => JSON.parse(body))).toMatchObject([
      { ruleName: 'rollcall_test_sightings', clientId: doorOne, topic: `rollcall/v1/${doorOne}/sightings` },
    ]);
    expect(iot.ruleCounts('raw')).toMatchObject({ matched: 1, delivered: 0, failed: 1 });
  });

  it('ends the connection of a publisher beyond 128 KB', async () => {
    const client = await clients.connect(iot.endpoint, doorOne, one, { unchecked: true });
    const ended = once(client, 'disconnection');
    // The SDK never settles this one: it would try again for ever.
    void publish(client, sightingsOf(doorOne), Buffer.alloc(131_073)).catch(() => undefined);
    const [{ disconnect }] = await ended;
    expect(disconnect.reasonCode).toBe(149);
    expect(invoker.events).toEqual([]);
  });

  it('takes a payload of exactly 128 KB', async () => {
    const client = await clients.connect(iot.endpoint, doorOne, one);
    expect(await publish(client, sightingsOf(doorOne), Buffer.alloc(131_072))).toBe(0);
  });

  it('lets nobody listen to Basic Ingest, even with a policy that would', async () => {
    const client = await clients.connect(iot.endpoint, doorOne, one);
    expect(await subscribe(client, sightingsOf(doorOne))).toEqual([135]);
  });

  it('publishes a last will that the policy allows', async () => {
    const gone = { topic: `status/${doorOne}`, payload: '{"gone":true}' };
    const client = await clients.connect(iot.endpoint, doorOne, one, { will: gone });
    await clients.close(client);
    await vi.waitFor(() => expect(invoker.events.map(({ event }) => event)).toEqual([{ gone: true }]));
  });

  it('drops a last will on the topic of another door', async () => {
    const gone = { topic: `status/${doorTwo}`, payload: '{"gone":true}' };
    const client = await clients.connect(iot.endpoint, doorOne, one, { will: gone });
    await clients.close(client);
    const again = await clients.connect(iot.endpoint, doorOne, one);
    await publish(again, `status/${doorOne}`, '{"here":true}');
    expect(invoker.events.map(({ event }) => event)).toEqual([{ here: true }]);
  });

  it('gives a claim certificate nothing but provisioning', async () => {
    const claim = claimOf(iot.endpoint);
    const client = await clients.connect(iot.endpoint, 'claim-2', claim);
    expect(await publish(client, sightingsOf(doorOne))).toBe(135);
    expect(await publish(client, '$aws/provisioning-templates/other/provision/json')).toBe(135);
    expect(await publish(client, '$aws/certificates/create/json')).toBe(135);
    expect(await subscribe(client, verdictsTopic(doorOne))).toEqual([135]);
    expect(await subscribe(client, '#')).toEqual([135]);
    expect(await clients.attempt(iot.endpoint, doorOne, claim)).toEqual({
      connected: false,
      reasonCode: 135,
    });
    expect(invoker.events).toEqual([]);
  });
});
