import type { Totals } from '#contract/attendance.ts';
import { type DayFigures, DayStatus } from '#contract/day.ts';
import { add, noMinutes } from '../day/combine-shifts.ts';
import type { LocalDate } from '../local-time.ts';

/** What of a day goes into summaries; of a `DayResult` it is `asCorrected` (or `asRecorded`, to show the difference). */
export type SummedDay = {
  readonly personId: string;
  readonly date: LocalDate;
  readonly figures: Pick<DayFigures, 'status' | 'settled' | 'minutes'>;
};

export const sumDays = (days: readonly SummedDay[]): Totals => {
  const known = days.filter(({ figures }) => figures.status !== null);
  const count = (is: (day: SummedDay) => boolean): number => known.filter(is).length;
  const byStatus = Object.fromEntries(
    DayStatus.options.map((status) => [status, count(({ figures }) => figures.status === status)]),
  ) as Record<DayStatus, number>;
  return {
    people: new Set(known.map(({ personId }) => personId)).size,
    days: known.length,
    byStatus,
    unsettledDays: count(({ figures }) => !figures.settled),
    lateDays: count(({ figures }) => figures.minutes.late > 0),
    earlyDays: count(({ figures }) => figures.minutes.early > 0),
    minutes: known.map(({ figures }) => figures.minutes).reduce(add, noMinutes),
  };
};

/** The sums of several dates; `people` is the most on any one of them, because sums do not say who is in both. */
export const addTotals = (all: readonly Totals[]): Totals =>
  all.reduce(
    (sum, totals) => ({
      people: Math.max(sum.people, totals.people),
      days: sum.days + totals.days,
      byStatus: Object.fromEntries(
        DayStatus.options.map((status) => [status, sum.byStatus[status] + totals.byStatus[status]]),
      ) as Record<DayStatus, number>,
      unsettledDays: sum.unsettledDays + totals.unsettledDays,
      lateDays: sum.lateDays + totals.lateDays,
      earlyDays: sum.earlyDays + totals.earlyDays,
      minutes: add(sum.minutes, totals.minutes),
    }),
    sumDays([]),
  );
