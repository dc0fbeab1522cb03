import type { DayEntry, ShiftFigures } from '#contract/day.ts';
import type { Instant } from '#contract/names.ts';
import { localTimeWithOffset } from '../../domain/local-time.ts';
import type { StoredResult } from '../table/attendance-items.ts';
import type { StoredPerson, StoredPunch } from '../table/items.ts';
import type { PayrollRow } from './payroll-columns.ts';

/** The row of each shift of a day, in order. */
export const payrollRows = (
  day: StoredResult,
  person: StoredPerson | undefined,
  punches: ReadonlyMap<string, StoredPunch>,
): readonly PayrollRow[] => day.figures.shifts.map((shift) => payrollRow(day, shift, person, punches));

/** The punches that a day's rows say the source of: those that nobody added or moved. */
export const sourcePunches = ({ figures }: StoredResult): readonly DayEntry[] =>
  figures.shifts.flatMap((shift) =>
    [firstIn(shift), lastOut(shift)].flatMap((entry) =>
      entry?.origin === 'recorded' || entry?.origin === 'reclassified' ? [entry] : [],
    ),
  );

const payrollRow = (
  day: StoredResult,
  shift: ShiftFigures,
  person: StoredPerson | undefined,
  punches: ReadonlyMap<string, StoredPunch>,
): PayrollRow => {
  const { minutes } = shift;
  const time = (instant: Instant | null | undefined): string | null =>
    instant == null ? null : localTimeWithOffset(instant, shift.timeZone);
  const decided = day.corrections.filter(({ state }) => state === 'approved');
  return {
    employee_no: person?.number ?? null,
    name: person?.name ?? null,
    // People have no department yet; the column keeps its place.
    department: null,
    site: shift.site,
    shift: shift.shift?.name ?? null,
    attendance_date: day.date,
    shift_start: time(shift.shift?.start),
    shift_end: time(shift.shift?.end),
    in_time: time(shift.firstIn),
    out_time: time(shift.lastOut),
    worked_minutes: minutes.worked,
    expected_minutes: minutes.expected,
    late_by_minutes: minutes.late,
    early_by_minutes: minutes.early,
    status: shift.status,
    flags: flagsOf(day, shift).join(' '),
    corrected: day.asRecorded === undefined ? 'N' : 'Y',
    correction_ids: decided.map(({ id }) => id).join(' '),
    source_in: sourceOf(firstIn(shift), punches),
    source_out: sourceOf(lastOut(shift), punches),
    confidence_in: confidenceOf(firstIn(shift), punches),
    overtime_minutes: minutes.overtime,
    break_minutes: minutes.break,
    settled: shift.settled ? 'Y' : 'N',
  };
};

const firstIn = ({ entries, firstIn: at }: ShiftFigures): DayEntry | undefined =>
  entries.find((entry) => entry.at === at && entry.direction === 'in' && entry.suppressedBy === null);
const lastOut = ({ entries, lastOut: at }: ShiftFigures): DayEntry | undefined =>
  entries.findLast((entry) => entry.at === at && entry.direction === 'out' && entry.suppressedBy === null);

/** What somebody should look at before paying, each once and always in the same order. */
const flagsOf = ({ figures }: StoredResult, shift: ShiftFigures): readonly string[] => {
  const entries = [...shift.entries, ...figures.outside];
  const flags = entries.flatMap(({ mark, origin }) => [
    ...(mark === null ? [] : [mark]),
    ...(origin === 'automatic' ? ['auto_check_out'] : []),
  ]);
  const reasons = shift.reasons.flatMap(({ code }) => (code === 'clock_change' ? [code] : []));
  return [...new Set([...flags, ...reasons])].sort();
};

/** A time that a human decided is `manual`, whatever the punch was; `automatic` is the closed day's. */
const sourceOf = (entry: DayEntry | undefined, punches: ReadonlyMap<string, StoredPunch>): string | null => {
  if (entry === undefined) return null;
  if (entry.origin === 'added' || entry.origin === 'retimed') return 'manual';
  if (entry.origin === 'automatic') return 'automatic';
  return punches.get(entry.id)?.source ?? null;
};

const confidenceOf = (
  entry: DayEntry | undefined,
  punches: ReadonlyMap<string, StoredPunch>,
): number | null =>
  entry === undefined || entry.origin === 'retimed' ? null : (punches.get(entry.id)?.similarity ?? null);
