import type * as z from 'zod';
import { addDays } from '../../domain/local-time.ts';
import { HolidayList } from '../../domain/schedule/site-calendar.ts';
import { Site } from '../../domain/site.ts';
import { chooseSite, reachesSite } from '../api/authorise.ts';
import { changedMeanwhile, endpoint } from '../api/endpoint.ts';
import type { EndpointsOf } from '../api/make-api.ts';
import { scheduleOperations as operations } from '../api/operations/schedule.ts';
import { Refusal } from '../api/refusal.ts';
import { unlessRaced } from '../api/unless-raced.ts';
import type { SiteRecord } from '../sites/site-directory.ts';
import { DatedCalendar, type StoredSite } from '../table/schedule-items.ts';
import { siteKey } from '../table/schedule-keys.ts';
import {
  findSite,
  readByRules,
  requireLikelyDates,
  requireOpen,
  type ScheduleDeps,
  staleDates,
} from './schedule-rules.ts';

/** From when the first calendar of a new site holds: before anything that could have happened there. */
const always = '2000-01-01';
/** An item holds 400 KB; a site that changes its calendar weekly for years is far below. */
const maxCalendars = 300;

/** Sites and the calendars they go by. */
export const makeSiteEndpoints = ({
  sites,
  store,
  now,
}: ScheduleDeps): Pick<EndpointsOf<'schedule'>, 'sites' | 'createSite' | 'site' | 'changeCalendar'> => {
  const requireLists = async (ids: readonly string[]): Promise<void> => {
    const found = await Promise.all(
      // What is no id is no key either, and the table would refuse it.
      [...new Set(ids)].map((id) => (isListId(id) ? store.findHolidayList(id) : null)),
    );
    if (found.includes(null)) throw new Refusal(422, 'There is no such list of holidays; make it first.');
  };

  return {
    sites: endpoint(operations.sites, async ({ access }) => {
      const reached = (await sites.all()).filter(({ site }) => reachesSite(access, site.id));
      return { json: { items: reached.map(toAnswer), next: null } };
    }),

    site: endpoint(operations.site, async ({ access, params }) => {
      const record = await findSite(sites, chooseSite(access, params.id));
      return { json: toAnswer(record), version: record.version };
    }),

    createSite: endpoint(operations.createSite, async ({ access, body: { calendar = {}, ...rules } }) => {
      const site = readByRules(Site, rules);
      const first = DatedCalendar.parse({ ...calendar, from: always });
      await requireLists(first.holidayLists);
      const made: StoredSite = { id: site.id, site, calendars: [first], version: 1 };
      if ((await sites.find(site.id)) !== undefined)
        throw new Refusal(409, 'There is a site with this id; choose another.');
      // Either the id or the maker's link was changed by another request at this moment.
      if ((await store.addSite(made, access.caller.sub, access.link)) === 'raced')
        throw new Refusal(409, changedMeanwhile);
      return { json: toAnswer({ site, configured: false, calendars: made.calendars, version: 1 }) };
    }),

    changeCalendar: endpoint(operations.changeCalendar, async ({ access, params, body, seenVersion }) => {
      const id = chooseSite(access, params.id);
      requireLikelyDates({ from: body.from });
      return unlessRaced(async () => {
        const record = await findSite(sites, id);
        if (seenVersion !== record.version) throw new Refusal(412, changedMeanwhile);
        requireOpen(record, body.from, now());
        await requireLists(body.holidayLists);
        const others = record.calendars.filter(({ from }) => from !== body.from);
        if (others.length === maxCalendars)
          throw new Refusal(422, `A site has at most ${maxCalendars} calendars.`);
        const changed = {
          ...record,
          calendars: [...others, body].sort((a, b) => (a.from < b.from ? -1 : 1)),
          version: record.version + 1,
        };
        const next = others.find(({ from }) => from > body.from);
        const dates = staleDates(
          changed,
          body.from,
          next === undefined ? null : addDays(next.from, -1),
          now(),
        );
        const item: StoredSite = {
          id,
          ...(record.configured ? {} : { site: record.site }),
          calendars: changed.calendars,
          version: changed.version,
        };
        const written = await store.commit({
          put: { item: { ...siteKey(id), ...item }, version: record.version },
          stale:
            dates === null ? [] : [{ site: id, factId: `calendar.${body.from}.${changed.version}`, dates }],
        });
        return written === 'raced' ? null : { json: toAnswer(changed), version: changed.version };
      });
    }),
  };
};

const isListId = (id: string): boolean => HolidayList.shape.id.safeParse(id).success;

const toAnswer = ({ site, configured, calendars }: SiteRecord): z.input<typeof operations.site.answer> => ({
  ...site,
  configured,
  calendars: [...calendars],
});
