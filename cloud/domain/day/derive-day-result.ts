import type { Instant } from '#contract/names.ts';
import type { PunchFact } from '../attendance-day.ts';
import { type CorrectionEntry, instantsOf, readCorrections } from '../corrections/correction-log.ts';
import { addDays, type LocalDate, localDate } from '../local-time.ts';
import { type DayPlan, planDay, type Schedule } from '../schedule/day-plan.ts';
import {
  attendanceDateWithoutShift,
  isWithin,
  type Occurrence,
  occurrencesAround,
} from '../schedule/occurrence.ts';
import { maxOpenMinutes } from '../schedule/shift.ts';
import { instantOf, plusMinutes } from '../schedule/wall-time.ts';
import { type Attendance, type Attended, attend } from './attend.ts';
import { combineShifts } from './combine-shifts.ts';
import { countMinutes, timesOf } from './count-minutes.ts';
import { type CountedPunches, type CountingPunch, countCorrected, countRecorded } from './counting-punches.ts';
import type { DayEntry, DayFigures, DayResult, Minutes, ShiftFigures } from './figures.ts';
import { judge } from './judge.ts';

/** All that a day rests on. Lists may be in any order and hold more than is needed, and anything twice. */
export type DayInputs = {
  readonly personId: string;
  readonly schedule: Schedule;
  /** At least those between the instants of `factsNeeded`. */
  readonly punches: readonly PunchFact[];
  /** The person's log of corrections: at least those that are about an instant between the same two. */
  readonly corrections: readonly CorrectionEntry[];
  /**
   * The lowest instant up to which every door of the site has said everything: now for a site without doors (or when all are
   * connected and have delivered), null when a door has never been heard of.
   */
  readonly syncedThrough: Instant | null;
};

/**
 * Derives a person's attendance day by the rules of their schedule, as recorded and as corrected. It depends on nothing else, so
 * doing it again, whenever and in whatever order things arrived, gives the same; what a human decided is part of what it rests on.
 */
export const deriveDayResult = (date: LocalDate, inputs: DayInputs): DayResult => {
  const { personId, schedule } = inputs;
  const plan = planDay(date, schedule);
  const { site, timeZone, duplicatePunchMinutes } = plan.calendar;
  const occurrences = occurrencesAround(date, schedule);
  const corrections = readCorrections(inputs.corrections);
  const recorded = countRecorded(inputs.punches, duplicatePunchMinutes);
  const corrected = countCorrected(recorded, corrections, duplicatePunchMinutes);
  const figures = (punches: CountedPunches) => deriveFigures(plan, occurrences, punches, inputs);

  const windows = occurrences.filter((one) => one.date === date).map(({ window }) => window);
  const isHere = (instant: Instant): boolean =>
    localDate(instant, timeZone) === date || windows.some((window) => isWithin(instant, window));
  return {
    personId,
    date,
    site,
    timeZone,
    asRecorded: figures(recorded),
    asCorrected: figures(corrected),
    corrections: corrections
      .filter(({ change }) => instantsOf(change).some(isHere))
      .map(({ id, change, state }) => ({ id, action: change.action, state })),
  };
};

const deriveFigures = (
  plan: DayPlan,
  occurrences: readonly Occurrence[],
  { counting, suppressed }: CountedPunches,
  { schedule, syncedThrough }: DayInputs,
): DayFigures => {
  const { attendance, outside } = attend(occurrences, counting);
  const isToday = (punch: CountingPunch): boolean =>
    attendanceDateWithoutShift(punch.at, schedule) === plan.date;
  const repetitionsOf = (ids: ReadonlySet<string>): readonly DayEntry[] =>
    suppressed
      .filter(({ by }) => ids.has(by.id))
      .map(({ punch, by }) => ({ ...entryOf(punch), suppressedBy: by.id }));

  const shifts = occurrences.flatMap((occurrence) => {
    const own = attendance.get(occurrence);
    if (occurrence.date !== plan.date || own === undefined) return [];
    return [shiftFigures(plan, occurrence, own, syncedThrough, repetitionsOf(idsOf(own.punches)))];
  });
  const shown = outside.filter(isToday);
  const outsideEntries = [
    ...shown.map((punch) => ({ ...entryOf(punch), mark: 'outside_window' as const })),
    ...repetitionsOf(new Set(shown.map(({ id }) => id))),
  ];
  return combineShifts(shifts, outsideEntries.sort(inOrder));
};

const shiftFigures = (
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
      work === null
        ? null
        : { id: work.shift.id, name: work.shift.name, start: work.start, end: work.end },
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
    ].sort(inOrder),
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

/** A punch outside all windows has no direction but its door's; `in` stands for one that alternates. */
const entryOf = ({ id, at, via, origin }: CountingPunch): DayEntry => ({
  id,
  at,
  via,
  direction: via === 'auto' ? 'in' : via,
  origin,
  suppressedBy: null,
  mark: null,
});

const idsOf = (attended: readonly Attended[]): ReadonlySet<string> =>
  new Set(attended.map(({ punch }) => punch.id));

const inOrder = (a: DayEntry, b: DayEntry): number =>
  a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1;
