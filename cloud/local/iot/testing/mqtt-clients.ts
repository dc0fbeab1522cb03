import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IotEndpoint } from '../iot.ts';
import { type Credentials, claimOf, createRequest } from './credentials.ts';
import { templateName } from './test-stack.ts';

type Sdk = typeof import('aws-iot-device-sdk-v2');
type Mqtt5Client = InstanceType<Sdk['mqtt5']['Mqtt5Client']>;
/** What the broker announced in CONNACK, by the SDK's names. */
type NegotiatedSettings = Readonly<Record<string, unknown>>;

/** How a connection attempt ended: connected, or refused with CONNACK's reason code if one came. */
export type Attempt =
  | { readonly connected: true; readonly client: Mqtt5Client }
  | { readonly connected: false; readonly reasonCode: number | undefined };

export type Enrolled = Credentials & {
  readonly thingName: string | undefined;
  readonly configuration: Readonly<Record<string, string>>;
  readonly certificateId: string;
  readonly ownershipToken: string;
};

/**
 * A last will; `unchecked` turns off the SDK's own check of AWS's limits, so that the broker's is seen; a persistent session;
 * who hears messages from before the connection is made.
 */
type ConnectOptions = {
  readonly will?: { readonly topic: string; readonly payload: string | Buffer };
  readonly unchecked?: boolean;
  readonly sessionExpirySeconds?: number;
  readonly keepAliveSeconds?: number;
  readonly userProperties?: { name: string; value: string }[];
  readonly onMessage?: (payload: string, topic: string) => void;
};

/** Real AWS IoT SDK clients, all closed by `closeAll`. The SDK is passed in: only contract tests may import it. */
export const makeMqttClients = ({ iot, mqtt5 }: Pick<Sdk, 'iot' | 'mqtt5'>) => {
  const open = new Set<Mqtt5Client>();
  const settings = new WeakMap<Mqtt5Client, NegotiatedSettings>();

  const close = async (client: Mqtt5Client): Promise<void> => {
    if (!open.delete(client)) return;
    const stopped = once(client, 'stopped');
    // With a DISCONNECT packet the SDK now and then waits for ever while an acknowledgement of its own is unsent.
    client.stop();
    await stopped;
    client.close();
  };

  /** Says goodbye with a DISCONNECT packet; only for a client that owes no acknowledgement (see `close`). */
  const leave = async (client: Mqtt5Client): Promise<void> => {
    open.delete(client);
    const stopped = once(client, 'stopped');
    client.stop({ reasonCode: mqtt5.DisconnectReasonCode.NormalDisconnection });
    await stopped;
    client.close();
  };

  const attempt = async (
    endpoint: IotEndpoint,
    clientId: string,
    { certificatePem, privateKeyPem }: Credentials,
    {
      will,
      unchecked = false,
      sessionExpirySeconds,
      keepAliveSeconds = 30,
      userProperties,
      onMessage,
    }: ConnectOptions = {},
  ): Promise<Attempt> => {
    const builder = iot.AwsIotMqtt5ClientConfigBuilder.newDirectMqttBuilderWithMtlsFromMemory(
      endpoint.host,
      certificatePem,
      privateKeyPem,
    )
      .withCertificateAuthority(readFileSync(endpoint.caFile, 'utf8'))
      .withPort(endpoint.port)
      .withConnectProperties({
        clientId,
        keepAliveIntervalSeconds: keepAliveSeconds,
        ...(userProperties === undefined ? {} : { userProperties }),
        ...(sessionExpirySeconds === undefined ? {} : { sessionExpiryIntervalSeconds: sessionExpirySeconds }),
        ...(will === undefined
          ? {}
          : { will: { topicName: will.topic, payload: will.payload, qos: mqtt5.QoS.AtLeastOnce } }),
      });
    if (sessionExpirySeconds !== undefined) {
      builder.withSessionBehavior(mqtt5.ClientSessionBehavior.RejoinAlways);
      builder.withMinReconnectDelayMs(100).withMaxReconnectDelayMs(200);
    }
    if (unchecked) {
      builder.withExtendedValidationAndFlowControlOptions(mqtt5.ClientExtendedValidationAndFlowControl.None);
    }
    const client = new mqtt5.Mqtt5Client(builder.build());
    open.add(client);
    client.on('messageReceived', ({ message: { payload, topicName } }) => {
      const bytes =
        payload instanceof ArrayBuffer ? Buffer.from(payload) : Buffer.from(String(payload ?? ''));
      onMessage?.(bytes.toString('utf8'), topicName);
    });
    const result = new Promise<Attempt>((resolve) => {
      client.on('connectionSuccess', (event) => {
        settings.set(client, { ...event.settings, ...event.connack });
        resolve({ connected: true, client });
      });
      client.on('connectionFailure', ({ connack }) =>
        resolve({ connected: false, reasonCode: connack?.reasonCode }),
      );
    });
    client.start();
    const outcome = await result;
    if (!outcome.connected) await close(client);
    return outcome;
  };

  const connect = async (...args: Parameters<typeof attempt>): Promise<Mqtt5Client> => {
    const outcome = await attempt(...args);
    if (!outcome.connected) throw new Error(`refused with ${outcome.reasonCode}`);
    return outcome.client;
  };

  return {
    attempt,
    connect,
    close,
    leave,
    /** What CONNACK and the SDK settled on. */
    settingsOf: (client: Mqtt5Client) => settings.get(client),
    closeAll: async (): Promise<void> => {
      for (const client of [...open]) await close(client);
    },
  };
};

export type MqttClients = ReturnType<typeof makeMqttClients>;

/** Enrols a door as it really happens: claim, CSR, RegisterThing. Rejects with the SDK's error when refused; `claim` defaults to the stack's. */
export const enrol = async (
  sdk: Pick<Sdk, 'iotidentity'>,
  clients: MqttClients,
  endpoint: IotEndpoint,
  serial: string,
  claim: Credentials = claimOf(endpoint),
): Promise<Enrolled> => {
  const client = await clients.connect(endpoint, `claim-${serial}`, claim);
  const identity = makeIdentityClient(sdk, client);
  try {
    const { csrPem, privateKeyPem } = await createRequest(serial);
    const created = await identity.createCertificateFromCsr({ certificateSigningRequest: csrPem });
    const registered = await identity.registerThing({
      templateName,
      certificateOwnershipToken: created.certificateOwnershipToken ?? '',
      parameters: { SerialNumber: serial, Code: 'code-1' },
    });
    return {
      privateKeyPem,
      certificatePem: created.certificatePem ?? '',
      certificateId: created.certificateId ?? '',
      ownershipToken: created.certificateOwnershipToken ?? '',
      thingName: registered.thingName,
      configuration: registered.deviceConfiguration ?? {},
    };
  } finally {
    identity.close();
    await clients.close(client);
  }
};

export const makeIdentityClient = ({ iotidentity }: Pick<Sdk, 'iotidentity'>, client: Mqtt5Client) =>
  iotidentity.IotIdentityClientv2.newFromMqtt5(client, {
    maxRequestResponseSubscriptions: 4,
    maxStreamingSubscriptions: 2,
    operationTimeoutInSeconds: 10,
  });
