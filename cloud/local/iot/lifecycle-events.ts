import { randomUUID } from 'node:crypto';
import type { Identity } from './authorizer.ts';
import { type Message, ownMessage } from './message.ts';

/** Why a connection ended, in AWS's words. */
export type DisconnectReason =
  | 'AUTH_ERROR'
  | 'CLIENT_ERROR'
  | 'CLIENT_INITIATED_DISCONNECT'
  | 'CONNECTION_LOST'
  | 'DUPLICATE_CLIENTID'
  | 'MQTT_KEEP_ALIVE_TIMEOUT'
  | 'SERVER_INITIATED_DISCONNECT';

/** One connection of a client, from CONNACK to its end. */
export interface LifecycleOfConnection {
  connected(): Message;
  disconnected(reason: DisconnectReason): Message;
  subscribed(topics: readonly string[]): Message;
  unsubscribed(topics: readonly string[]): Message;
}

const resetAfterMs = 3_600_000;

/**
 * IoT Core's own messages about connections and subscriptions (AWS IoT developer guide, "Lifecycle events").
 * A client's version number grows with each connection and starts again after an hour without one.
 */
export const makeLifecycleEvents = (now: () => number) => {
  const versions = new Map<string, { version: number; leftAtMs: number | undefined }>();

  const nextVersion = (clientId: string): number => {
    const last = versions.get(clientId);
    const isOver =
      last === undefined || (last.leftAtMs !== undefined && now() - last.leftAtMs > resetAfterMs);
    const version = isOver ? 0 : last.version + 1;
    versions.set(clientId, { version, leftAtMs: undefined });
    return version;
  };

  /** Undefined for a client id with a wildcard in it: AWS publishes nothing about those. */
  return ({ clientId, certificateId }: Identity): LifecycleOfConnection | undefined => {
    if (/[+#]/.test(clientId)) return undefined;
    const version = nextVersion(clientId);
    const sessionIdentifier = randomUUID();
    const event = (kind: string, eventType: string, more: object): Message =>
      ownMessage(`$aws/events/${kind}/${eventType}/${clientId}`, {
        clientId,
        timestamp: now(),
        eventType,
        sessionIdentifier,
        principalIdentifier: certificateId,
        ...more,
      });
    return {
      connected: () => event('presence', 'connected', { ipAddress: '127.0.0.1', versionNumber: version }),
      disconnected(disconnectReason) {
        const last = versions.get(clientId);
        // A connection that was taken over ends after its successor began.
        if (last?.version === version) last.leftAtMs = now();
        const clientInitiatedDisconnect = disconnectReason === 'CLIENT_INITIATED_DISCONNECT';
        return event('presence', 'disconnected', {
          clientInitiatedDisconnect,
          disconnectReason,
          versionNumber: version,
        });
      },
      subscribed: (topics) => event('subscriptions', 'subscribed', { topics }),
      unsubscribed: (topics) => event('subscriptions', 'unsubscribed', { topics }),
    };
  };
};

export type LifecycleEvents = ReturnType<typeof makeLifecycleEvents>;
