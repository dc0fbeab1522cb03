import { addDays } from '../../domain/local-time.ts';
import { periodBefore, periodOf } from '../../domain/schedule/period.ts';
import { sumDays } from '../../domain/summary/totals.ts';
import type { Access } from '../api/authorise.ts';
import { toPage } from '../api/cursor.ts';
import { endpoint } from '../api/endpoint.ts';
import { attendanceOperations as operations } from '../api/operations/attendance.ts';
import { Refusal } from '../api/refusal.ts';
import type { DayKeeper } from '../days/day-keeper.ts';
import { saysNothing } from '../days/results.ts';
import { todayAt } from '../sites/calendar-on.ts';
import type { StoredOverview } from '../table/attendance-items.ts';
import { datesBetween } from './date-range.ts';
import { toDayItem } from './day-item.ts';
import { readPersonDays, readSiteDays } from './day-pages.ts';
import { personRef } from './presentation.ts';
import type { Results } from './results.ts';
import { makeSubjects, mayShow, type Subject, type SubjectsDeps } from './subjects.ts';
import { summarisePerson, summariseSite } from './summaries.ts';

export type DayDeps = SubjectsDeps & {
  readonly results: Results;
  readonly keeper: Pick<DayKeeper, 'refresh'>;
  /** The sums of a site's date with what has come in since they were made; null when there are none yet. */
  readonly freshOverview: (site: string, date: string) => Promise<StoredOverview | null>;
  /** Epoch milliseconds. */
  readonly now: () => number;
};

/** Without `from` a list of days reaches this far back. */
const defaultDays = 31;
/** Each date of a site is a query; a person's days are one. */
const maxDays = { site: 62, person: 366 };
/** Two months, and one day too many. */
const maxDaysOfTwoPeriods = 63;

/** Attendance days, and what weeks, months and sites come to. What has come in since is derived before anything is read. */
export const makeDayEndpoints = ({ records, sites, results, keeper, freshOverview, now }: DayDeps) => {
  const subjects = makeSubjects({ records, sites });

  const refresh = async ({ caller: _, reach, link }: Access, { person, record }: Subject): Promise<void> => {
    if (person === null) {
      await keeper.refresh(record.site.id);
      return;
    }
    // What happened at another site waits there.
    const elsewhere = reach === 'self' ? link.sites : [];
    const all = [...new Set([record.site.id, ...elsewhere])];
    await Promise.all(all.map((site) => keeper.refresh(site, person.id)));
  };

  return {
    days: endpoint(operations.days, async ({ access, query }) => {
      const subject = await subjects.subject(access, query);
      const { person, record } = subject;
      const to = query.to ?? todayAt(record, now());
      const dates = datesBetween(
        query.from ?? addDays(to, 1 - defaultDays),
        to,
        person === null ? maxDays.site : maxDays.person,
      );
      await refresh(access, subject);
      const page = { dates, after: query.cursor ?? null, limit: query.limit };
      const { items, next } =
        person === null
          ? await readSiteDays(results, record.site.id, { ...page, status: query.status })
          : await readPersonDays(
              results,
              person.id,
              page,
              (day) =>
                mayShow(access, query.site, day.site) &&
                (query.status === undefined ? !saysNothing(day) : day.figures.status === query.status),
            );
      const people =
        person === null
          ? await records.findPeople(items.map(({ personId }) => personId))
          : new Map([[person.id, person]]);
      return {
        json: toPage(
          items.map((day) => toDayItem(day, people.get(day.personId))),
          next,
        ),
      };
    }),

    overview: endpoint(operations.overview, async ({ access, query }) => {
      const record = await subjects.chosenSite(access, query.site);
      const { id, timeZone } = record.site;
      const date = query.date ?? todayAt(record, now());
      await keeper.refresh(id);
      const stored = await freshOverview(id, date);
      const nothing = { totals: sumDays([]), expected: 0, seen: 0, in: 0, out: 0, madeAt: null };
      return { json: { ...(stored ?? nothing), site: id, date, timeZone } };
    }),

    summary: endpoint(operations.summary, async ({ access, query }) => {
      const subject = await subjects.subject(access, query);
      const { person, record } = subject;
      const today = todayAt(record, now());
      const period = periodOf(query.date ?? today, query.period);
      if (period.from > today) throw new Refusal(400, 'That period has not begun yet.');
      await refresh(access, subject);
      const range = { from: periodBefore(period).from, to: period.to };
      const about = { site: record.site.id, timeZone: record.site.timeZone };
      if (person !== null) {
        const days = (await results.ofPerson(person.id, range, maxDaysOfTwoPeriods)).filter(({ site }) =>
          mayShow(access, query.site, site),
        );
        return {
          json: {
            ...about,
            person: personRef(person.id, person),
            ...summarisePerson(period, days, today),
          },
        };
      }
      if (period.to >= today) await freshOverview(record.site.id, today);
      const overviews = await results.overviews(record.site.id, range);
      return { json: { ...about, person: null, ...summariseSite(period, overviews, today) } };
    }),
  };
};
