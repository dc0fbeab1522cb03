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

/** The dates that a change can touch and that are closed at an instant: an early-morning check-out may belong to last month. */
export const lockedDates = (change: Change, schedule: Schedule, now: Instant): readonly LocalDate[] =>
  datesAffected(instantsOf(change), schedule).filter((date) => lockedFrom(date, schedule) <= now);
