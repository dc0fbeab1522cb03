import { lockedFrom } from '../../domain/corrections/lock.ts';
import { addDays, type LocalDate, localDate } from '../../domain/local-time.ts';
import { periodOf } from '../../domain/schedule/period.ts';
import { SiteCalendar } from '../../domain/schedule/site-calendar.ts';
import type { SiteRecord } from './site-directory.ts';

/** The calendar that a site goes by on a date: the latest that is valid by then; before the first, the defaults. */
export const calendarOn = ({ site, calendars }: SiteRecord, date: LocalDate): SiteCalendar => {
  const { from: _, ...rules } = calendars.findLast((one) => one.from <= date) ?? { from: date };
  const { id, timeZone, duplicatePunchMinutes } = site;
  return SiteCalendar.parse({ site: id, timeZone, duplicatePunchMinutes, ...rules });
};

/** The site's local date. @param nowMs epoch milliseconds */
export const todayAt = ({ site }: SiteRecord, nowMs: number): LocalDate =>
  localDate(new Date(nowMs).toISOString(), site.timeZone);

/**
 * The first date that may still change: with it begins the oldest pay period that is not closed. A change that holds from a date on
 * touches every date after it, so one before this would reach into figures that payroll has.
 * @param nowMs epoch milliseconds
 */
export const firstOpenDate = (record: SiteRecord, nowMs: number): LocalDate => {
  const now = new Date(nowMs).toISOString();
  const startOf = (date: LocalDate): LocalDate => periodOf(date, calendarOn(record, date).payPeriod).from;
  const isOpen = (date: LocalDate): boolean => {
    const calendar = calendarOn(record, date);
    const schedule = {
      homeSite: record.site.id,
      calendars: [calendar],
      holidayLists: [],
      shifts: [],
      assignments: [],
      leaves: [],
    };
    return lockedFrom(date, schedule) > now;
  };
  let first = startOf(todayAt(record, nowMs));
  while (isOpen(addDays(first, -1))) first = startOf(addDays(first, -1));
  return first;
};
