import type { Person } from '#contract/api.ts';
import { lockedFrom } from '../../cloud/domain/corrections/lock.ts';
import { deriveDayResult } from '../../cloud/domain/day/derive-day-result.ts';
import { addDays, type LocalDate, localDate } from '../../cloud/domain/local-time.ts';
import { Assignment, Leave } from '../../cloud/domain/schedule/assignment.ts';
import type { Schedule } from '../../cloud/domain/schedule/day-plan.ts';
import { factsNeeded } from '../../cloud/domain/schedule/occurrence.ts';
import type { Shift } from '../../cloud/domain/schedule/shift.ts';
import type { HolidayList, SiteCalendar } from '../../cloud/domain/schedule/site-calendar.ts';
import { weekdayOf } from '../../cloud/domain/schedule/wall-time.ts';
import type { Site } from '../../cloud/domain/site.ts';
import { saysNothing, storedResultOf } from '../../cloud/functions/days/results.ts';
import { attend } from '../../cloud/functions/punches/attendance.ts';
import type { StoredResult } from '../../cloud/functions/table/attendance-items.ts';
import type { StoredDay, StoredPunch } from '../../cloud/functions/table/items.ts';
import type { StoredAssignment, StoredLeave } from '../../cloud/functions/table/schedule-items.ts';
import { makeRandom } from '../../device/camera/replay/random.ts';
import { demoHours, type Habit, habitOf, passagesOn } from './demo-habits.ts';

const weeks = 4;
const seed = 11;

/** The Monday with which the demo's weeks begin. @param nowMs epoch milliseconds */
export const firstDemoDate = (nowMs: number, timeZone: string): LocalDate => {
  const today = localDate(new Date(nowMs).toISOString(), timeZone);
  return addDays(today, 1 - weekdayOf(today) - 7 * weeks);
};

/** What everybody's weeks are judged by. */
export type DemoRules = {
  readonly site: Site;
  readonly calendar: SiteCalendar;
  readonly shifts: Readonly<Record<Habit['shift'], Shift>>;
  readonly holidays: HolidayList;
  readonly door: { readonly thing: string; readonly name: string };
  /** Epoch milliseconds. */
  readonly nowMs: number;
};

/** Some weeks of one person, up to yesterday. */
export type DemoWeeks = {
  readonly assignment: StoredAssignment;
  readonly leaves: readonly StoredLeave[];
  readonly punches: readonly StoredPunch[];
  readonly days: readonly StoredDay[];
  readonly results: readonly StoredResult[];
};

/** Works out a person's weeks by the product's own rules. The same for the same place in the list, date and rules. */
export const createDemoWeeks = (person: Person, place: number, rules: DemoRules): DemoWeeks => {
  const { site, nowMs } = rules;
  const now = new Date(nowMs).toISOString();
  const from = firstDemoDate(nowMs, site.timeZone);
  const today = localDate(now, site.timeZone);
  const dates = Array.from({ length: 7 * (weeks + 1) }, (_, n) => addDays(from, n)).filter(
    (date) => date < today,
  );
  const { shift } = habitOf(place);
  const own = { id: `${person.id}.demo`, personId: person.id };
  const assignment = {
    ...Assignment.parse({
      ...own,
      ...{ shift: rules.shifts[shift].id, site: site.id, from, to: null },
      weekdays: [...demoHours[shift].weekdays],
    }),
    ...{ version: 1, createdAt: now },
  };
  const leaves = leavesOf(place, from).map((leave) => ({
    ...Leave.parse({ ...own, ...leave }),
    ...{ site: site.id, createdAt: now },
  }));
  const schedule: Schedule = {
    homeSite: site.id,
    calendars: [rules.calendar],
    holidayLists: [rules.holidays],
    shifts: Object.values(rules.shifts),
    assignments: [assignment],
    leaves,
  };
  const isAway = (date: LocalDate): boolean =>
    rules.holidays.holidays.some((one) => one.date === date) ||
    leaves.some((one) => one.from <= date && date <= one.to);
  const { punches, days } = walk(
    person,
    place,
    rules,
    dates.filter((date) => !isAway(date)),
  );
  const results = dates
    .map((date) => {
      const needed = factsNeeded(date, schedule);
      const facts = punches.filter(({ at }) => needed.from <= at && at <= needed.to);
      const inputs = { personId: person.id, schedule, punches: facts, corrections: [], syncedThrough: now };
      const more = { lockedFrom: lockedFrom(date, schedule), version: 1, syncedThrough: now };
      return storedResultOf(deriveDayResult(date, inputs), more);
    })
    .filter((result) => !saysNothing(result));
  return { assignment, leaves, punches, days, results };
};

/** The date on which the first of the people forgot to check out. */
export const forgottenDate = (nowMs: number, timeZone: string): LocalDate => {
  const today = localDate(new Date(nowMs).toISOString(), timeZone);
  return addDays(today, weekdayOf(today) === 1 ? -3 : weekdayOf(today) === 7 ? -2 : -1);
};

/** Punches as the door would have made them, and the days that ingest would have written. */
const walk = (
  person: Person,
  place: number,
  { site, door, nowMs }: DemoRules,
  dates: readonly LocalDate[],
): Pick<DemoWeeks, 'punches' | 'days'> => {
  const random = makeRandom(seed + place);
  const forgotten = forgottenDate(nowMs, site.timeZone);
  const passages = dates.flatMap((date) => {
    const instants = passagesOn(date, habitOf(place), site.timeZone, random);
    return place === 0 && date === forgotten ? instants.slice(0, 1) : instants;
  });
  const days = new Map<LocalDate, StoredDay | null>();
  const punches: StoredPunch[] = [];
  for (const at of passages.filter((instant) => Date.parse(instant) < nowMs)) {
    const around = [-1, 0, 1].map((more) => addDays(localDate(at, site.timeZone), more));
    for (const date of around) if (!days.has(date)) days.set(date, null);
    const facts = {
      ...{ id: `demo-${place}-${Date.parse(at)}`, personId: person.id, at },
      ...{ via: 'auto' as const, source: 'door' as const, door },
    };
    const attendance = attend(facts, days, site);
    if (typeof attendance === 'string' || 'unread' in attendance)
      throw new Error('the demo’s weeks cannot be worked out; mend scripts/start/demo-habits.ts');
    for (const day of attendance.days) days.set(day.date, day);
    punches.push(attendance.punch);
  }
  return { punches, days: [...days.values()].filter((day) => day !== null) };
};

/** Who has leave, by their place in the list of people. */
const leavesOf = (place: number, from: LocalDate): readonly Pick<Leave, 'from' | 'to' | 'kind'>[] => {
  if (place === 1) return [{ from: addDays(from, 21), to: addDays(from, 23), kind: 'annual' }];
  return place === 3 ? [{ from: addDays(from, 10), to: addDays(from, 10), kind: 'training' }] : [];
};
