import { iotidentity, mqtt5, iot as sdkIot } from 'aws-iot-device-sdk-v2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { verdictsTopic } from '#contract/topics.ts';
import type { LocalIot } from './iot.ts';
import type { InvokerDouble } from './testing/invoker-double.ts';
import { type Enrolled, makeMqttClients } from './testing/mqtt-clients.ts';
import { startWithDoor } from './testing/start-with-door.ts';
import { declare } from './testing/test-stack.ts';

const sdk = { iot: sdkIot, iotidentity, mqtt5 };
const clients = makeMqttClients(sdk);
const clientId = 'rollcall-test-1';
const rule = {
  RuleName: 'presence',
  TopicRulePayload: {
    Sql: "SELECT *, topic() AS topic FROM '$aws/events/#'",
    AwsIotSqlVersion: '2016-03-23',
    Actions: [{ Lambda: { FunctionArn: 'arn:presence' } }],
  },
};

let iot: LocalIot;
let invoker: InvokerDouble;
let door: Enrolled;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ iot, invoker, door, stop } = await startWithDoor(sdk, clients));
  await declare(iot, 'AWS::IoT::TopicRule', rule);
});
beforeEach(() => {
  invoker.events.length = 0;
});
afterEach(() => clients.closeAll());
afterAll(() => stop());

const told = (eventType: string) =>
  invoker.events.flatMap(({ event }) =>
    event.eventType === eventType && event.clientId === clientId ? [event] : [],
  );
/** What the rule heard of this test's own connections, oldest first: the end of an earlier one may come late. */
const heard = (eventType: string) => {
  const sessions = told('connected').map(({ sessionIdentifier }) => sessionIdentifier);
  return told(eventType).filter(({ sessionIdentifier }) => sessions.includes(sessionIdentifier));
};
const connect = () => clients.connect(iot.endpoint, clientId, door);

describe('lifecycle events', () => {
  it('tell of a connection and its end, as AWS does', async () => {
    const client = await connect();
    await vi.waitFor(() => expect(heard('connected')).toHaveLength(1));
    await clients.leave(client);
    await vi.waitFor(() => expect(heard('disconnected')).toHaveLength(1));
    const [begin] = heard('connected');
    expect(begin).toEqual({
      topic: `$aws/events/presence/connected/${clientId}`,
      clientId,
      timestamp: expect.any(Number),
      eventType: 'connected',
      sessionIdentifier: expect.stringMatching(/^[0-9a-f-]{36}$/),
      principalIdentifier: door.certificateId,
      ipAddress: '127.0.0.1',
      versionNumber: expect.any(Number),
    });
    expect(heard('disconnected')).toEqual([
      {
        topic: `$aws/events/presence/disconnected/${clientId}`,
        clientId,
        timestamp: expect.any(Number),
        eventType: 'disconnected',
        sessionIdentifier: begin?.sessionIdentifier,
        principalIdentifier: door.certificateId,
        clientInitiatedDisconnect: true,
        disconnectReason: 'CLIENT_INITIATED_DISCONNECT',
        versionNumber: begin?.versionNumber,
      },
    ]);
  });

  it('count the connections of a client, and name a second one of the same name', async () => {
    await connect();
    await connect();
    await vi.waitFor(() => expect(heard('disconnected')).toHaveLength(1));
    const [first, second] = heard('connected').map(({ versionNumber }) => Number(versionNumber));
    expect(second).toBe(Number(first) + 1);
    expect(heard('disconnected')[0]).toMatchObject({
      disconnectReason: 'DUPLICATE_CLIENTID',
      clientInitiatedDisconnect: false,
      versionNumber: first,
    });
  });

  it.each([
    // Without a DISCONNECT packet the SDK just closes.
    ['a lost connection', () => clients.closeAll(), 'CONNECTION_LOST'],
    [
      'a revoked certificate',
      async () => {
        iot.setCertificateStatus(door.certificateId, 'REVOKED');
        iot.setCertificateStatus(door.certificateId, 'ACTIVE');
      },
      'SERVER_INITIATED_DISCONNECT',
    ],
  ])('tell of %s', async (_, end, disconnectReason) => {
    await connect();
    await vi.waitFor(() => expect(heard('connected')).toHaveLength(1));
    await end();
    await vi.waitFor(() => expect(heard('disconnected')[0]).toMatchObject({ disconnectReason }));
  });

  it('tell of what a client subscribes to and gives up, and not of what it was denied', async () => {
    const client = await connect();
    const topicFilter = verdictsTopic(clientId);
    const subscribe = (filter: string) =>
      client.subscribe({ subscriptions: [{ topicFilter: filter, qos: mqtt5.QoS.AtLeastOnce }] });
    await subscribe('not/mine');
    await subscribe(topicFilter);
    await client.unsubscribe({ topicFilters: [topicFilter] });
    await vi.waitFor(() => expect(heard('unsubscribed')).toHaveLength(1));
    expect(heard('subscribed')).toMatchObject([
      {
        topic: `$aws/events/subscriptions/subscribed/${clientId}`,
        topics: [topicFilter],
        principalIdentifier: door.certificateId,
      },
    ]);
    expect(heard('unsubscribed')).toMatchObject([{ topics: [topicFilter] }]);
  });

  it('are not a device’s to publish', async () => {
    const client = await connect();
    const topicName = `$aws/events/presence/connected/${clientId}`;
    const { reasonCode } = (await client.publish({ topicName, qos: mqtt5.QoS.AtLeastOnce })) as {
      reasonCode: number;
    };
    expect(reasonCode).toBe(135);
  });
});
