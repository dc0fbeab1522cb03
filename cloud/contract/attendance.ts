import * as z from 'zod';
import { DayCorrection, DayFigures, DayStatus, Minutes } from './day.ts';
import { Instant, SiteId } from './names.ts';

const PersonRef = z.strictObject({ id: z.string(), name: z.string() });

/** An attendance day as people read it. `figures` are those that count; `asRecorded` is there when corrections changed them. */
export const DayItem = z.strictObject({
  person: PersonRef,
  date: z.iso.date(),
  /** Whose calendar decides the date; a shift may be at another site. */
  site: SiteId,
  timeZone: z.string(),
  figures: DayFigures,
  asRecorded: DayFigures.nullable(),
  corrections: z.array(DayCorrection),
  /** When corrections of this day are no longer taken. */
  lockedFrom: Instant,
});
export type DayItem = z.infer<typeof DayItem>;
/** GET /attendance/days: newest date first; within a date of a site, in order of the person's id. */
export const DayPage = z.strictObject({ items: z.array(DayItem), next: z.string().nullable() });
export type DayPage = z.infer<typeof DayPage>;

/** Sums over days. `late`, `early` and so on are minutes; `lateDays` and `earlyDays` count days that have any. */
export const Totals = z.strictObject({
  people: z.int().nonnegative(),
  /** Days with a status. */
  days: z.int().nonnegative(),
  byStatus: z.record(DayStatus, z.int().nonnegative()),
  /** Of these, days that a door could still change. */
  unsettledDays: z.int().nonnegative(),
  lateDays: z.int().nonnegative(),
  earlyDays: z.int().nonnegative(),
  minutes: Minutes,
});
export type Totals = z.infer<typeof Totals>;

/** GET /attendance/overview: one site's day without a row per punch. The people behind a number are GET /attendance/days with `status`. */
export const Overview = z.strictObject({
  site: SiteId,
  date: z.iso.date(),
  timeZone: z.string(),
  totals: Totals,
  /** How many should work that day, and how many of all have been seen. */
  expected: z.int().nonnegative(),
  seen: z.int().nonnegative(),
  /** Where their last punch left them. */
  in: z.int().nonnegative(),
  out: z.int().nonnegative(),
  /** Null before it was made for the first time. */
  madeAt: Instant.nullable(),
});
export type Overview = z.infer<typeof Overview>;

export const PeriodKind = z.enum(['week', 'month']);
export type PeriodKind = z.infer<typeof PeriodKind>;

/** A calendar month (`2026-03`), or a week by ISO 8601 (`2026-W13`). Both dates included. */
export const Period = z.strictObject({
  kind: PeriodKind,
  id: z.string(),
  from: z.iso.date(),
  to: z.iso.date(),
});
export type Period = z.infer<typeof Period>;

const Difference = z.int();

/** GET /attendance/summary: a week or month of one person or of a whole site, beside the period before. */
export const SummaryAnswer = z.strictObject({
  site: SiteId,
  timeZone: z.string(),
  /** Null for a whole site; then `people` of the totals is the most on any one day. */
  person: PersonRef.nullable(),
  period: Period,
  /** The last date that is counted; before the period's end while it is not over. */
  through: z.iso.date(),
  totals: Totals,
  trend: z.strictObject({
    period: Period,
    /** The dates compared with: for a period that is not over, just as many days from its beginning. */
    through: z.iso.date(),
    totals: Totals,
    /** Now minus before. */
    change: z.strictObject({
      minutes: z.record(z.keyof(Minutes), Difference),
      byStatus: z.record(DayStatus, Difference),
      lateDays: Difference,
      earlyDays: Difference,
    }),
  }),
  /** Each date of the period up to `through`, for the chart and the table beside it. `status` is of one person only. */
  days: z.array(
    z.strictObject({
      date: z.iso.date(),
      status: DayStatus.nullable(),
      people: z.int().nonnegative(),
      minutes: Minutes,
    }),
  ),
});
export type SummaryAnswer = z.infer<typeof SummaryAnswer>;
