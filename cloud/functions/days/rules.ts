import type { SiteId } from '#contract/names.ts';
import type { LocalDate } from '../../domain/local-time.ts';
import type { HolidayList, SiteCalendar } from '../../domain/schedule/site-calendar.ts';
import { calendarOn } from '../sites/calendar-on.ts';
import { makeSiteDirectory, type SiteDirectory } from '../sites/site-directory.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { queryAll } from '../table/query-all.ts';
import { StoredHolidayList } from '../table/schedule-items.ts';
import { holidaysPartition } from '../table/schedule-keys.ts';

/** What all people's days are judged by, as it stood at one moment. */
export type Rules = {
  /** The calendar that a site follows on a date, the same object for the same calendar; undefined when there is no such site. */
  calendarOn(site: SiteId, date: LocalDate): SiteCalendar | undefined;
  readonly holidayLists: readonly HolidayList[];
  /** Equal for equal rules. */
  readonly stamp: string;
};

/** `sites` tells the configured ones only: a day that was derived by a calendar that is remembered would stay wrong. */
export type RulesNeeds = { readonly table: TableAccess; readonly sites: Pick<SiteDirectory, 'all'> };

/** Reads the rules anew, in two requests. */
export const readRules = async ({ table, sites }: RulesNeeds): Promise<Rules> => {
  const configured = (await sites.all()).filter((one) => one.configured).map(({ site }) => site);
  const [records, holidayItems] = await Promise.all([
    makeSiteDirectory({ table, configured, now: () => 0 }).all(),
    queryAll(table, {
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': holidaysPartition },
    }),
  ]);
  const calendars = new Map<string, SiteCalendar>();
  return {
    calendarOn(id, date) {
      const record = records.find(({ site }) => site.id === id);
      if (record === undefined) return undefined;
      const from = record.calendars.findLast((one) => one.from <= date)?.from ?? '';
      const calendar = calendars.get(`${id} ${from}`) ?? calendarOn(record, date);
      calendars.set(`${id} ${from}`, calendar);
      return calendar;
    },
    holidayLists: holidayItems.map((item) => {
      const { id, name, holidays } = StoredHolidayList.parse(item);
      return { id, name, holidays };
    }),
    stamp: JSON.stringify([records, holidayItems]),
  };
};
