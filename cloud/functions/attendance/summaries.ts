import type { SummaryAnswer } from '#contract/attendance.ts';
import { noMinutes } from '../../domain/day/combine-shifts.ts';
import { addDays, daysBetween, type LocalDate } from '../../domain/local-time.ts';
import type { Period } from '../../domain/schedule/period.ts';
import { comparePeriods, summarise } from '../../domain/summary/summarise.ts';
import { addTotals } from '../../domain/summary/totals.ts';
import type { StoredOverview, StoredResult } from '../table/attendance-items.ts';

type Summarised = Pick<SummaryAnswer, 'period' | 'through' | 'totals' | 'trend' | 'days'>;

/** A period of one person, from their days of it and of the one before. */
export const summarisePerson = (
  period: Period,
  days: readonly StoredResult[],
  today: LocalDate,
): Summarised => {
  const summary = summarise(period, days, today);
  const byDate = new Map(days.map((day) => [day.date, day.figures]));
  return {
    ...summary,
    days: datesOf(summary).map((date) => {
      const { status = null, minutes = noMinutes } = byDate.get(date) ?? {};
      return { date, status, people: status === null ? 0 : 1, minutes };
    }),
  };
};

/** A period of a whole site, from the sums of its days: no day of a person is read. */
export const summariseSite = (
  period: Period,
  overviews: readonly StoredOverview[],
  today: LocalDate,
): Summarised => {
  const summary = comparePeriods(period, today, (from, to) =>
    addTotals(overviews.filter(({ date }) => from <= date && date <= to).map(({ totals }) => totals)),
  );
  const byDate = new Map(overviews.map(({ date, totals }) => [date, totals]));
  return {
    ...summary,
    days: datesOf(summary).map((date) => {
      const { people = 0, minutes = noMinutes } = byDate.get(date) ?? {};
      return { date, status: null, people, minutes };
    }),
  };
};

/** Each date of the period that is counted, oldest first. */
const datesOf = ({ period, through }: Pick<Summarised, 'period' | 'through'>): readonly LocalDate[] =>
  Array.from({ length: daysBetween(period.from, through) + 1 }, (_, n) => addDays(period.from, n));
