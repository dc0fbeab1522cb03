import type { DayEntry, Minutes, ShiftFigures } from '#contract/day.ts';
import type { Instant } from '#contract/names.ts';
import { addDays } from '../local-time.ts';
import type { DayPlan } from '../schedule/day-plan.ts';
import type { Occurrence } from '../schedule/occurrence.ts';
import { maxOpenMinutes } from '../schedule/shift.ts';
import { instantOf, plusMinutes } from '../schedule/wall-time.ts';
import type { Attendance, Attended } from './attend.ts';
import { countMinutes, timesOf } from './count-minutes.ts';
import { entriesInOrder, entryOf } from './day-entries.ts';
import { judge } from './judge.ts';

/** The figures of one shift, or of a day without one, from the punches that belong to it. */
export const shiftFigures = (
  plan: DayPlan,
  occurrence: Occurrence,
  attendance: Attendance,
  syncedThrough: Instant | null,
  repetitions: readonly DayEntry[],
): ShiftFigures => {
  const { work, window, calendar } = occurrence;
  const isSynced = (needed: Instant): boolean => syncedThrough !== null && syncedThrough >= needed;
  const automatic = isSynced(window.to) ? automaticCheckOut(occurrence, attendance.open) : null;
  const times = timesOf(attendance, automatic);
  const counted = countMinutes(times, work, plan.halfLeave);
  // What a door could still disprove is not counted against anybody; where nothing was agreed there is no overtime.
  const minutes: Minutes = {
    ...counted,
    late: times.firstIn !== null && isSynced(times.firstIn) ? counted.late : 0,
    early: isSynced(window.to) ? counted.early : 0,
    overtime: plan.off?.why === 'unassigned' ? 0 : counted.overtime,
  };
  const { status, reasons, settled } = judge({
    occurrence,
    off: plan.off,
    halfLeave: plan.halfLeave,
    times,
    minutes,
    syncedThrough,
  });
  const isOpenForEver = (attended: Attended): boolean =>
    settled && attended === attendance.open && automatic === null;
  const entries: DayEntry[] = attendance.punches.map((attended) => ({
    ...entryOf(attended.punch),
    direction: attended.direction,
    mark: isOpenForEver(attended) ? 'missing_check_out' : attended.mark,
  }));
  if (automatic !== null) entries.push(automaticEntry(automatic, attendance.open));
  const directionOf = new Map(entries.map(({ id, direction }) => [id, direction]));
  return {
    shift:
      work === null ? null : { id: work.shift.id, name: work.shift.name, start: work.start, end: work.end },
    site: calendar.site,
    timeZone: calendar.timeZone,
    window,
    status,
    reasons: [...reasons],
    settled,
    minutes,
    firstIn: times.firstIn,
    lastOut: automatic ?? times.lastOut,
    entries: [
      ...entries,
      ...repetitions.map((entry) => ({
        ...entry,
        direction: directionOf.get(entry.suppressedBy ?? '') ?? entry.direction,
      })),
    ].sort(entriesInOrder),
  };
};

/** Where the shift closes what was left open: after the check-in, and not after more than is possible. */
const automaticCheckOut = ({ date, work, calendar }: Occurrence, open: Attended | null): Instant | null => {
  const rule = work?.shift.automaticCheckOut ?? null;
  if (work === null || rule === null || open === null) return null;
  const sameDay = rule > work.shift.start ? date : addDays(date, 1);
  const at = rule === 'shift_end' ? work.end : instantOf(sameDay, rule, calendar.timeZone, 'end');
  return at > open.punch.at && at <= plusMinutes(open.punch.at, maxOpenMinutes) ? at : null;
};

const automaticEntry = (at: Instant, open: Attended | null): DayEntry => ({
  id: `automatic-${open?.punch.id ?? ''}`,
  at,
  via: 'out',
  direction: 'out',
  origin: 'automatic',
  suppressedBy: null,
  mark: null,
});
