import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { createServer, type Server, TLSSocket } from 'node:tls';
import { Aedes, type AuthenticateError, type Client, type PublishPacket, type Subscription } from 'aedes';
import type { LocalLog } from '../account.ts';
import { type Admission, type Admissions, reasonCodes } from './admission.ts';
import type { Identity } from './authorizer.ts';
import * as limits from './limits.ts';
import type { Message } from './message.ts';
import { readProperties, writeProperties } from './mqtt-properties.ts';
import { type Authority, certificateId } from './pki.ts';
import type { DeviceReply, DeviceRequest } from './provisioning.ts';
import type { Registry } from './registry.ts';
import { basicIngestRoute, filterMatches } from './topics.ts';

const host = '127.0.0.1';
const mqtt5 = 5;
/** CONNACK return code of MQTT 3.1.1, which aedes turns into reason code 135 for MQTT 5. */
const notAuthorized = 5;
const stopPatienceMs = 500;

/** The MQTT broker: mutual TLS, policies on every step, rules before the acknowledgement. */
export interface Broker {
  /** Listens on loopback and yields the port. */
  start(authority: Authority, port: number): Promise<number>;
  /** Tells every client, closes and waits for what is under way. Safe to call twice. */
  stop(): Promise<void>;
  /** Publishes on behalf of somebody who is not an MQTT client. Rules first, then subscribers. */
  publish(message: Message): Promise<void>;
  /** Ends the sessions of a certificate that may no longer connect. */
  dropSessions(certificateId: string): void;
}

/** What the broker needs of its neighbours. */
export type BrokerNeeds = {
  readonly admissions: Admissions;
  readonly registry: Pick<Registry, 'certificate'>;
  readonly rules: { take(message: Message): Promise<void> };
  readonly requests: {
    answers(topic: string): boolean;
    answer(request: DeviceRequest): Promise<DeviceReply>;
  };
  readonly log: LocalLog;
};

type Callback = (error?: Error | null) => void;

const payloadOf = ({ payload }: Pick<PublishPacket, 'payload'>): Buffer =>
  typeof payload === 'string' ? Buffer.from(payload) : payload;

/** Filters that a client has subscribed to; aedes keeps them in a field that its types leave out. */
const filtersOf = (client: Client): readonly string[] =>
  Object.keys((client as Client & { subscriptions?: Record<string, unknown> }).subscriptions ?? {});

export const makeBroker = ({ admissions, registry, rules, requests, log }: BrokerNeeds): Broker => {
  const identities = new WeakMap<Client, Identity>();
  const connected = new Set<Client>();
  const underWay = new Set<Promise<unknown>>();
  let server: Server | undefined;
  const sockets = new Set<Socket>();

  const remember = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  };

  const track = (work: Promise<unknown>): void => {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  };

  /** Runs `proceed` when admitted; else refuses in the way that MQTT 5 offers for it. */
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
    if (admission.kind === 'disconnect' && client.version === mqtt5) {
      client.disconnect({ reasonCode: admission.reasonCode }, () => refuse(error));
    } else {
      refuse(error);
    }
  };

  const publishFrom = (client: Client, identity: Identity, packet: PublishPacket, done: Callback): void => {
    const payload = payloadOf(packet);
    const { topic, qos, retain } = packet;
    const request = { topic, qos, retain, payloadBytes: payload.length };
    const message: Message = {
      topic,
      payload,
      qos: qos === 0 ? 0 : 1,
      retain,
      properties: readProperties(packet.properties),
      publisher: { clientId: identity.clientId, principal: identity.certificateId },
    };
    enforce(
      client,
      admissions.publish(identity, request),
      'publish',
      // aedes acknowledges after this callback: only once the rules engine has the message.
      () =>
        track(
          rules.take(message).then(
            () => done(null),
            (error: Error) => done(error),
          ),
        ),
      done,
    );
  };

  const answer = async (
    client: Client,
    identity: Identity,
    topic: string,
    payload: Buffer,
  ): Promise<void> => {
    const reply = await requests.answer({ topic, payload, identity });
    const wanted = filtersOf(client).some((filter) => filterMatches(filter, reply.topic));
    if (!wanted || client.closed) {
      log.warn('iot.reply.undelivered', { clientId: client.id, topic: reply.topic });
      return;
    }
    // Straight to the asker: another device on the same topic must not read its ownership token.
    client.publish({ cmd: 'publish', ...reply, qos: 1, retain: false, dup: false }, () => undefined);
  };

  const aedes = new Aedes({
    maximumPacketSize: limits.maxPacketBytes,
    receiveMaximum: limits.maxUnacknowledged,
    topicAliasMaximum: limits.maxTopicAliases,
    keepaliveLimit: limits.maxKeepAliveSeconds,
    sessionExpiryIntervalLimit: limits.maxSessionExpirySeconds,

    preConnect(client, packet, done) {
      const raw = client.conn instanceof TLSSocket ? client.conn.getPeerCertificate().raw : undefined;
      const id = raw === undefined ? 'none' : certificateId(raw);
      const status = registry.certificate(id)?.status ?? 'unknown';
      const idBytes = Buffer.byteLength(packet.clientId);
      const badId = idBytes === 0 || idBytes > limits.maxClientIdBytes;
      if (status === 'ACTIVE' && !badId) {
        identities.set(client, { certificateId: id, clientId: packet.clientId });
        return done(null, true);
      }
      log.warn('iot.connect.refused', {
        clientId: packet.clientId.slice(0, limits.maxClientIdBytes),
        reason: badId ? `the client id has ${idBytes} bytes` : `the certificate is ${status}`,
      });
      done(new Error('refused'), false);
    },

    authenticate(client, _username, _password, done) {
      const identity = identities.get(client);
      if (identity === undefined) return done(refusal('no certificate'), false);
      enforce(
        client,
        admissions.connect(identity),
        'connect',
        () => done(null, true),
        (error) => done(refusal(error.message), false),
      );
    },

    authorizePublish(client, packet, done) {
      const identity = client === null ? undefined : identities.get(client);
      // Wills come this way too, after the client has gone.
      if (client === null || identity === undefined) return done(new Error('unknown publisher'));
      publishFrom(client, identity, packet, done);
    },

    authorizeSubscribe(client, subscription, done) {
      const identity = identities.get(client);
      if (identity === undefined) return done(null, null);
      const request = {
        filter: subscription.topic,
        qos: subscription.qos,
        hasIdentifier: hasIdentifier(subscription),
      };
      enforce(
        client,
        admissions.subscribe(identity, request),
        'subscribe',
        () => done(null, subscription),
        () => done(null, null),
      );
    },

    authorizeForward(client, packet) {
      const identity = identities.get(client);
      return identity !== undefined && admissions.receive(identity, packet.topic) ? packet : null;
    },
  });

  const isActive = (client: Client): boolean =>
    registry.certificate(identities.get(client)?.certificateId ?? '')?.status === 'ACTIVE';

  aedes.on('clientReady', (client) => {
    connected.add(client);
    // Revoked between its CONNECT and now.
    if (!isActive(client)) client.disconnect({ reasonCode: reasonCodes.administrativeAction });
  });
  aedes.on('clientDisconnect', (client) => connected.delete(client));
  aedes.on('publish', (packet, client) => {
    const identity = client === null ? undefined : identities.get(client);
    // A will is published after its client has gone: nobody waits for that answer.
    if (client === null || client.closed || identity === undefined) return;
    if (!requests.answers(packet.topic)) return;
    track(answer(client, identity, packet.topic, payloadOf(packet)));
  });
  // aedes' types leave its 'error' event out; unheard, it would end the process.
  EventEmitter.prototype.on.call(aedes, 'error', (error: Error) => {
    log.warn('iot.broker.error', { error: error.message });
  });

  return {
    async start(authority, port) {
      await aedes.listen();
      const { certificatePem, privateKeyPem } = await authority.issueServer();
      const listening = createServer({
        cert: certificatePem,
        key: privateKeyPem,
        ca: [authority.caPem],
        requestCert: true,
        rejectUnauthorized: true,
        minVersion: 'TLSv1.2',
      });
      server = listening;
      // From the first byte on: a client that never finishes its TLS handshake would hold up the stop, too.
      listening.on('connection', remember);
      listening.on('secureConnection', (socket) => {
        remember(socket);
        // Replies are small and come in pairs: waiting to fill a segment would cost 40 ms each.
        socket.setNoDelay(true);
        aedes.handle(socket);
      });
      listening.on('tlsClientError', (error) => log.warn('iot.tls.refused', { error: error.message }));
      await new Promise<void>((resolve, reject) => {
        listening.once('error', reject);
        listening.listen(port, host, resolve);
      });
      const address = listening.address();
      return typeof address === 'object' && address !== null ? address.port : port;
    },

    async stop() {
      const listening = server;
      if (listening === undefined) return;
      server = undefined;
      const closed = new Promise<void>((resolve) => listening.close(() => resolve()));
      // A client that does not read its DISCONNECT must not hold up the stop.
      const impatience = setTimeout(() => destroyAll(sockets), stopPatienceMs);
      await new Promise<void>((resolve) => aedes.close(resolve));
      clearTimeout(impatience);
      destroyAll(sockets);
      await closed;
      await Promise.allSettled(underWay);
    },

    async publish(message) {
      await rules.take(message);
      if (basicIngestRoute(message.topic) !== undefined) return;
      const { topic, payload, qos, retain } = message;
      const properties = writeProperties(message.properties);
      await new Promise<void>((resolve, reject) => {
        aedes.publish({ cmd: 'publish', topic, payload, qos, retain, dup: false, properties }, (error) =>
          error ? reject(error) : resolve(),
        );
      });
    },

    dropSessions(id) {
      for (const client of connected) {
        if (identities.get(client)?.certificateId !== id) continue;
        client.disconnect({ reasonCode: reasonCodes.administrativeAction });
      }
    },
  };
};

const destroyAll = (sockets: ReadonlySet<Socket>): void => {
  for (const socket of sockets) socket.destroy();
};

const refusal = (message: string): AuthenticateError =>
  Object.assign(new Error(message), { returnCode: notAuthorized });

/** aedes copies the SUBSCRIBE packet's identifier onto each of its subscriptions. */
const hasIdentifier = (subscription: Subscription): boolean =>
  'subscriptionIdentifier' in subscription && subscription.subscriptionIdentifier !== undefined;
