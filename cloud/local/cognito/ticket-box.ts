import { randomBytes } from 'node:crypto';

/** Holds values behind unguessable tickets until they expire: codes, sessions, refresh tokens. In memory. */
export interface TicketBox<T> {
  issue(value: T, lifetimeMs: number): string;
  read(ticket: string): T | undefined;
  /** Reads and removes, so that a ticket works once. */
  take(ticket: string): T | undefined;
  /** Shortens what is left of a ticket's life; never prolongs it. */
  expireWithin(ticket: string, ms: number): void;
  remove(ticket: string): void;
}

/** `now` in epoch milliseconds; `bytes` of randomness in each ticket. */
export const makeTicketBox = <T>(now: () => number, bytes = 32): TicketBox<T> => {
  const held = new Map<string, { readonly value: T; expiresAt: number }>();
  const read = (ticket: string): T | undefined => {
    const entry = held.get(ticket);
    return entry !== undefined && entry.expiresAt > now() ? entry.value : undefined;
  };
  const dropExpired = (): void => {
    for (const [ticket, entry] of held) if (entry.expiresAt <= now()) held.delete(ticket);
  };
  return {
    issue: (value, lifetimeMs) => {
      dropExpired();
      const ticket = randomBytes(bytes).toString('base64url');
      held.set(ticket, { value, expiresAt: now() + lifetimeMs });
      return ticket;
    },
    read,
    take: (ticket) => {
      const value = read(ticket);
      held.delete(ticket);
      return value;
    },
    expireWithin: (ticket, ms) => {
      const entry = held.get(ticket);
      if (entry !== undefined) entry.expiresAt = Math.min(entry.expiresAt, now() + ms);
    },
    remove: (ticket) => {
      held.delete(ticket);
    },
  };
};
