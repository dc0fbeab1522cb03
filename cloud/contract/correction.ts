import * as z from 'zod';
import { Instant, SiteId } from './names.ts';
import { Direction, DoorDirection } from './outcome.ts';

/** The punch that is to be changed, as it was recorded: what stands "before". */
const Before = z.strictObject({ id: z.string().min(1).max(64), at: Instant, via: DoorDirection });

/** What is asked for. It changes how days are derived; the punch itself stays as it is for ever. */
export const Change = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('add'), at: Instant, direction: Direction }),
  z.strictObject({ action: z.literal('void'), punch: Before }),
  z.strictObject({ action: z.literal('retime'), punch: Before, to: Instant }),
  z.strictObject({ action: z.literal('reclassify'), punch: Before, direction: Direction }),
]);
export type Change = z.infer<typeof Change>;

const Reason = z.string().trim().min(1).max(500);

/** POST /corrections. `person` is left out for one's own day. What is asked must name the punch exactly as the day shows it. */
export const NewCorrection = z.strictObject({
  person: z.string().min(1).max(64).optional(),
  change: Change,
  reason: Reason,
});
export type NewCorrection = z.infer<typeof NewCorrection>;

/** POST /corrections/{id}/decision */
export const NewDecision = z.strictObject({
  decision: z.enum(['approved', 'refused']),
  note: z.string().trim().max(500).default(''),
});
export type NewDecision = z.infer<typeof NewDecision>;

export const CorrectionState = z.enum(['waiting', 'approved', 'refused']);
export type CorrectionState = z.infer<typeof CorrectionState>;

const By = z.strictObject({
  sub: z.string(),
  person: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
});

/** A correction as people read it: who asked for what, why, and what became of it. */
export const CorrectionItem = z.strictObject({
  id: z.string(),
  person: z.strictObject({ id: z.string(), name: z.string() }),
  site: SiteId,
  timeZone: z.string(),
  /** Attendance dates that it touches, first to last. */
  dates: z.array(z.iso.date()),
  change: Change,
  reason: z.string(),
  state: CorrectionState,
  asked: z.strictObject({ by: By, at: Instant, overrodeLock: z.boolean() }),
  decided: z.strictObject({ by: By, at: Instant, note: z.string(), overrodeLock: z.boolean() }).nullable(),
});
export type CorrectionItem = z.infer<typeof CorrectionItem>;
export const CorrectionPage = z.strictObject({
  items: z.array(CorrectionItem),
  next: z.string().nullable(),
});
export type CorrectionPage = z.infer<typeof CorrectionPage>;
