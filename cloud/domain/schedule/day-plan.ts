import type { SiteId } from '#contract/names.ts';
import type { LocalDate } from '../local-time.ts';
import type { Assignment, Leave } from './assignment.ts';
import type { Shift } from './shift.ts';
import type { HolidayList, SiteCalendar } from './site-calendar.ts';
import { type Weekday, weekdayOf } from './wall-time.ts';

/** Everything by which one person's days are judged: their own assignments and leaves, and what these refer to. */
export type Schedule = {
  /** Where the person belongs on dates that no assignment covers. */
  readonly homeSite: SiteId;
  readonly calendars: readonly SiteCalendar[];
  readonly holidayLists: readonly HolidayList[];
  readonly shifts: readonly Shift[];
  readonly assignments: readonly Assignment[];
  readonly leaves: readonly Leave[];
};

/** A shift on a date, in the calendar of the site where it is worked. */
export type PlannedShift = { readonly shift: Shift; readonly calendar: SiteCalendar };

/** Why nobody expects the person on a date. */
export type DayOff =
  | { readonly why: 'holiday'; readonly name: string; readonly list: string }
  | { readonly why: 'weekly_off'; readonly weekday: Weekday; readonly by: 'site' | 'assignment' }
  | { readonly why: 'on_leave'; readonly leave: Leave }
  | { readonly why: 'unassigned' };

export type DayPlan = {
  readonly date: LocalDate;
  /** Of the site to which the date belongs when no shift decides. */
  readonly calendar: SiteCalendar;
  /** The shifts to be worked; none on a day off. */
  readonly expected: readonly PlannedShift[];
  /** The shifts that would be worked if the day were not off. */
  readonly usual: readonly PlannedShift[];
  readonly off: DayOff | null;
  /** Leave for half of a working day. */
  readonly halfLeave: Leave | null;
};

/** What is planned for a person on a date. A holiday comes before a weekly day off, and both before leave. */
export const planDay = (date: LocalDate, schedule: Schedule): DayPlan => {
  const weekday = weekdayOf(date);
  const covering = schedule.assignments
    .filter((one) => covers(one, date))
    .sort((a, b) => compare(a.from, b.from) || compare(a.id, b.id));
  const calendar = calendarOf(schedule, covering.at(-1)?.site ?? schedule.homeSite);
  const planned = covering.map((assignment) => ({
    assignment,
    shift: shiftOf(schedule, assignment),
    calendar: calendarOf(schedule, assignment.site),
  }));
  const usual = planned.filter(({ assignment }) => assignment.weekdays?.includes(weekday) ?? true);
  const notHoliday = usual.filter(
    (one) => one.shift.worksOnHolidays || holidayOn(date, one.calendar, schedule) === null,
  );
  const working = notHoliday.filter(
    ({ assignment, calendar: { weeklyDaysOff } }) =>
      assignment.weekdays !== null || !weeklyDaysOff.includes(weekday),
  );
  const leave = schedule.leaves.filter((one) => covers(one, date)).sort((a, b) => compare(a.id, b.id));
  const dayLeave = leave.find(({ part }) => part === 'day');

  const off = (): DayOff | null => {
    if (covering.length === 0) return { why: 'unassigned' };
    const holiday = holidayOn(date, calendar, schedule);
    if (holiday !== null && notHoliday.length === 0) return holiday;
    if (working.length === 0) {
      return { why: 'weekly_off', weekday, by: usual.length === 0 ? 'assignment' : 'site' };
    }
    return dayLeave === undefined ? null : { why: 'on_leave', leave: dayLeave };
  };
  const reason = off();
  return {
    date,
    calendar,
    expected: reason === null ? working : [],
    usual,
    off: reason,
    halfLeave: reason === null ? (leave[0] ?? null) : null,
  };
};

type Dated = { readonly from: LocalDate; readonly to: LocalDate | null };
const covers = ({ from, to }: Dated, date: LocalDate): boolean => from <= date && (to === null || date <= to);

const holidayOn = (
  date: LocalDate,
  calendar: SiteCalendar,
  { holidayLists }: Schedule,
): Extract<DayOff, { why: 'holiday' }> | null => {
  for (const { id, holidays } of holidayLists) {
    if (!calendar.holidayLists.includes(id)) continue;
    const holiday = holidays.find((one) => one.date === date);
    if (holiday !== undefined) return { why: 'holiday', name: holiday.name, list: id };
  }
  return null;
};

const calendarOf = ({ calendars }: Schedule, site: SiteId): SiteCalendar => {
  const calendar = calendars.find((one) => one.site === site);
  if (calendar === undefined) throw new Error(`site ${site} has no calendar; give it one`);
  return calendar;
};

const shiftOf = ({ shifts }: Schedule, { id, shift }: Assignment): Shift => {
  const found = shifts.find((one) => one.id === shift);
  if (found === undefined)
    throw new Error(`assignment ${id} names shift ${shift}, which is not there; mend it`);
  return found;
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
