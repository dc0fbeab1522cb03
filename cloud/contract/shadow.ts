import * as z from 'zod';
import { Instant } from './names.ts';

/** Name of the shadow in which a door reports how it is (`reported`) and is told how to be (`desired`). */
const agentShadow = 'agent';

/** Topics of a door's own shadow. The broker answers on `/accepted` and `/rejected`, and tells changes on `/delta`. */
export const shadowTopic = (thing: string, operation: 'get' | 'update'): string =>
  `$aws/things/${thing}/shadow/name/${agentShadow}/${operation}`;

/** How often a door reports, in seconds. A gap is noticed within five minutes, so this is well below. */
export const reportEverySeconds = 60;

/**
 * What a door reports of itself. `undelivered` is the lowest sequence number that the broker has not acknowledged yet, the next
 * one to be given when nothing waits: only what is missing below it is a gap. `at` and `monotonicMs` are the same instant on the
 * door's wall clock and in milliseconds since boot, so that times taken before the clock was set can be corrected.
 * Unknown fields are left out: a door may be newer than the cloud.
 */
export const AgentReport = z.object({
  v: z.literal(1),
  undelivered: z.int().nonnegative(),
  /** Entries that wait in the outbox. */
  waiting: z.int().nonnegative(),
  bootId: z.uuid(),
  at: Instant,
  monotonicMs: z.number().nonnegative(),
  clock: z.enum(['synced', 'unsynced']),
});
export type AgentReport = z.infer<typeof AgentReport>;

/** What the reports rule hands on: the untrusted report, and the thing name from a topic that only the broker publishes to. */
export const ReportEvent = z.object({
  report: z.unknown(),
  thingName: z.string().min(1),
  reportedAt: z.int().positive(),
});
export type ReportEvent = z.infer<typeof ReportEvent>;
