import type { DayEntry, DayFigures, DayStatus, Minutes, Reason, ShiftFigures } from '#contract/day.ts';
import { entriesInOrder } from './day-entries.ts';

/**
 * A day of all its shifts. Nothing is said of the day before every shift is certain of it: what is missing or pending in one is
 * missing or pending in the day, a shift missed beside one worked makes half a day, and lateness and early exits add up.
 */
export const combineShifts = (shifts: readonly ShiftFigures[], outside: readonly DayEntry[]): DayFigures => {
  const statuses = shifts.map(({ status }) => status);
  const last = shifts
    .flatMap((one) => one.entries)
    .filter(counts)
    .sort(entriesInOrder)
    .at(-1);
  return {
    status: combineStatuses(statuses),
    reasons: shifts.flatMap(({ reasons }): Reason[] => reasons),
    settled: shifts.every(({ settled }) => settled),
    minutes: shifts.map(({ minutes }) => minutes).reduce(add, noMinutes),
    firstIn: shifts.find(({ firstIn }) => firstIn !== null)?.firstIn ?? null,
    lastOut: shifts.findLast(({ lastOut }) => lastOut !== null)?.lastOut ?? null,
    presence: last === undefined ? null : { direction: last.direction, since: last.at },
    shifts: [...shifts],
    outside: [...outside],
  };
};

const combineStatuses = (statuses: readonly (DayStatus | null)[]): DayStatus | null => {
  const [first = null] = statuses;
  if (statuses.every((status) => status === first)) return first;
  const some = (...wanted: readonly DayStatus[]): boolean =>
    statuses.some((status) => status !== null && wanted.includes(status));
  if (some('missing_check_out')) return 'missing_check_out';
  if (some('pending_sync')) return 'pending_sync';
  if (some('absent', 'half_day')) return 'half_day';
  const late = some('late', 'late_and_early');
  const early = some('early_exit', 'late_and_early');
  if (late) return early ? 'late_and_early' : 'late';
  return early ? 'early_exit' : 'present';
};

const counts = ({ suppressedBy, origin, mark }: DayEntry): boolean =>
  suppressedBy === null && origin !== 'automatic' && mark !== 'in_while_in';

export const noMinutes: Minutes = { worked: 0, expected: 0, late: 0, early: 0, overtime: 0, break: 0 };

/** The sum of minutes, kind by kind. */
export const add = (a: Minutes, b: Minutes): Minutes => ({
  worked: a.worked + b.worked,
  expected: a.expected + b.expected,
  late: a.late + b.late,
  early: a.early + b.early,
  overtime: a.overtime + b.overtime,
  break: a.break + b.break,
});
