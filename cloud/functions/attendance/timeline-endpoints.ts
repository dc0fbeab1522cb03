import { addDays, dayBounds, type LocalDate, localTime } from '../../domain/local-time.ts';
import { toPage } from '../api/cursor.ts';
import { endpoint } from '../api/endpoint.ts';
import { attendanceOperations as operations } from '../api/operations/attendance.ts';
import { Refusal } from '../api/refusal.ts';
import { todayAt } from '../sites/calendar-on.ts';
import type { SiteRecord } from '../sites/site-directory.ts';
import type { PositionRange } from '../table/read-page.ts';
import { personRef, toPunchItem, toSightingItem } from './presentation.ts';
import type { Records } from './records.ts';
import { makeSubjects, mayShow, type SubjectsDeps } from './subjects.ts';
import { pageOfPeople } from './who-is-in.ts';

export type TimelineDeps = SubjectsDeps & {
  readonly records: Records;
  /** Epoch milliseconds. */
  readonly now: () => number;
};

/** Without `from` a list reaches this far back. */
const defaultDays = 31;
const maxDays = 366;

/** Who one is, who is in, and what happened when: punches and sightings. */
export const makeTimelineEndpoints = ({ records, sites, now }: TimelineDeps) => {
  const subjects = makeSubjects({ records, sites });

  /** Positions from the first to the last date of a list, both included, on the site's calendar. */
  const rangeOf = (record: SiteRecord, from?: LocalDate, to?: LocalDate): PositionRange => {
    const { timeZone } = record.site;
    // Tomorrow, because the clock of a door may be a little ahead.
    const last = to ?? addDays(todayAt(record, now()), 1);
    const first = from ?? addDays(last, -defaultDays);
    if (first > last) throw new Refusal(400, '`from` must not be after `to`.');
    if (first < addDays(last, -maxDays)) throw new Refusal(400, `Ask for at most ${maxDays} days at once.`);
    return { from: dayBounds(first, timeZone).start, to: dayBounds(last, timeZone).end };
  };

  return {
    me: endpoint(operations.me, async ({ access: { caller, link } }) => {
      const { personId } = link;
      const person =
        personId === undefined ? undefined : (await records.findPeople([personId])).get(personId);
      return {
        json: {
          sub: caller.sub,
          username: caller.username,
          groups: [...caller.groups],
          sites: link.sites,
          person: person === undefined ? null : personRef(person.id, person),
        },
      };
    }),

    now: endpoint(operations.now, async ({ access, query }) => {
      const record = await subjects.chosenSite(access, query.site);
      const { site } = record;
      const date = todayAt(record, now());
      const all = await records.whereabouts(site.id, date);
      const { items, next } = pageOfPeople(all, { after: query.cursor ?? null, limit: query.limit });
      // A name costs ten times what it costs to know where somebody is: only those that are shown are looked up.
      const people = await records.findPeople(items.map(({ personId }) => personId));
      const page = toPage(items, next);
      return {
        json: {
          site: site.id,
          timeZone: site.timeZone,
          date,
          in: all.filter(({ state }) => state === 'in').length,
          out: all.filter(({ state }) => state === 'out').length,
          people: page.items.map(({ personId, state, since }) => ({
            person: personRef(personId, people.get(personId)),
            state,
            since,
            sinceLocal: localTime(since, site.timeZone),
          })),
          next: page.next,
        },
      };
    }),

    punches: endpoint(operations.punches, async ({ access, query }) => {
      const { person, record } = await subjects.subject(access, query);
      const page = {
        after: query.cursor ?? null,
        limit: query.limit,
        range: rangeOf(record, query.from, query.to),
      };
      const { items, next } =
        person === null
          ? await records.punchesOfSite(record.site.id, {
              ...page,
              keep: (punch) => punch.suppressedBy === undefined,
            })
          : await records.punchesOfPerson(person.id, {
              ...page,
              keep: (punch) => punch.suppressedBy === undefined && mayShow(access, query.site, punch.site),
            });
      const people = await records.findPeople(items.map((punch) => punch.personId));
      const shown = items.map(async (punch) =>
        toPunchItem(punch, people.get(punch.personId), (await subjects.site(punch.site)).site),
      );
      return { json: toPage(await Promise.all(shown), next) };
    }),

    sightings: endpoint(operations.sightings, async ({ access, query }) => {
      const record = await subjects.chosenSite(access, query.site);
      const { site } = record;
      const { items, next } = await records.sightingsOfSite(site.id, {
        range: rangeOf(record),
        after: query.cursor ?? null,
        limit: query.limit,
      });
      const people = await records.findPeople(items.flatMap(({ personId }) => personId ?? []));
      return {
        json: toPage(
          items.map((sighting) => toSightingItem(sighting, people, site)),
          next,
        ),
      };
    }),
  };
};
