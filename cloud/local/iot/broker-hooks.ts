import { TLSSocket } from 'node:tls';
import type { AedesOptions, AuthenticateError, Client, PublishPacket, Subscription } from 'aedes';
import type { LocalLog } from '../account.ts';
import type { Admission, Admissions } from './admission.ts';
import { type Connection, discard } from './connection.ts';
import { appliedKeepAliveSeconds, makeConnectionQuotas } from './connection-quotas.ts';
import { maxClientIdBytes, maxKeepAliveSeconds, maxPayloadBytes } from './limits.ts';
import type { Message } from './message.ts';
import { readProperties } from './mqtt-properties.ts';
import { certificateId } from './pki.ts';
import type { Registry } from './registry.ts';

const mqtt5 = 5;
/** CONNACK return code of MQTT 3.1.1, which aedes turns into reason code 135 for MQTT 5. */
const notAuthorized = 5;

/** What the hooks need: policies, certificates, and where an admitted message goes. */
export type HookNeeds = {
  readonly admissions: Admissions;
  readonly registry: Pick<Registry, 'certificate'>;
  readonly connectionOf: (client: Client) => Connection | undefined;
  readonly remember: (client: Client, connection: Connection) => void;
  /** A client may connect, and is about to. */
  readonly admitted: (client: Client) => void;
  /** Resolves when the message may be acknowledged; rejects when this machine failed. */
  readonly take: (message: Message, client: Client, connection: Connection) => Promise<void>;
  readonly now: () => number;
  readonly log: LocalLog;
};

type Hooks = Required<
  Pick<
    AedesOptions,
    'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'
  >
>;

const payloadOf = ({ payload }: Pick<PublishPacket, 'payload'>): Buffer =>
  typeof payload === 'string' ? Buffer.from(payload) : payload;

/** Where aedes asks before it does anything: certificate at CONNECT, policies and quotas at every step. */
export const makeBrokerHooks = ({
  admissions,
  registry,
  connectionOf,
  remember,
  admitted,
  take,
  now,
  log,
}: HookNeeds): Hooks => {
  /** Runs `proceed` when admitted; else refuses in the way that the client's version of MQTT offers for it. */
  const enforce = (
    client: Client,
    admission: Admission,
    what: string,
    proceed: () => void,
    refuse: (error: Error) => void,
  ): void => {
    if (admission.kind === 'allowed') {
      proceed();
      return;
    }
    log.warn(`iot.${what}.refused`, { clientId: client.id, reason: admission.reason });
    const error = new Error(admission.reason);
    const connection = connectionOf(client);
    // MQTT 3.1.1 has no answer that refuses a publish, so aedes ends the connection, as AWS does.
    const ends = admission.kind === 'disconnect' || (what === 'publish' && client.version !== mqtt5);
    if (ends && connection !== undefined)
      connection.endsBecause = admission.kind === 'disconnect' ? 'CLIENT_ERROR' : 'AUTH_ERROR';
    if (admission.kind === 'disconnect' && client.version === mqtt5) {
      client.disconnect({ reasonCode: admission.reasonCode }, () => refuse(error));
    } else {
      refuse(error);
    }
  };

  return {
    preConnect(client, packet, done) {
      const raw = client.conn instanceof TLSSocket ? client.conn.getPeerCertificate().raw : undefined;
      const id = raw === undefined ? 'none' : certificateId(raw);
      const status = registry.certificate(id)?.status ?? 'unknown';
      const idBytes = Buffer.byteLength(packet.clientId);
      const problem =
        idBytes === 0 || idBytes > maxClientIdBytes
          ? `the client id has ${idBytes} bytes`
          : (packet.length ?? 0) > maxPayloadBytes
            ? `the CONNECT has more than ${maxPayloadBytes} bytes`
            : status === 'ACTIVE'
              ? undefined
              : `the certificate is ${status}`;
      if (problem !== undefined) {
        const clientId = packet.clientId.slice(0, maxClientIdBytes);
        log.warn('iot.connect.refused', { clientId, reason: problem });
        return done(new Error('refused'), false);
      }
      const asked = packet.keepalive ?? 0;
      // What is too long (or none) aedes settles in MQTT 5, by telling the client in CONNACK.
      packet.keepalive =
        packet.protocolVersion === mqtt5 && (asked === 0 || asked > maxKeepAliveSeconds)
          ? asked
          : appliedKeepAliveSeconds(asked);
      remember(client, {
        identity: { certificateId: id, clientId: packet.clientId },
        quotas: makeConnectionQuotas(now),
      });
      done(null, true);
    },

    authenticate(client, _username, _password, done) {
      const connection = connectionOf(client);
      if (connection === undefined) return done(refusal('no certificate'), false);
      enforce(
        client,
        admissions.connect(connection.identity),
        'connect',
        () => {
          admitted(client);
          done(null, true);
        },
        (error) => done(refusal(error.message), false),
      );
    },

    authorizePublish(client, packet, done) {
      const connection = client === null ? undefined : connectionOf(client);
      // Wills come this way too, after the client has gone.
      if (client === null || connection === undefined) return done(new Error('unknown publisher'));
      if (!connection.quotas.admitPublish()) {
        log.warn('iot.publish.discarded', { clientId: client.id, reason: 'too many publishes per second' });
        discard(packet);
        return done(null);
      }
      const payload = payloadOf(packet);
      const { topic, qos, retain } = packet;
      const { clientId, certificateId: principal } = connection.identity;
      const message: Message = {
        topic,
        payload,
        qos: qos === 0 ? 0 : 1,
        retain,
        properties: readProperties(packet.properties),
        publisher: { clientId, principal },
      };
      const request = { topic, qos, retain, payloadBytes: payload.length };
      enforce(
        client,
        admissions.publish(connection.identity, request),
        'publish',
        // aedes acknowledges after this callback: only once rules and services have what they must not lose.
        () =>
          void take(message, client, connection).then(
            () => done(null),
            (error: unknown) => {
              // Neither taken nor refused: without an acknowledgement the client keeps it and sends it again.
              log.warn('iot.publish.failed', { clientId: client.id, error: String(error) });
              discard(packet);
              client.close(() => done(null));
            },
          ),
        done,
      );
    },

    authorizeSubscribe(client, subscription, done) {
      const connection = connectionOf(client);
      if (connection === undefined) return done(null, null);
      const request = {
        filter: subscription.topic,
        qos: subscription.qos,
        hasIdentifier: hasIdentifier(subscription),
      };
      const admission = admissions.subscribe(connection.identity, request);
      const tooMany = admission.kind === 'allowed' && !connection.quotas.addFilter(subscription.topic);
      enforce(
        client,
        tooMany ? { kind: 'denied', reason: 'too many subscriptions' } : admission,
        'subscribe',
        () => done(null, subscription),
        () => done(null, null),
      );
    },

    authorizeForward(client, packet) {
      const connection = connectionOf(client);
      return connection !== undefined && admissions.receive(connection.identity, packet.topic)
        ? packet
        : null;
    },
  };
};

const refusal = (message: string): AuthenticateError =>
  Object.assign(new Error(message), { returnCode: notAuthorized });

/** aedes copies the SUBSCRIBE packet's identifier onto each of its subscriptions. */
const hasIdentifier = (subscription: Subscription): boolean =>
  'subscriptionIdentifier' in subscription && subscription.subscriptionIdentifier !== undefined;
