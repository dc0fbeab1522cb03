import type * as z from 'zod';
import type { LocalDate } from '../../domain/local-time.ts';
import type { HolidayList } from '../../domain/schedule/site-calendar.ts';
import { changedMeanwhile, endpoint } from '../api/endpoint.ts';
import type { EndpointsOf } from '../api/make-api.ts';
import { scheduleOperations as operations } from '../api/operations/schedule.ts';
import { Refusal } from '../api/refusal.ts';
import { unlessRaced } from '../api/unless-raced.ts';
import { calendarOn } from '../sites/calendar-on.ts';
import type { SiteRecord } from '../sites/site-directory.ts';
import type { StoredHolidayList } from '../table/schedule-items.ts';
import { holidayListKey } from '../table/schedule-keys.ts';
import type { Stale } from '../table/stale.ts';
import { requireLikelyDates, requireOpen, type ScheduleDeps, staleDates } from './schedule-rules.ts';
import { maxStale } from './schedule-store.ts';

/** Lists of holidays, each shared by the sites whose calendars name it. */
export const makeHolidayEndpoints = ({
  sites,
  store,
  now,
}: ScheduleDeps): Pick<
  EndpointsOf<'schedule'>,
  'holidayLists' | 'createHolidayList' | 'holidayList' | 'changeHolidayList'
> => {
  const find = async (id: string): Promise<StoredHolidayList> => {
    const list = await store.findHolidayList(id);
    if (list === null) throw new Refusal(404, 'There is no such list of holidays.');
    return list;
  };

  return {
    holidayLists: endpoint(operations.holidayLists, async () => ({
      json: { items: (await store.holidayLists()).map(toAnswer), next: null },
    })),

    holidayList: endpoint(operations.holidayList, async ({ params }) => {
      const list = await find(params.id);
      return { json: toAnswer(list), version: list.version };
    }),

    // Nobody follows a list that is not there, so a new one touches no day.
    createHolidayList: endpoint(operations.createHolidayList, async ({ body }) => {
      requireLikelyHolidays(body);
      const item = { ...holidayListKey(body.id), ...body, version: 1 };
      if ((await store.commit({ put: { item, version: 0 }, stale: [] })) === 'raced')
        throw new Refusal(409, 'There is a list with this id; choose another.');
      return { json: body };
    }),

    changeHolidayList: endpoint(operations.changeHolidayList, async ({ params, body, seenVersion }) => {
      if (body.id !== params.id) throw new Refusal(422, 'The id of a list stays as it is.');
      requireLikelyHolidays(body);
      return unlessRaced(async () => {
        const list = await find(params.id);
        if (seenVersion !== list.version) throw new Refusal(412, changedMeanwhile);
        const version = list.version + 1;
        const dates = changedDates(list, body);
        const stale = (await sites.all()).flatMap((record) => staleAt(record, body.id, dates, version));
        if (stale.length > maxStale)
          throw new Refusal(422, `More than ${maxStale} sites follow this list; give some of them a copy.`);
        const item = { ...holidayListKey(body.id), ...body, version };
        const written = await store.commit({ put: { item, version: list.version }, stale });
        return written === 'raced' ? null : { json: body, version };
      });
    }),
  };

  /** What a change of these holidays leaves out of date at a site; refused where a changed date is closed there. */
  function staleAt(record: SiteRecord, id: string, dates: readonly LocalDate[], version: number): Stale[] {
    const followed = dates.filter((date) => calendarOn(record, date).holidayLists.includes(id));
    const [first] = followed;
    const last = followed.at(-1);
    if (first === undefined || last === undefined) return [];
    requireOpen(record, first, now());
    const stale = staleDates(record, first, last, now());
    return stale === null
      ? []
      : [{ site: record.site.id, factId: `holidays.${id}.${version}`, dates: stale }];
  }
};

/** Dates that are a holiday in one of the lists only, or have another name in the other; in order. */
const changedDates = (before: HolidayList, after: HolidayList): readonly LocalDate[] => {
  const named = (list: HolidayList) => new Map(list.holidays.map(({ date, name }) => [date, name]));
  const [was, is] = [named(before), named(after)];
  const dates = new Set([...was.keys(), ...is.keys()]);
  return [...dates].filter((date) => was.get(date) !== is.get(date)).sort();
};

const requireLikelyHolidays = ({ holidays }: HolidayList): void =>
  requireLikelyDates(Object.fromEntries(holidays.map(({ date }, n) => [`body.holidays.${n}.date`, date])));

const toAnswer = ({
  version: _,
  ...list
}: StoredHolidayList): z.input<typeof operations.holidayList.answer> => list;
