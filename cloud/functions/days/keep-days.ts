import type { Instant } from '#contract/names.ts';
import { addDays, type LocalDate } from '../../domain/local-time.ts';
import { causeName, OperatorError, whoMustAct } from '../errors.ts';
import type { Log } from '../log.ts';
import { todayAt } from '../sites/calendar-on.ts';
import type { SiteDirectory, SiteRecord } from '../sites/site-directory.ts';
import type { StoredClosing, StoredDue } from '../table/attendance-items.ts';
import { makeCatchUp } from './catch-up.ts';
import { makeClosings } from './closings.ts';
import { type DaysDeps, makeDerivePeople } from './derive-people.ts';
import { makeDueDates } from './due-dates.ts';
import { makeLookOverDate } from './look-over-date.ts';
import { indexLagMs, makeOverviews } from './overviews.ts';
import { makeSyncedThrough } from './synced-through.ts';

export type KeepDaysDeps = DaysDeps & {
  readonly sites: Pick<SiteDirectory, 'all' | 'find'>;
  readonly log: Pick<Log, 'info' | 'warn'>;
};

/** Dates that are looked for; an older one is looked at as long as it is known to be open, within a year. */
const daysBack = 14;
const openDaysBack = 366;
/** Whoever looks after the doors should know of a date that is still open this many days later. */
const overdueDays = 3;
/** Days of people that are derived between two looks at the time. */
const portion = 400;

/**
 * Keeps the days of every site: derives what facts have left out of date, looks over each date that is not closed, and closes what
 * nothing can change any more. It may be called at any time, twice at once, and be interrupted anywhere. One site's trouble stops
 * no other; it is thrown in the end, so that somebody is told.
 * @returns a function that takes how many milliseconds are left for everything, asked again and again
 */
export const makeKeepDays = (deps: KeepDaysDeps) => {
  const { table, sites, now, log } = deps;
  const derivePeople = makeDerivePeople(deps);
  const catchUp = makeCatchUp(deps, derivePeople);
  const due = makeDueDates(table, now);
  const closings = makeClosings(table);
  const overviews = makeOverviews(deps);
  const synced = makeSyncedThrough(deps);
  const lookOverDate = makeLookOverDate({ table, derivePeople, overviews, closings, now });

  const catchUpSite = async (site: string, hasTime: () => boolean) => {
    let derived = 0;
    for (;;) {
      const step = await catchUp({ site, peopleDays: portion, mostPeople: Number.POSITIVE_INFINITY });
      derived += step.derived;
      if (step.left === 0 || step.derived === 0 || !hasTime()) return { ...step, derived };
    }
  };

  const closeSite = async (record: SiteRecord, hasTime: () => boolean) => {
    const { site } = record;
    const today = todayAt(record, now());
    const first = addDays(today, -openDaysBack);
    const [known, marks, syncedThrough] = await Promise.all([
      closings.between(site.id, first, today),
      due.ofSite(site.id),
      synced.of(site.id),
    ]);
    const recent = Array.from({ length: daysBack + 1 }, (_, n) => addDays(today, -n));
    const open = known.filter(({ closed }) => !closed).map(({ date }) => date);
    const all = [...new Set([...recent, ...open])];
    const dates = datesToLookAt(
      all,
      known,
      marks.filter(({ date }) => date <= today),
      syncedThrough,
    );
    const sum = { derived: 0, failed: 0, closed: 0, left: 0 };
    for (const date of dates) {
      if (!hasTime()) {
        sum.left += 1;
        continue;
      }
      const startedMs = now();
      const looked = await lookOverDate(site, date, syncedThrough, hasTime);
      const mark = marks.find((one) => one.date === date);
      // A mark that is younger may be about something that the index does not show yet.
      if (mark !== undefined && looked.complete && Date.parse(mark.at) + indexLagMs < startedMs)
        await due.remove(mark);
      sum.derived += looked.derived;
      sum.failed += looked.failed;
      sum.closed += looked.closed ? 1 : 0;
      sum.left += looked.complete ? 0 : 1;
    }
    const closedNow = await closings.between(site.id, first, addDays(today, -overdueDays));
    const overdue = closedNow.find(({ closed }) => !closed);
    if (overdue !== undefined)
      log.warn('closing.overdue', { site: site.id, date: overdue.date, syncedThrough });
    return sum;
  };

  const keepSite = async (record: SiteRecord, hasTime: () => boolean): Promise<number> => {
    const startedMs = now();
    const caughtUp = await catchUpSite(record.site.id, hasTime);
    const closing = await closeSite(record, hasTime);
    log.info('days.kept', {
      site: record.site.id,
      derived: caughtUp.derived + closing.derived,
      closed: closing.closed,
      failed: caughtUp.failed + closing.failed,
      left: caughtUp.left + closing.left,
      ms: now() - startedMs,
    });
    return caughtUp.failed + closing.failed;
  };

  return async (leftMs: () => number): Promise<void> => {
    const failures: unknown[] = [];
    const all = await sites.all();
    for (const [n, record] of all.entries()) {
      // A big site leaves the others their share.
      const enoughMs = leftMs() - leftMs() / (all.length - n);
      try {
        const failed = await keepSite(record, () => leftMs() > enoughMs);
        if (failed > 0)
          failures.push(
            new OperatorError('days_underivable', 'the log event days.underivable names the people'),
          );
      } catch (error) {
        const thrown = whoMustAct(error);
        log.warn('days.failed', { site: record.site.id, code: thrown.code, cause: causeName(thrown) });
        failures.push(thrown);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
};

/** Dates that have changed, that were never looked over, or that the doors are far enough for now; the newest first. */
const datesToLookAt = (
  dates: readonly LocalDate[],
  closings: readonly StoredClosing[],
  marks: readonly StoredDue[],
  syncedThrough: Instant,
): readonly LocalDate[] => {
  const known = new Map(closings.map((one) => [one.date, one]));
  const open = dates.filter((date) => {
    const { closed, waitsFor = '' } = known.get(date) ?? { closed: false };
    return !closed && waitsFor <= syncedThrough;
  });
  return [...new Set([...open, ...marks.map(({ date }) => date)])].sort().toReversed();
};
