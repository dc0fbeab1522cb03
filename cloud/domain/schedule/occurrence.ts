import type { Instant } from '#contract/names.ts';
import { addDays, type LocalDate } from '../local-time.ts';
import { type DayPlan, type PlannedShift, planDay, type Schedule } from './day-plan.ts';
import { lengthMinutes, minutesInto, type Shift } from './shift.ts';
import type { SiteCalendar } from './site-calendar.ts';
import { instantOf, plusMinutes } from './wall-time.ts';

/**
 * A stretch of time whose punches make up one attendance date, or a part of it: a shift with its windows, or the whole of a day on
 * which no shift is expected. The date is the local one on which the shift starts.
 */
export type Occurrence = {
  readonly date: LocalDate;
  readonly calendar: SiteCalendar;
  /** Null where nothing is expected: then every punch of the day counts as it is. */
  readonly work: ShiftHours | null;
  /** Punches from `from` to before `to` belong here, as far as windows do not overlap. */
  readonly window: { readonly from: Instant; readonly to: Instant };
};

/** A shift resolved to instants. */
export type ShiftHours = {
  readonly shift: Shift;
  readonly start: Instant;
  readonly end: Instant;
  readonly breaks: readonly { readonly from: Instant; readonly to: Instant; readonly paid: boolean }[];
  /** How much longer (or, negative, shorter) than on the wall clock the shift really is, where clocks change in it. */
  readonly clockChangeMinutes: number;
};

/** Shifts closer to each other than this may be worked in one go, so an open check-in still waits for its check-out. */
const handoverMinutes = 4 * 60;

/**
 * A day is decided by its own windows and those around it: with the two days before, a check-out is not taken for a check-in of the
 * shift that follows, and the day after cuts the window short.
 */
const daysBefore = 2;
const daysAfter = 1;

/** The stretches that matter for one attendance date, in order, with windows cut where another one begins. */
export const occurrencesAround = (date: LocalDate, schedule: Schedule): readonly Occurrence[] =>
  cutWindows(
    Array.from({ length: daysBefore + 1 + daysAfter }, (_, n) => addDays(date, n - daysBefore)).flatMap(
      (one) => occurrencesOf(planDay(one, schedule), schedule),
    ),
  );

const occurrencesOf = (plan: DayPlan, schedule: Schedule): readonly Occurrence[] =>
  plan.off === null ? plan.expected.map((planned) => shiftOn(plan.date, planned)) : [dayOff(plan, schedule)];

/** Resolves a shift on a date in its site's zone. */
export const shiftOn = (date: LocalDate, { shift, calendar }: PlannedShift): Occurrence => {
  const { timeZone } = calendar;
  const start = instantOf(date, shift.start, timeZone, 'start');
  const end = instantOf(dateOf(date, shift, shift.end), shift.end, timeZone, 'end');
  const breaks = shift.breaks.map((one) => {
    const from = instantOf(dateOf(date, shift, one.start), one.start, timeZone, 'start');
    return { from, to: plusMinutes(from, one.minutes), paid: one.paid };
  });
  const elapsedMinutes = (Date.parse(end) - Date.parse(start)) / 60_000;
  return {
    date,
    calendar,
    work: { shift, start, end, breaks, clockChangeMinutes: elapsedMinutes - lengthMinutes(shift) },
    window: {
      from: plusMinutes(start, -shift.windowBeforeMinutes),
      to: plusMinutes(end, shift.windowAfterMinutes),
    },
  };
};

/** The date on which a shift that began on `date` reaches a wall time. */
const dateOf = (date: LocalDate, shift: Shift, time: string): LocalDate =>
  time > shift.start || minutesInto(shift, time) === 0 ? date : addDays(date, 1);

/** A day off ends where the usual shift of whoever works at night would end, and the next one begins there. */
const dayOff = (plan: DayPlan, schedule: Schedule): Occurrence => {
  const before = planDay(addDays(plan.date, -1), schedule);
  return {
    date: plan.date,
    calendar: plan.calendar,
    work: null,
    window: {
      from: later(dayStart(plan.date, plan.calendar), before.off === null ? '' : usualEnd(before)),
      to: later(dayStart(addDays(plan.date, 1), plan.calendar), usualEnd(plan)),
    },
  };
};

const dayStart = (date: LocalDate, { dayChangesAt, timeZone }: SiteCalendar): Instant =>
  instantOf(date, dayChangesAt, timeZone, 'start');

/** Where the windows of the shifts usual on that weekday end; empty, which is before every instant, when there are none. */
const usualEnd = (plan: DayPlan): Instant =>
  plan.usual.map((planned) => shiftOn(plan.date, planned).window.to).reduce(later, '');

/**
 * Cuts windows that overlap. A shift's window begins when the shift before it has ended, and ends where the next one's begins, unless
 * both may be worked in one go: then they overlap, and an open check-in decides (`attend.ts`). A day off yields to shifts.
 */
const cutWindows = (occurrences: readonly Occurrence[]): readonly Occurrence[] => {
  const cut = [...occurrences].sort((a, b) =>
    startOf(a) < startOf(b) ? -1 : startOf(a) > startOf(b) ? 1 : 0,
  );
  for (let n = 1; n < cut.length; n += 1) {
    const earlier = cut[n - 1];
    const next = cut[n];
    if (earlier === undefined || next === undefined) continue;
    const from = later(next.window.from, earlier.work?.end ?? '');
    const together = earlier.work !== null && mayFollow(earlier.work, next.work);
    const to = together || earlier.window.to < next.window.from ? earlier.window.to : from;
    cut[n] = { ...next, window: { ...next.window, from } };
    cut[n - 1] = { ...earlier, window: { ...earlier.window, to } };
  }
  return cut;
};

const mayFollow = (earlier: ShiftHours, next: ShiftHours | null): boolean =>
  next === null || Date.parse(next.start) - Date.parse(earlier.end) < handoverMinutes * 60_000;

const startOf = ({ work, window }: Occurrence): Instant => work?.start ?? window.from;

const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);

/** The instants between which punches (and corrections of them) can matter for an attendance date. */
export const factsNeeded = (
  date: LocalDate,
  schedule: Schedule,
): { readonly from: Instant; readonly to: Instant } => {
  const windows = occurrencesAround(date, schedule).map(({ window }) => window);
  const ends = [
    ...windows.map(({ from }) => from),
    ...windows.map(({ to }) => to),
    ...[-daysBefore, daysAfter + 1].map((days) =>
      dayStart(addDays(date, days), planDay(date, schedule).calendar),
    ),
  ].sort();
  // A duplicate period (at most an hour) looks a little further.
  return { from: plusMinutes(ends[0] ?? '', -60), to: plusMinutes(ends.at(-1) ?? '', 60) };
};

/**
 * The attendance dates that punches or corrections at these instants can change: those into whose windows they fall, those whose
 * windows overlap with these, and the local date, on which a punch outside all windows is shown.
 */
export const datesAffected = (instants: readonly Instant[], schedule: Schedule): readonly LocalDate[] => {
  const dates = new Set<LocalDate>();
  for (const instant of instants) {
    const local = attendanceDateWithoutShift(instant, schedule);
    dates.add(local);
    const around = [addDays(local, -1), addDays(local, 1)].flatMap((date) =>
      occurrencesAround(date, schedule),
    );
    const touched = new Set(around.filter(({ window }) => isWithin(instant, window)));
    // Sets grow while they are walked through, so an overlap is followed to its end.
    for (const one of touched) {
      dates.add(one.date);
      for (const other of around) {
        if (one.window.from < other.window.to && other.window.from < one.window.to) touched.add(other);
      }
    }
  }
  return [...dates].sort();
};

export const isWithin = (instant: Instant, window: Occurrence['window']): boolean =>
  window.from <= instant && instant < window.to;

/** The date on which a punch is shown that belongs to no shift: the local one of the person's site, from one day change to the next. */
export const attendanceDateWithoutShift = (instant: Instant, schedule: Schedule): LocalDate => {
  const guess = instant.slice(0, 10);
  // Zones reach from UTC−12 to UTC+14 and days change at most 24 hours late, so it is one of these.
  const dates = [1, 0, -1, -2].map((days) => addDays(guess, days));
  const found = dates.find((date) => dayStart(date, planDay(date, schedule).calendar) <= instant);
  if (found === undefined)
    throw new Error(`no date found for ${instant}; the schedule's zones contradict each other`);
  return found;
};
