import * as z from 'zod';
import { Overview } from '#contract/attendance.ts';
import { DayCorrection, DayFigures } from '#contract/day.ts';
import { Instant, SiteId } from '#contract/names.ts';
import { CorrectionEntry } from '../../domain/corrections/correction-log.ts';

/** Items of what is derived, as they are read back, keys and index attributes left out (items.ts has the others). */

/** An attendance day by the rules. `version` grows by one with every write and guards against lost updates. */
export const StoredResult = z.object({
  personId: z.string(),
  date: z.iso.date(),
  site: SiteId,
  timeZone: z.string(),
  version: z.int().positive(),
  /** As corrected. */
  figures: DayFigures,
  /** Only where corrections made a difference. */
  asRecorded: DayFigures.optional(),
  corrections: z.array(DayCorrection),
  lockedFrom: Instant,
  /** When the doors have said everything up to here, it can be settled, or at least say more. Absent when it is settled. */
  waitsFor: Instant.optional(),
});
export type StoredResult = z.infer<typeof StoredResult>;

/** A site's day in sums. */
export const StoredOverview = z.object({ ...Overview.shape, madeAt: Instant });
export type StoredOverview = z.infer<typeof StoredOverview>;

/** Facts whose days are not derived yet: at these instants, or on these dates. Without a person: everybody of the site. */
export const StoredStale = z.object({
  site: SiteId,
  personId: z.string().optional(),
  factId: z.string(),
  instants: z.array(Instant).optional(),
  dates: z.object({ from: z.iso.date(), to: z.iso.date() }).optional(),
  /** Differs with every writing, so that nobody takes away what was written again meanwhile. */
  token: z.string(),
  /** It was one fact about everybody of the site, such as a holiday. */
  shared: z.boolean().optional(),
});
export type StoredStale = z.infer<typeof StoredStale>;

/** That a site's date has changed since it was last looked over: its overview is old, and it may not be closed any more. */
export const StoredDue = z.object({ site: SiteId, date: z.iso.date(), token: z.string(), at: Instant });
export type StoredDue = z.infer<typeof StoredDue>;

/** How far a site's date has come: closed, or waiting until the doors have said everything up to an instant. */
export const StoredClosing = z.object({
  site: SiteId,
  date: z.iso.date(),
  lookedAt: Instant,
  /** Absent when it is closed, or when a person's day could not be derived. */
  waitsFor: Instant.optional(),
  closed: z.boolean(),
});
export type StoredClosing = z.infer<typeof StoredClosing>;

/** An entry of a log of corrections, with the site in whose list it is. Once written it is never written again. */
export const StoredCorrection = z.object({
  site: SiteId,
  entry: CorrectionEntry,
  /** Of a request: the attendance dates that it touches by the schedule of that time. */
  dates: z.array(z.iso.date()).optional(),
});
export type StoredCorrection = z.infer<typeof StoredCorrection>;

/** Searches bought in a month by one door, or by the browsers of one site. */
export const StoredUsage = z.object({
  searches: z.int().nonnegative(),
  thing: z.string().optional(),
  site: SiteId.optional(),
});
export type StoredUsage = z.infer<typeof StoredUsage>;
