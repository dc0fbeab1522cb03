import { pino } from 'pino';
import type { CheckInOutcome } from '#contract/check-in.ts';
import type { Outcome } from '#contract/outcome.ts';

/**
 * Which delivery a line is about, the same from the door to the table: `passageId` and `attempt` are the sighting's id.
 * `seq` is the door's counter, null where its own words could not be read.
 */
export type DeliveryIds = {
  readonly thing: string;
  readonly passageId: string;
  readonly attempt: number;
  readonly seq: number | null;
};

/** Everything the functions ever log: events with ids and numbers. Never a face, a name, a code, a key or a message. */
type LogEvents = {
  'sighting.settled': DeliveryIds & {
    readonly outcome: Outcome;
    readonly reason: string | null;
    readonly similarity: number | null;
    readonly clock: string;
    readonly tries: number;
    readonly ms: number;
  };
  'sighting.redelivered': DeliveryIds & { readonly outcome: Outcome };
  /** A sighting that waited for its boot's clock was settled anew. */
  'sighting.dated': DeliveryIds & { readonly outcome: Outcome; readonly reason: string | null };
  'passage.recorded': DeliveryIds & { readonly reason: string | null };
  'check_in.decided': { readonly site: string; readonly outcome: CheckInOutcome };
  'search.waited': DeliveryIds & { readonly cause: string; readonly tries: number; readonly waitMs: number };
  /** A search that was bought could not be counted: the month's usage is too low by one. */
  'usage.uncounted': { readonly thing: string; readonly cause: string };
  'delivery.rejected': DeliveryIds & { readonly reason: string };
  /** The delivery waits for its next try. `thing` and the rest are absent when the event was none of ours. */
  'delivery.failed': Partial<DeliveryIds> & { readonly code: string; readonly cause: string };
  /** The receipt of a delivery that failed could not be written either, so its sequence number may look like a gap. */
  'receipt.failed': DeliveryIds & { readonly cause: string };
  /** A message of the on-failure queue was not settled and goes back to it. */
  'redrive.failed': { readonly message: string; readonly code: string; readonly cause: string };
  'clock.learned': { readonly thing: string; readonly boot: string; readonly source: string };
  'door.reported': {
    readonly thing: string;
    readonly undelivered: number;
    readonly waiting: number;
    readonly clock: 'synced' | 'unsynced';
  };
  'report.rejected': { readonly thing: string; readonly reason: string };
  /** A door began to count anew: its card was replaced or its outbox deleted. */
  'sequence.restarted': { readonly thing: string; readonly before: number; readonly undelivered: number };
  /** Sequence numbers that a door delivered have not arrived for two minutes. `numbers` such as `10-14, 17`. */
  'gap.detected': {
    readonly thing: string;
    readonly numbers: string;
    readonly missing: number;
    readonly noticedAt: string;
  };
  /** What had been raised has arrived after all. */
  'gap.closed': { readonly thing: string; readonly numbers: string; readonly afterMs: number };
  /** People could not be told of a gap; the next check tries again. */
  'gap.unannounced': { readonly thing: string; readonly code: string; readonly cause: string };
  /** The month's searches come near their budget, or have used it up; people were told, or are being told. */
  'search.budget': { readonly month: string; readonly guard: 'warn' | 'stop'; readonly searches: number };
  /** `open` gaps and suspicions were looked at. */
  'gaps.checked': { readonly open: number; readonly failed: number };
  /** Days of a person could not be derived; what they wait for stays, and is tried again. */
  'days.underivable': { readonly person: string; readonly code: string; readonly cause: string };
  /** A site's days were brought up to date: days derived, dates closed, people who failed, facts and dates left for the next time. */
  'days.kept': {
    readonly site: string;
    readonly derived: number;
    readonly closed: number;
    readonly failed: number;
    readonly left: number;
    readonly ms: number;
  };
  'days.failed': { readonly site: string; readonly code: string; readonly cause: string };
  /** A date has been over for days and is still open, most likely because a door has not said everything since `syncedThrough`. */
  'closing.overdue': { readonly site: string; readonly date: string; readonly syncedThrough: string };
  'door.provisioned': { readonly serial: string; readonly again: boolean };
  'door.refused': { readonly serial: string | null; readonly reason: string };
  'api.answered': {
    readonly route: string;
    readonly status: number;
    readonly sub: string | null;
    readonly ms: number;
  };
  'correction.requested': {
    readonly correction: string;
    readonly action: string;
    readonly sub: string;
    readonly overrodeLock: boolean;
  };
  'correction.decided': {
    readonly correction: string;
    readonly decision: string;
    readonly sub: string;
    readonly overrodeLock: boolean;
  };
  /** A correction was approved and the days could not be derived at once; the schedule does it. */
  'correction.days_later': { readonly site: string; readonly person: string; readonly code: string };
  /** What a request with an `Idempotency-Key` did could not be noted: sent again, it is judged anew. */
  'once.unnoted': { readonly route: string; readonly sub: string; readonly code: string };
  /** Something was changed and the entry that says by whom could not be written: this line stands for it. */
  'audit.failed': {
    readonly route: string;
    readonly sub: string;
    readonly about: Readonly<Record<string, string>>;
    readonly cause: string;
  };
  'api.failed': { readonly route: string; readonly code: string; readonly cause: string };
};

export interface Log {
  info<E extends keyof LogEvents>(event: E, fields: LogEvents[E]): void;
  warn<E extends keyof LogEvents>(event: E, fields: LogEvents[E]): void;
  error<E extends keyof LogEvents>(event: E, fields: LogEvents[E]): void;
}

/** JSON lines on standard output, which Lambda sends to the function's log group. */
export const makeLog = (functionName: string): Log => {
  const out = pino({ base: { function: functionName }, timestamp: pino.stdTimeFunctions.isoTime });
  return {
    info: (event, fields) => out.info({ event, ...fields }),
    warn: (event, fields) => out.warn({ event, ...fields }),
    error: (event, fields) => out.error({ event, ...fields }),
  };
};
