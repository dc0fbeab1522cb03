import { z } from 'zod';
import { openMessageFolder } from './message-folder.ts';
import { packetFromText, packetToText, type StoredPacket } from './stored-packet.ts';

const StoredSubscription = z.strictObject({
  topic: z.string(),
  qos: z.union([z.literal(0), z.literal(1)]),
  rh: z.number().optional(),
  rap: z.boolean().optional(),
  nl: z.boolean().optional(),
});
/** A subscription as aedes stores and restores it, without a subscription identifier, which AWS does not have. */
export type StoredSubscription = z.infer<typeof StoredSubscription>;

const OnDisk = z.strictObject({
  v: z.literal(1),
  clientId: z.string(),
  subscriptions: z.array(StoredSubscription),
  /** Epoch milliseconds at which a disconnected session ends; absent while its client is connected. */
  endsAtMs: z.number().optional(),
});
type OnDisk = z.infer<typeof OnDisk>;

type Waiting = { readonly name: string; readonly packet: StoredPacket };

/** One client's persistent session: its subscriptions and the QoS 1 messages that it has not acknowledged. */
export interface ClientSession {
  readonly clientId: string;
  readonly endsAtMs: number | undefined;
  subscriptions(): readonly StoredSubscription[];
  setSubscriptions(subscriptions: readonly StoredSubscription[]): void;
  setEnd(endsAtMs: number | undefined): void;
  waiting(): readonly StoredPacket[];
  /** On disk when it returns. */
  enqueue(packet: StoredPacket): void;
  /** Gives a waiting packet its identifier for this connection; false when it is not waiting. */
  identify(packet: StoredPacket): boolean;
  /** Takes a packet out of the queue: by its identifier, or if it never got one, by the broker's own number. */
  acknowledge(packet: StoredPacket): StoredPacket | undefined;
  forget(): void;
}

const sessionFile = 'session';

const isSame = (one: StoredPacket, other: StoredPacket): boolean =>
  one.brokerId === other.brokerId && one.brokerCounter === other.brokerCounter;

const readSession = (text: string): OnDisk | undefined => {
  const parsed = OnDisk.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : undefined;
};

/** Opens the session kept in `folder`, or a new one of `clientId`; undefined when there is neither. */
export const openClientSession = (folder: string, newClientId?: string): ClientSession | undefined => {
  const files = openMessageFolder(folder);
  const stored = files.read();
  const saved = stored.find(({ name }) => name === sessionFile);
  const found = saved === undefined ? undefined : readSession(saved.text);
  const clientId = found?.clientId ?? newClientId;
  if (clientId === undefined) return undefined;
  let subscriptions: readonly StoredSubscription[] = found?.subscriptions ?? [];
  let endsAtMs = found?.endsAtMs;
  let queue: Waiting[] = stored.flatMap(({ name, text }) => {
    const packet = name === sessionFile ? undefined : packetFromText(text);
    return packet === undefined ? [] : [{ name, packet }];
  });
  let next = Number(queue.at(-1)?.name ?? 0) + 1;

  const save = (): void => {
    const state: OnDisk = { v: 1, clientId, subscriptions: [...subscriptions] };
    files.write(sessionFile, JSON.stringify(endsAtMs === undefined ? state : { ...state, endsAtMs }));
  };

  return {
    clientId,
    get endsAtMs() {
      return endsAtMs;
    },
    subscriptions: () => subscriptions,
    setSubscriptions(changed) {
      subscriptions = changed;
      save();
    },
    setEnd(changed) {
      if (changed === endsAtMs) return;
      endsAtMs = changed;
      save();
    },
    waiting: () => queue.map(({ packet }) => packet),
    enqueue(packet) {
      const name = String(next++).padStart(12, '0');
      files.write(name, packetToText(packet));
      queue.push({ name, packet });
    },
    identify(packet) {
      const found = queue.find((one) => isSame(one.packet, packet));
      if (found === undefined) return false;
      found.packet.messageId = packet.messageId;
      return true;
    },
    acknowledge(packet) {
      const done = queue.find((one) =>
        packet.messageId === undefined
          ? isSame(one.packet, packet)
          : one.packet.messageId === packet.messageId,
      );
      if (done === undefined) return undefined;
      queue = queue.filter((one) => one !== done);
      files.remove(done.name);
      return done.packet;
    },
    forget() {
      for (const { name } of queue) files.remove(name);
      queue = [];
      subscriptions = [];
      files.remove(sessionFile);
    },
  };
};
