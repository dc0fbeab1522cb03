import type { Period, SummaryAnswer } from '#contract/attendance.ts';
import { longDate, monthHeading } from '../words/format.ts';
import { minutesWords } from '../words/minutes-words.ts';

/** `Week 48: Monday 23 November to Sunday 29 November`, or `November 2026`. */
export const periodWords = ({ kind, id, from, to }: Period): string =>
  kind === 'month' ? monthHeading(id) : `Week ${Number(id.slice(-2))}: ${longDate(from)} to ${longDate(to)}`;

/** What the figures are compared with. */
export const beforeWords = ({ period, trend }: Pick<SummaryAnswer, 'period' | 'trend'>): string =>
  trend.through < trend.period.to
    ? `the same days of the ${period.kind} before`
    : `the ${period.kind} before`;

/**
 * Whether the current period has no hours yet and no day that is certain: on a Monday morning every figure would be nought, and less
 * than before. `today` is the site's.
 */
export const hasOnlyBegun = (
  { period, totals }: Pick<SummaryAnswer, 'period' | 'totals'>,
  today: string,
): boolean => today <= period.to && totals.days === totals.unsettledDays && totals.minutes.worked === 0;

/** `1 h 30 min more than the week before`. */
export const minutesChange = (change: number, before: string): string =>
  change === 0
    ? `as much as ${before}`
    : `${minutesWords(Math.abs(change))} ${change > 0 ? 'more' : 'less'} than ${before}`;

/** `2 more than the week before`. */
export const countChange = (change: number, before: string): string =>
  change === 0
    ? `as many as ${before}`
    : `${Math.abs(change)} ${change > 0 ? 'more' : 'fewer'} than ${before}`;
