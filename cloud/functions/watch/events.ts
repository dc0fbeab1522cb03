import * as z from 'zod';
import { ReportEvent } from '#contract/shadow.ts';

/**
 * What the schedule sends once a minute. EventBridge Scheduler puts the minute in place of the placeholder
 * (EventBridge Scheduler User Guide, "Adding context attributes").
 */
export const checkGaps = { kind: 'check-gaps', at: '<aws.scheduler.scheduled-time>' } as const;

const CheckGaps = z.strictObject({
  kind: z.literal(checkGaps.kind),
  at: z.iso.datetime().transform((at) => Date.parse(at)),
});

/** Everything that calls this function: the schedule, and the rule for the doors' reports. Instants are epoch milliseconds. */
export const WatchEvent = z.union([CheckGaps, ReportEvent]);
