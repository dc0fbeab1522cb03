import * as z from 'zod';

/**
 * What the schedule sends every few minutes. EventBridge Scheduler puts the instant in place of the placeholder
 * (EventBridge Scheduler User Guide, "Adding context attributes").
 */
export const keepDays = { kind: 'keep-days', at: '<aws.scheduler.scheduled-time>' } as const;

/** `at` becomes epoch milliseconds. */
export const KeepDays = z.strictObject({
  kind: z.literal(keepDays.kind),
  at: z.iso.datetime().transform((at) => Date.parse(at)),
});
