import * as z from 'zod';
import { Totals } from '#contract/attendance.ts';
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
});
export type StoredResult = z.infer<typeof StoredResult>;

/** A site's day in sums. */
export const StoredOverview = z.object({
  site: SiteId,
  date: z.iso.date(),
  timeZone: z.string(),
  totals: Totals,
  expected: z.int().nonnegative(),
  seen: z.int().nonnegative(),
  in: z.int().nonnegative(),
  out: z.int().nonnegative(),
  madeAt: Instant,
});
export type StoredOverview = z.infer<typeof StoredOverview>;

/** Facts whose days are not derived yet: at these instants, or on these dates. Without a person: everybody of the site. */
export const StoredStale = z.object({
  site: SiteId,
  personId: z.string().optional(),
  factId: z.string(),
  instants: z.array(Instant).optional(),
  dates: z.object({ from: z.iso.date(), to: z.iso.date() }).optional(),
});
export type StoredStale = z.infer<typeof StoredStale>;

/** An entry of a log of corrections, with the site where its list is. */
export const StoredCorrection = z.object({ site: SiteId, entry: CorrectionEntry });
export type StoredCorrection = z.infer<typeof StoredCorrection>;

/** Searches bought in a month by one door, or by the browsers of one site. */
export const StoredUsage = z.object({
  searches: z.int().nonnegative(),
  thing: z.string().optional(),
  site: SiteId.optional(),
});
export type StoredUsage = z.infer<typeof StoredUsage>;
