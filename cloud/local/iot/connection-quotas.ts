import {
  maxFiltersPerConnection,
  maxFiltersPerSubscribe,
  maxKeepAliveSeconds,
  maxPublishesPerSecond,
  minKeepAliveSeconds,
} from './limits.ts';

/** A packet as far as the quotas of a connection look into it. */
export type CountedPacket = {
  readonly cmd: string;
  readonly subscriptions?: readonly unknown[];
  readonly unsubscriptions?: readonly string[];
};

/** The quotas of one connection (AWS General Reference, "AWS IoT Core message broker and protocol limits and quotas"). */
export interface ConnectionQuotas {
  /** Looks at each packet as it comes in; returns why the connection must end, if it must. */
  count(packet: CountedPacket): string | undefined;
  /** Takes note of a filter; false when the connection has too many already. */
  addFilter(filter: string): boolean;
  /** Whether one more publish is within the rate. */
  admitPublish(): boolean;
}

/**
 * A sender may pause and catch up, so the rate is that of three seconds: a machine that was busy for a moment
 * gets what a punctual sender sent meanwhile all at once.
 */
const burstSeconds = 3;

/** `now` is epoch milliseconds. */
export const makeConnectionQuotas = (now: () => number): ConnectionQuotas => {
  const filters = new Set<string>();
  let excess = false;
  let allowance = maxPublishesPerSecond * burstSeconds;
  let refilledAtMs = now();

  return {
    count({ cmd, subscriptions = [], unsubscriptions = [] }) {
      if (cmd === 'unsubscribe') for (const filter of unsubscriptions) filters.delete(filter);
      if (cmd === 'subscribe' && subscriptions.length > maxFiltersPerSubscribe) {
        excess = true;
        return `a SUBSCRIBE has more than ${maxFiltersPerSubscribe} filters`;
      }
      return undefined;
    },
    addFilter(filter) {
      if (excess || (filters.size >= maxFiltersPerConnection && !filters.has(filter))) return false;
      filters.add(filter);
      return true;
    },
    admitPublish() {
      const elapsedSeconds = (now() - refilledAtMs) / 1000;
      refilledAtMs = now();
      allowance = Math.min(
        maxPublishesPerSecond * burstSeconds,
        allowance + elapsedSeconds * maxPublishesPerSecond,
      );
      if (allowance < 1) return false;
      allowance -= 1;
      return true;
    },
  };
};

/** The keep-alive that AWS applies for the one that a client asks for: 30 to 1,200 s, and 1,200 s for none. */
export const appliedKeepAliveSeconds = (asked: number): number =>
  asked === 0 || asked > maxKeepAliveSeconds ? maxKeepAliveSeconds : Math.max(asked, minKeepAliveSeconds);
