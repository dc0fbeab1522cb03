import type { Change } from '#contract/correction.ts';
import type { Instant } from '#contract/names.ts';
import { addDays, dayBounds, type LocalDate } from '../local-time.ts';
import { planDay, type Schedule } from '../schedule/day-plan.ts';
import { datesAffected } from '../schedule/occurrence.ts';
import { periodOf } from '../schedule/period.ts';
import { instantsOf } from './correction-log.ts';

/**
 * From when on a date's figures are closed: when its pay period is over at the site, and the days of grace after it.
 * Kimai calls this the lockdown period.
 */
export const lockedFrom = (date: LocalDate, schedule: Schedule): Instant => {
  const { payPeriod, lockGraceDays, timeZone } = planDay(date, schedule).calendar;
  return dayBounds(addDays(periodOf(date, payPeriod).to, lockGraceDays), timeZone).end;
};

/** The schedule that holds on a date. */
export type ScheduleOn = (date: LocalDate) => Schedule;

/** The dates that a change can touch, each instant by the schedule of its own date: an early-morning check-out may belong to last month. */
export const datesTouched = (change: Change, scheduleOn: ScheduleOn): readonly LocalDate[] => {
  const dates = instantsOf(change).flatMap((at) => datesAffected([at], scheduleOn(at.slice(0, 10))));
  return [...new Set(dates)].sort();
};

/** Those that are closed at an instant, each by the calendar that held on it: a new one neither opens nor closes what was before it. */
export const lockedDates = (change: Change, scheduleOn: ScheduleOn, now: Instant): readonly LocalDate[] =>
  datesTouched(change, scheduleOn).filter((date) => lockedFrom(date, scheduleOn(date)) <= now);
