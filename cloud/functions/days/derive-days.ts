import { isDeepStrictEqual } from 'node:util';
import type { Instant, SiteId } from '#contract/names.ts';
import { lockedFrom } from '../../domain/corrections/lock.ts';
import { deriveDayResult } from '../../domain/day/derive-day-result.ts';
import { addDays, type LocalDate, localDate } from '../../domain/local-time.ts';
import { planDay, type Schedule } from '../../domain/schedule/day-plan.ts';
import { datesAffected } from '../../domain/schedule/occurrence.ts';
import { RetryLater } from '../errors.ts';
import type { StoredResult } from '../table/attendance-items.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { type Facts, readFacts } from './facts.ts';
import { hasEntries, readResults, saysNothing, storedResultOf, writeResult } from './results.ts';
import type { Rules } from './rules.ts';
import type { ScheduleOn, ScheduleReader } from './schedules.ts';
import type { SyncedThrough } from './synced-through.ts';

/** Days of one person that are to be derived: certain dates, and those that facts at certain instants touch. */
export type DaysToDerive = {
  readonly personId: string;
  readonly dates: readonly LocalDate[];
  readonly instants: readonly Instant[];
  /**
   * Nothing of the person's own has changed, only time has passed or rules for all: then a day that stays the same is not written.
   * Otherwise it always is, so that whoever derives it at the same time from less loses the race.
   */
  readonly onlyLook: boolean;
};

/** A day that was derived: what is stored now, or that nothing is. */
export type DerivedDay = {
  readonly date: LocalDate;
  readonly stored: StoredResult | null;
  /** Sites and dates of which the overview is old now: that of the day, and that to which it belonged before. */
  readonly changed: readonly { readonly site: SiteId; readonly date: LocalDate }[];
};

const maxTries = 10;
const longest = { before: 4, after: 3 };

/**
 * Derives days of a person and writes them. What is stored is read before the facts: whoever wrote from older facts meanwhile has
 * then changed the version, and whoever will write from them finds it changed. Throws OperatorError when the schedule is broken.
 */
export const makeDeriveDays = ({
  table,
  schedules,
  synced,
  now,
}: {
  readonly table: TableAccess;
  readonly schedules: ScheduleReader;
  readonly synced: SyncedThrough;
  readonly now: () => number;
}) => {
  const isHere = (date: LocalDate, schedule: Schedule): boolean =>
    date <= localDate(new Date(now()).toISOString(), planDay(date, schedule).calendar.timeZone);

  const deriveDay = async (personId: string, date: LocalDate, scheduleOn: ScheduleOn, facts: Facts) => {
    const schedule = scheduleOn(date);
    const { calendar, expected } = planDay(date, schedule);
    const sites = new Set([calendar.site, ...expected.map((one) => one.calendar.site)]);
    const instants = await Promise.all([...sites].map((site) => synced.of(site)));
    const syncedThrough = instants.reduce((a, b) => (a < b ? a : b));
    const inputs = {
      personId,
      schedule,
      punches: facts.punchesFor(date),
      corrections: facts.corrections,
      syncedThrough,
    };
    const more = { lockedFrom: lockedFrom(date, schedule), version: 1, syncedThrough };
    return storedResultOf(deriveDayResult(date, inputs), more);
  };

  /** Stores a day unless it says nothing new; null when it has changed since it was read. */
  const store = async (
    derived: StoredResult,
    before: StoredResult | undefined,
    { onlyLook, isFuture }: { readonly onlyLook: boolean; readonly isFuture: boolean },
  ): Promise<DerivedDay | null> => {
    const { date, site } = derived;
    const nothing = { date, stored: before ?? null, changed: [] };
    if (before === undefined && isFuture && !hasEntries(derived.figures)) return nothing;
    if (onlyLook) {
      if (before === undefined && saysNothing(derived)) return nothing;
      if (before !== undefined && isDeepStrictEqual({ ...derived, version: before.version }, before))
        return nothing;
    }
    const stored = { ...derived, version: (before?.version ?? 0) + 1 };
    if ((await writeResult(table, stored)) === 'raced') return null;
    const sites = new Set([site, before?.site ?? site]);
    return { date, stored, changed: [...sites].map((one) => ({ site: one, date })) };
  };

  /** Returns the days of which something is known, and none when there is no such person. */
  return async (wanted: DaysToDerive, rules: Rules): Promise<readonly DerivedDay[]> => {
    const { personId, onlyLook } = wanted;
    const span = spanOf(wanted);
    if (span === null) return [];
    const done = new Map<LocalDate, DerivedDay>();
    for (let tries = 1; tries <= maxTries; tries += 1) {
      const before = await readResults(table, personId, span);
      const scheduleOn = await schedules.ofPerson(personId, rules);
      if (scheduleOn === null) return [];
      const asked = wanted.dates.filter((date) => isHere(date, scheduleOn(date)));
      const touched = wanted.instants.flatMap((instant) => datesTouched(instant, scheduleOn));
      const dates = [...new Set([...asked, ...touched])].filter((date) => !done.has(date)).sort();
      const facts = await readFacts(table, personId, dates, scheduleOn);
      await Promise.all(
        dates.map(async (date) => {
          const derived = await deriveDay(personId, date, scheduleOn, facts);
          const isFuture = !isHere(date, scheduleOn(date));
          const day = await store(derived, before.get(date), { onlyLook, isFuture });
          if (day !== null) done.set(date, day);
        }),
      );
      if (dates.every((date) => done.has(date))) return [...done.values()];
    }
    throw new RetryLater('lost_every_race');
  };
};

/** Which dates an instant touches may depend on the calendar, and which calendar holds on the date. */
const datesTouched = (instant: Instant, scheduleOn: ScheduleOn): readonly LocalDate[] => {
  const near = [-1, 0, 1].map((days) => scheduleOn(addDays(instant.slice(0, 10), days)));
  return [...new Set(near)].flatMap((schedule) => datesAffected([instant], schedule));
};

/** All dates that can come into it: an instant touches those within three days by any clock on earth. */
const spanOf = ({
  dates,
  instants,
}: DaysToDerive): { readonly from: LocalDate; readonly to: LocalDate } | null => {
  const utcDates = instants.map((instant) => instant.slice(0, 10));
  const all = [
    ...dates,
    ...utcDates.map((date) => addDays(date, -longest.before)),
    ...utcDates.map((date) => addDays(date, longest.after)),
  ].sort();
  const [from] = all;
  const to = all.at(-1);
  return from === undefined || to === undefined ? null : { from, to };
};
