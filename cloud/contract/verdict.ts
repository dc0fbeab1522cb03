import * as z from 'zod';
import { Instant } from './names.ts';
import { Direction, Outcome } from './outcome.ts';

/** A verdict older than this is of no use to anyone at the door (MQTT message expiry, seconds). */
export const verdictExpirySeconds = 30;

/** The answer to a door for one sighting. `name` is for the door's display, never for its log. */
export const Verdict = z.strictObject({
  v: z.literal(1),
  passageId: z.uuidv7(),
  attempt: z.union([z.literal(1), z.literal(2)]),
  outcome: Outcome,
  name: z.string().max(200).optional(),
  direction: Direction.optional(),
  at: Instant.optional(),
  reason: z.string().max(200).optional(),
});
export type Verdict = z.infer<typeof Verdict>;
