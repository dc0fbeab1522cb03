import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { maxSessionExpirySeconds } from '../limits.ts';
import { filterMatches } from '../topics.ts';
import { type ClientSession, openClientSession, type StoredSubscription } from './client-session.ts';
import { openMessageFolder, safeName } from './message-folder.ts';
import { packetFromText, packetToText, type StoredPacket } from './stored-packet.ts';

type ClientId = { readonly id: string };

/**
 * Persistent sessions and retained messages on disk, in the form in which aedes asks for them (`aedes-persistence`):
 * a QoS 1 message for a client with a session is on disk before its publisher hears that it was published.
 * Last wills are kept in memory, as long as their connections.
 */
export interface SessionStore {
  /** For aedes' `persistence` option; opens what the folder holds. */
  readonly persistence: object;
  /** A client with a persistent session is here, so its session does not end. */
  arrived(clientId: string): void;
  /** The client has gone; its session ends after this many seconds, at most an hour (AWS IoT quotas). */
  left(clientId: string, expirySeconds: number): void;
}

type Will = object;

/** `now` is epoch milliseconds. Sessions of clients that were connected when the store was closed get the full hour. */
export const openSessionStore = ({
  folder,
  now,
}: {
  readonly folder: string;
  readonly now: () => number;
}): SessionStore => {
  const sessionsRoot = path.join(folder, 'sessions');
  const retainedFiles = openMessageFolder(path.join(folder, 'retained'));
  openMessageFolder(sessionsRoot);

  const sessions = new Map<string, ClientSession>();
  const retained = new Map<string, StoredPacket>();
  const wills = new Map<string, Will>();

  const isOver = ({ messageExpiry }: StoredPacket): boolean =>
    messageExpiry !== undefined && messageExpiry <= now();

  for (const { text } of retainedFiles.read()) {
    const packet = packetFromText(text);
    if (packet !== undefined && !isOver(packet)) retained.set(packet.topic, packet);
  }
  for (const name of readdirSync(sessionsRoot)) {
    const session = openClientSession(path.join(sessionsRoot, name));
    if (session === undefined) continue;
    sessions.set(session.clientId, session);
    if (session.endsAtMs === undefined) session.setEnd(now() + maxSessionExpirySeconds * 1000);
  }

  const folderOf = (clientId: string): string => path.join(sessionsRoot, safeName(clientId));

  const remove = (session: ClientSession): void => {
    session.forget();
    sessions.delete(session.clientId);
    rmSync(folderOf(session.clientId), { recursive: true, force: true });
  };

  /** The client's session, unless it has ended meanwhile. */
  const live = (clientId: string): ClientSession | undefined => {
    const session = sessions.get(clientId);
    if (session?.endsAtMs === undefined || session.endsAtMs > now()) return session;
    remove(session);
    return undefined;
  };

  const open = (clientId: string): ClientSession => {
    const found = live(clientId) ?? openClientSession(folderOf(clientId), clientId);
    if (found === undefined) throw new Error('a session of a named client can always be opened');
    sessions.set(clientId, found);
    return found;
  };

  const removeIfEmpty = (session: ClientSession): void => {
    if (session.subscriptions().length === 0 && session.waiting().length === 0) remove(session);
  };

  /** One per client, at the highest QoS, however many of its filters cover the topic. */
  const subscribersOf = (topic: string) =>
    [...sessions.keys()].flatMap((clientId) => {
      const matching = (live(clientId)?.subscriptions() ?? []).filter(
        ({ topic: filter, qos }) => qos > 0 && filterMatches(filter, topic),
      );
      return matching.slice(0, 1).map((subscription) => ({ clientId, ...subscription }));
    });

  const retainedFor = (filters: readonly string[]): StoredPacket[] =>
    [...retained.values()].filter(
      (packet) => !isOver(packet) && filters.some((filter) => filterMatches(filter, packet.topic)),
    );

  const persistence = {
    // aedes insists on a function that is declared async.
    setup: async (): Promise<void> => undefined,

    async storeRetained(packet: StoredPacket) {
      const name = safeName(packet.topic);
      if (packet.payload.length === 0) {
        retained.delete(packet.topic);
        retainedFiles.remove(name);
        return;
      }
      retainedFiles.write(name, packetToText(packet));
      retained.set(packet.topic, { ...packet });
    },
    createRetainedStreamCombi: (filters: readonly string[]) => Readable.from(retainedFor(filters)),

    async addSubscriptions({ id }: ClientId, added: readonly StoredSubscription[]) {
      const session = open(id);
      const others = session
        .subscriptions()
        .filter(({ topic }) => !added.some((subscription) => subscription.topic === topic));
      session.setSubscriptions([...others, ...added]);
    },
    async removeSubscriptions({ id }: ClientId, filters: readonly string[]) {
      const session = live(id);
      session?.setSubscriptions(session.subscriptions().filter(({ topic }) => !filters.includes(topic)));
    },
    subscriptionsByClient: async ({ id }: ClientId) => live(id)?.subscriptions() ?? [],
    subscriptionsByTopic: async (topic: string) => subscribersOf(topic),
    async cleanSubscriptions({ id }: ClientId) {
      const session = live(id);
      if (session === undefined) return;
      session.setSubscriptions([]);
      removeIfEmpty(session);
    },

    async outgoingEnqueue({ clientId }: { readonly clientId: string }, packet: StoredPacket) {
      open(clientId).enqueue({ ...packet });
    },
    async outgoingEnqueueCombi(clients: readonly { readonly clientId: string }[], packet: StoredPacket) {
      for (const { clientId } of clients) open(clientId).enqueue({ ...packet });
    },
    async outgoingUpdate({ id }: ClientId, packet: StoredPacket) {
      if (live(id)?.identify(packet) !== true) throw new Error('no such packet');
    },
    async outgoingClearMessageId({ id }: ClientId, packet: StoredPacket) {
      const session = live(id);
      const acknowledged = session?.acknowledge(packet);
      if (session !== undefined) removeIfEmpty(session);
      return acknowledged;
    },
    outgoingStream({ id }: ClientId) {
      const session = live(id);
      for (const packet of session?.waiting().filter(isOver) ?? []) session?.acknowledge(packet);
      return Readable.from([...(session?.waiting() ?? [])]);
    },

    // QoS 2 is refused before it would come to these.
    incomingGetPacket: () => Promise.reject(new Error('QoS 2 is not supported')),
    incomingStorePacket: () => Promise.reject(new Error('QoS 2 is not supported')),
    incomingDelPacket: () => Promise.reject(new Error('QoS 2 is not supported')),

    async putWill({ id }: ClientId, will: Will) {
      wills.set(id, will);
    },
    async delWill({ id }: ClientId) {
      const will = wills.get(id);
      wills.delete(id);
      return will;
    },
    // One broker: a will of another one cannot be waiting.
    streamWill: () => Readable.from([]),
  };

  return {
    persistence,
    arrived: (clientId) => live(clientId)?.setEnd(undefined),
    left(clientId, expirySeconds) {
      const seconds = Math.min(expirySeconds, maxSessionExpirySeconds);
      live(clientId)?.setEnd(now() + seconds * 1000);
    },
  };
};
