import { addDays, dayBounds, type LocalDate, localDate, localTime } from '../../domain/local-time.ts';
import type { Site } from '../../domain/site.ts';
import { type Access, chooseSite, reachesSite } from '../api/authorise.ts';
import { toPage } from '../api/cursor.ts';
import { endpoint } from '../api/endpoint.ts';
import type { EndpointsOf } from '../api/make-api.ts';
import { notBuilt } from '../api/not-built.ts';
import { attendanceOperations as operations } from '../api/operations/attendance.ts';
import { Refusal } from '../api/refusal.ts';
import type { StoredPerson } from '../table/items.ts';
import type { PositionRange } from '../table/read-page.ts';
import { personRef, toPunchItem, toSightingItem } from './presentation.ts';
import type { Records } from './records.ts';

export type AttendanceDeps = {
  readonly records: Records;
  readonly sites: readonly Site[];
  /** Epoch milliseconds. */
  readonly now: () => number;
};

/** Without `from` a list reaches this far back. */
const defaultDays = 31;
const maxDays = 366;

/** Everything that is only read about attendance. */
export const makeAttendanceEndpoints = ({
  records,
  sites,
  now,
}: AttendanceDeps): EndpointsOf<'attendance'> => {
  const siteOf = (id: string): Site => {
    const site = sites.find((candidate) => candidate.id === id);
    if (site === undefined) throw new Refusal(404, 'There is no such site.');
    return site;
  };
  const today = (site: Site): LocalDate => localDate(new Date(now()).toISOString(), site.timeZone);

  /** Positions from the first to the last date of a list, both included, on the site's calendar. */
  const rangeOf = (site: Site, from?: LocalDate, to?: LocalDate): PositionRange => {
    // Tomorrow, because the clock of a door may be a little ahead.
    const last = to ?? addDays(today(site), 1);
    const first = from ?? addDays(last, -defaultDays);
    if (first > last) throw new Refusal(400, '`from` must not be after `to`.');
    if (first < addDays(last, -maxDays)) throw new Refusal(400, `Ask for at most ${maxDays} days at once.`);
    return { from: dayBounds(first, site.timeZone).start, to: dayBounds(last, site.timeZone).end };
  };

  return {
    me: endpoint(operations.me, async ({ access: { caller, link } }) => {
      const person = link.personId === undefined ? undefined : await findPerson(records, link.personId);
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
      const site = siteOf(chooseSite(access, query.site));
      const date = today(site);
      const days = (await records.daysOfSite(site.id, date)).flatMap(({ personId, state, since }) =>
        state === null || since === null ? [] : [{ personId, state, since }],
      );
      const people = await records.findPeople(days.map((day) => day.personId));
      return {
        json: {
          site: site.id,
          timeZone: site.timeZone,
          date,
          in: days.filter((day) => day.state === 'in').length,
          out: days.filter((day) => day.state === 'out').length,
          people: days
            .sort((a, b) => (a.since < b.since ? 1 : -1))
            .map(({ personId, state, since }) => ({
              person: personRef(personId, people.get(personId)),
              state,
              since,
              sinceLocal: localTime(since, site.timeZone),
            })),
        },
      };
    }),

    punches: endpoint(operations.punches, async ({ access, query }) => {
      const { cursor, limit, from, to } = query;
      const personId = access.reach === 'self' ? ownPersonId(access, query.person) : query.person;
      const page = { after: cursor ?? null, limit };
      if (personId === undefined) {
        const site = siteOf(chooseSite(access, query.site));
        const range = rangeOf(site, from, to);
        return present(
          await records.punchesOfSite(site.id, {
            ...page,
            range,
            keep: (punch) => punch.suppressedBy === undefined,
          }),
        );
      }
      const person = await findPerson(records, personId);
      if (person === undefined || (access.reach !== 'self' && !reachesSite(access, person.site))) {
        throw new Refusal(404, 'There is no such person at your sites.');
      }
      return present(
        await records.punchesOfPerson(personId, {
          ...page,
          range: rangeOf(siteOf(person.site), from, to),
          keep: (punch) =>
            punch.suppressedBy === undefined &&
            (query.site === undefined || punch.site === query.site) &&
            (access.reach === 'self' || reachesSite(access, punch.site)),
        }),
      );

      async function present({ items, next }: Awaited<ReturnType<Records['punchesOfSite']>>) {
        const people = await records.findPeople(items.map((punch) => punch.personId));
        return {
          json: toPage(
            items.map((punch) => toPunchItem(punch, people.get(punch.personId), siteOf(punch.site))),
            next,
          ),
        };
      }
    }),

    sightings: endpoint(operations.sightings, async ({ access, query }) => {
      const site = siteOf(chooseSite(access, query.site));
      const { items, next } = await records.sightingsOfSite(site.id, {
        range: rangeOf(site),
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
    openapi: notBuilt(operations.openapi),
    days: notBuilt(operations.days),
    overview: notBuilt(operations.overview),
    summary: notBuilt(operations.summary),
    exportCsv: notBuilt(operations.exportCsv),
    exportJson: notBuilt(operations.exportJson),
    corrections: notBuilt(operations.corrections),
    requestCorrection: notBuilt(operations.requestCorrection),
    decideCorrection: notBuilt(operations.decideCorrection),
    usage: notBuilt(operations.usage),
  };
};

const findPerson = async (records: Records, id: string): Promise<StoredPerson | undefined> =>
  (await records.findPeople([id])).get(id);

const ownPersonId = ({ link }: Access, asked: string | undefined): string => {
  if (link.personId === undefined) throw new Refusal(403, 'You are not linked to a person yet; ask HR.');
  if (asked !== undefined && asked !== link.personId)
    throw new Refusal(403, 'You may only see your own punches.');
  return link.personId;
};
