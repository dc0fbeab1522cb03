import { pino } from 'pino';
import type { Outcome } from '#contract/outcome.ts';

/**
 * Everything the functions ever log: events with ids and numbers. Never a face, a name, a code, a key or a message.
 * `sighting` is `<passageId>/<attempt>`, the same from the door to the table.
 */
type LogEvents = {
  'sighting.settled': {
    readonly sighting: string;
    readonly thing: string;
    readonly outcome: Outcome;
    readonly reason: string | null;
    readonly similarity: number | null;
    readonly tries: number;
    readonly ms: number;
  };
  'sighting.redelivered': { readonly sighting: string; readonly thing: string; readonly outcome: Outcome };
  'passage.recorded': { readonly passage: string; readonly thing: string; readonly reason: string | null };
  'delivery.rejected': { readonly sighting: string; readonly thing: string; readonly reason: string };
  'delivery.failed': { readonly code: string; readonly cause: string };
  'door.provisioned': { readonly serial: string; readonly again: boolean };
  'door.refused': { readonly serial: string | null; readonly reason: string };
  'api.answered': {
    readonly route: string;
    readonly status: number;
    readonly sub: string | null;
    readonly ms: number;
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

/** The one way to write a sighting's id in a log. */
export const sightingId = (passageId: string, attempt: number): string => `${passageId}/${attempt}`;
