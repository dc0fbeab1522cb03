import type { Totals } from '#contract/attendance.ts';
import type { DayStatus, Minutes } from '#contract/day.ts';
import { addDays, daysBetween, type LocalDate } from '../local-time.ts';
import { type Period, periodBefore } from '../schedule/period.ts';
import { type SummedDay, sumDays } from './totals.ts';

/** A period beside the one before it. */
export type Summary = {
  readonly period: Period;
  /** The last date that is counted; before the period's end while it is not over. */
  readonly through: LocalDate;
  readonly totals: Totals;
  readonly trend: {
    readonly period: Period;
    /** The dates compared with: for a period that is not over, just as many days from its beginning. */
    readonly through: LocalDate;
    readonly totals: Totals;
    /** Now minus before. */
    readonly change: {
      readonly minutes: Readonly<Record<keyof Minutes, number>>;
      readonly byStatus: Readonly<Record<DayStatus, number>>;
      readonly lateDays: number;
      readonly earlyDays: number;
    };
  };
};

/**
 * Sums a week or month of one person, or of all people of a site, against the period before.
 * @param days of both periods, in any order; days outside are left out, so that what was read generously does no harm
 * @param today on the site's calendar: an unfinished period is compared with as many days of the one before, not with all of it
 */
export const summarise = (period: Period, days: readonly SummedDay[], today: LocalDate): Summary =>
  comparePeriods(period, today, (from, to) => sumDays(days.filter(({ date }) => from <= date && date <= to)));

/** The same of sums that are already made: `totalsOf` gives those from one date to another, both included. */
export const comparePeriods = (
  period: Period,
  today: LocalDate,
  totalsOf: (from: LocalDate, to: LocalDate) => Totals,
): Summary => {
  const before = periodBefore(period);
  const through = today < period.to ? today : period.to;
  const sameDay = addDays(before.from, daysBetween(period.from, through));
  const comparedThrough = through === period.to || sameDay > before.to ? before.to : sameDay;
  const totals = totalsOf(period.from, through);
  const earlier = totalsOf(before.from, comparedThrough);
  return {
    period,
    through,
    totals,
    trend: {
      period: before,
      through: comparedThrough,
      totals: earlier,
      change: {
        minutes: difference(totals.minutes, earlier.minutes),
        byStatus: difference(totals.byStatus, earlier.byStatus),
        lateDays: totals.lateDays - earlier.lateDays,
        earlyDays: totals.earlyDays - earlier.earlyDays,
      },
    },
  };
};

const difference = <K extends string>(
  now: Readonly<Record<K, number>>,
  before: Readonly<Record<K, number>>,
): Record<K, number> => {
  const keys = Object.keys(now) as K[];
  return Object.fromEntries(keys.map((key) => [key, now[key] - before[key]])) as Record<K, number>;
};
