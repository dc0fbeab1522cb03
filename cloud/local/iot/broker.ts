import { EventEmitter } from 'node:events';
import { Aedes, type Client } from 'aedes';
import type { LocalLog } from '../account.ts';
import { ServiceError } from '../gateway/service.ts';
import { type Admissions, reasonCodes } from './admission.ts';
import { makeBrokerHooks } from './broker-hooks.ts';
import { type Connection, filtersOf, onEachPacket } from './connection.ts';
import type { DeviceRequest, DeviceService } from './device-service.ts';
import type { DisconnectReason, LifecycleEvents } from './lifecycle-events.ts';
import * as limits from './limits.ts';
import type { Message } from './message.ts';
import { writeProperties } from './mqtt-properties.ts';
import type { Authority } from './pki.ts';
import type { Registry } from './registry.ts';
import type { SessionStore } from './sessions/session-store.ts';
import { listenTls, type TlsListener } from './tls-listener.ts';
import { basicIngestRoute, filterMatches } from './topics.ts';

const stopPatienceMs = 500;

/** A client that is connected now. */
type ConnectedClient = {
  readonly clientId: string;
  readonly certificateId: string;
  /** Epoch milliseconds. */
  readonly connectedAtMs: number;
  readonly filters: readonly string[];
};

/** The MQTT broker: mutual TLS, policies on every step, rules before the acknowledgement. */
export interface Broker {
  /** Listens on loopback and yields the port. After a stop it may be started again. */
  start(authority: Authority, port: number): Promise<number>;
  /** Tells every client (unless `abrupt`), closes and waits for what is under way. Safe to call twice. */
  stop(options?: { readonly abrupt?: boolean }): Promise<void>;
  /**
   * Publishes on behalf of somebody who is not an MQTT client. Rules first, then subscribers; resolves when neither can
   * lose it any more. Rejects with ServiceUnavailableException while stopped.
   */
  publish(message: Message): Promise<void>;
  /** Ends the sessions of a certificate that may no longer connect. */
  dropSessions(certificateId: string): void;
  clients(): readonly ConnectedClient[];
}

/** What the broker needs of its neighbours. */
export type BrokerNeeds = {
  readonly admissions: Admissions;
  readonly registry: Pick<Registry, 'certificate'>;
  readonly rules: { take(message: Message): Promise<void> };
  readonly services: readonly DeviceService[];
  readonly sessions: SessionStore;
  readonly lifecycleOf: LifecycleEvents;
  readonly now: () => number;
  readonly log: LocalLog;
};

type Running = {
  readonly aedes: Aedes;
  readonly listener: TlsListener;
  /** Resolves at the stop: aedes forgets the callbacks of what it is still handing out then. */
  readonly stopped: Promise<void>;
  readonly markStopped: () => void;
};

export const makeBroker = (needs: BrokerNeeds): Broker => {
  const { registry, rules, services, sessions, lifecycleOf, now, log } = needs;
  const connections = new WeakMap<Client, Connection>();
  const connected = new Set<Client>();
  const underWay = new Set<Promise<unknown>>();
  let running: Running | undefined;

  const logError = (error: Error): void => log.warn('iot.broker.error', { error: error.message });

  const track = <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work);
    const forget = () => underWay.delete(work);
    work.then(forget, forget);
    return work;
  };

  const distribute = async (message: Message): Promise<void> => {
    if (running === undefined || basicIngestRoute(message.topic) !== undefined) return;
    const { aedes, stopped } = running;
    const { topic, payload, qos, retain } = message;
    const properties = writeProperties(message.properties);
    const handedOut = new Promise<void>((resolve, reject) => {
      aedes.publish({ cmd: 'publish', topic, payload, qos, retain, dup: false, properties }, (error) =>
        error ? reject(error) : resolve(),
      );
    });
    await Promise.race([handedOut, stopped]);
  };

  /** Resolves once the rules have it; subscribers, who may be slow, get it meanwhile. */
  const publishOwn = async (message: Message): Promise<void> => {
    await rules.take(message);
    track(distribute(message)).catch(logError);
  };

  const sendToAsker = (client: Client, { topic, payload }: Message): void => {
    if (client.closed || !filtersOf(client).some((filter) => filterMatches(filter, topic))) {
      log.warn('iot.reply.undelivered', { clientId: client.id, topic });
      return;
    }
    client.publish({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false }, () => undefined);
  };

  const answer = async (service: DeviceService, request: DeviceRequest, client: Client): Promise<void> => {
    for (const { to, message } of await service.answer(request)) {
      if (to === 'asker') sendToAsker(client, message);
      else await publishOwn(message);
    }
  };

  const take = async (message: Message, client: Client, { identity }: Connection): Promise<void> => {
    await rules.take(message);
    const { topic, payload } = message;
    const service = services.find(({ answers }) => answers(topic));
    if (service === undefined) return;
    const answered = track(answer(service, { topic, payload, identity }, client));
    if (service.acknowledgesAfterwards) await answered;
    else answered.catch(logError);
  };

  const hooks = makeBrokerHooks({
    ...needs,
    connectionOf: (client) => connections.get(client),
    remember: (client, connection) => connections.set(client, connection),
    admitted: ({ id }) => {
      // aedes ends the connection that this one replaces.
      for (const other of connected) {
        const replaced = other.id === id ? connections.get(other) : undefined;
        if (replaced !== undefined) replaced.endsBecause ??= 'DUPLICATE_CLIENTID';
      }
    },
    take: (message, client, connection) => track(take(message, client, connection)),
  });

  const tell = (message: Message | undefined): void => {
    if (message === undefined) return;
    track(publishOwn(message)).catch(logError);
  };

  const reasonOf = (client: Client, connection: Connection): DisconnectReason => {
    if (connection.endsBecause !== undefined) return connection.endsBecause;
    return client.disconnectReasonCode === null ? 'CONNECTION_LOST' : 'SERVER_INITIATED_DISCONNECT';
  };

  const watchConnections = (aedes: Aedes): void => {
    aedes.on('clientReady', (client) => {
      const connection = connections.get(client);
      if (connection === undefined) return;
      connected.add(client);
      connection.connectedAtMs = now();
      if (!client.clean) sessions.arrived(client.id);
      // Revoked between its CONNECT and now.
      if (registry.certificate(connection.identity.certificateId)?.status !== 'ACTIVE')
        client.disconnect({ reasonCode: reasonCodes.administrativeAction });
      connection.lifecycle = lifecycleOf(connection.identity);
      tell(connection.lifecycle?.connected());
    });
    aedes.on('clientDisconnect', (client) => {
      connected.delete(client);
      if (!client.clean) sessions.left(client.id, client.sessionExpiryInterval);
      const connection = connections.get(client);
      if (connection !== undefined) tell(connection.lifecycle?.disconnected(reasonOf(client, connection)));
    });
    aedes.on('keepaliveTimeout', (client) => {
      const connection = connections.get(client);
      if (connection !== undefined) connection.endsBecause = 'MQTT_KEEP_ALIVE_TIMEOUT';
    });
    aedes.on('subscribe', (subscriptions, client) => {
      const granted = subscriptions.filter(({ qos }) => qos < 128).map(({ topic }) => topic);
      if (granted.length > 0) tell(connections.get(client)?.lifecycle?.subscribed(granted));
    });
    aedes.on('unsubscribe', (topics, client) => {
      // aedes says it for a client that leaves, too.
      if (!client.closed) tell(connections.get(client)?.lifecycle?.unsubscribed(topics));
    });
    // aedes' types leave its 'error' event out; unheard, it would end the process.
    EventEmitter.prototype.on.call(aedes, 'error', logError);
  };

  /** Looks at what a client sends before aedes does: its goodbye, and what goes beyond the quotas. */
  const watchPackets = (client: Client): void =>
    onEachPacket(client, (packet) => {
      const connection = connections.get(client);
      if (connection === undefined) return;
      if (packet.cmd === 'disconnect') connection.endsBecause ??= 'CLIENT_INITIATED_DISCONNECT';
      const excess = connection.quotas.count(packet);
      if (excess === undefined) return;
      log.warn('iot.subscribe.refused', { clientId: client.id, reason: excess });
      connection.endsBecause = 'CLIENT_ERROR';
      client.disconnect({ reasonCode: reasonCodes.quotaExceeded });
    });

  return {
    async start(authority, port) {
      const aedes = new Aedes({
        ...hooks,
        persistence: sessions.persistence,
        maximumPacketSize: limits.maxPacketBytes,
        receiveMaximum: limits.maxUnacknowledged,
        topicAliasMaximum: limits.maxTopicAliases,
        keepaliveLimit: limits.maxKeepAliveSeconds,
        sessionExpiryIntervalLimit: limits.maxSessionExpirySeconds,
      });
      watchConnections(aedes);
      await aedes.listen();
      const listener = await listenTls(authority, port, {
        onSocket: (socket) => watchPackets(aedes.handle(socket)),
        log,
      });
      let markStopped = (): void => undefined;
      const stopped = new Promise<void>((resolve) => {
        markStopped = resolve;
      });
      running = { aedes, listener, stopped, markStopped };
      return listener.port;
    },

    async stop({ abrupt = false } = {}) {
      if (running === undefined) return;
      const { aedes, listener, markStopped } = running;
      running = undefined;
      const closed = listener.close();
      if (abrupt) listener.destroyAll();
      // A client that does not read its DISCONNECT must not hold up the stop.
      const impatience = setTimeout(listener.destroyAll, stopPatienceMs);
      await new Promise<void>((resolve) => aedes.close(resolve));
      clearTimeout(impatience);
      listener.destroyAll();
      markStopped();
      await closed;
      await Promise.allSettled(underWay);
    },

    async publish(message) {
      if (running === undefined)
        throw new ServiceError('ServiceUnavailableException', 'The service is temporarily unavailable.', 503);
      await rules.take(message);
      await track(distribute(message));
    },

    dropSessions(id) {
      for (const client of connected) {
        if (connections.get(client)?.identity.certificateId !== id) continue;
        client.disconnect({ reasonCode: reasonCodes.administrativeAction });
      }
    },

    clients: () =>
      [...connected].flatMap((client) => {
        const { identity, connectedAtMs } = connections.get(client) ?? {};
        if (identity === undefined || connectedAtMs === undefined) return [];
        return [{ ...identity, connectedAtMs, filters: filtersOf(client) }];
      }),
  };
};
