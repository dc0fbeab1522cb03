import type { EventEmitter } from 'node:events';
import type { Client } from 'aedes';
import type { Identity } from './authorizer.ts';
import type { ConnectionQuotas, CountedPacket } from './connection-quotas.ts';
import type { DisconnectReason, LifecycleOfConnection } from './lifecycle-events.ts';

/** What the broker knows of one connection beside aedes' own client. */
export type Connection = {
  readonly identity: Identity;
  readonly quotas: ConnectionQuotas;
  /** Set as soon as the connection is known to end for this reason. */
  endsBecause?: DisconnectReason;
  /** Both from CONNACK on; the time in epoch milliseconds. */
  connectedAtMs?: number;
  lifecycle?: LifecycleOfConnection | undefined;
};

/** Parts of aedes' client that its types leave out. */
type Internals = { subscriptions?: Record<string, unknown>; _parser?: EventEmitter };

/** Filters that a client has subscribed to. */
export const filtersOf = (client: Client): readonly string[] =>
  Object.keys((client as Client & Internals).subscriptions ?? {});

/** Calls back with each packet of a client just before aedes handles it. */
export const onEachPacket = (client: Client, look: (packet: CountedPacket) => void): void => {
  const { _parser } = client as Client & Internals;
  if (_parser === undefined) throw new Error('this version of aedes keeps its parser elsewhere');
  _parser.prependListener('packet', look);
};

/**
 * Makes aedes drop a publish without acknowledging it, as AWS does beyond its rate: the mark by which aedes itself
 * remembers that it has dealt with a packet.
 */
export const discard = (packet: object): void => {
  Object.assign(packet, { _notAuthorized: true });
};
