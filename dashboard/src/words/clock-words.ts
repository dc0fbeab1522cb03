import { longDate } from './format.ts';
import { addDays, wallClock } from './local-clock.ts';

/** `08:58` at the site; with the day when it is not the date that is talked about. */
export const clockOn = (instant: string, timeZone: string, date: string): string => {
  const there = wallClock(instant, timeZone);
  if (there.date === date) return there.time;
  if (there.date === addDays(date, 1)) return `${there.time} the next day`;
  if (there.date === addDays(date, -1)) return `${there.time} the day before`;
  return `${there.time} on ${longDate(there.date)}`;
};

/** `08:58 on Monday 23 November` at the site. */
export const clockAndDate = (instant: string, timeZone: string): string => {
  const there = wallClock(instant, timeZone);
  return `${there.time} on ${longDate(there.date)}`;
};
