import { DateTime } from 'luxon';
import type { Instant } from '#contract/names.ts';

/** A date on a site's wall calendar, `YYYY-MM-DD`. */
export type LocalDate = string;

const at = (instant: Instant, timeZone: string): DateTime => DateTime.fromISO(instant, { zone: timeZone });

const toInstant = (time: DateTime): Instant => new Date(time.toMillis()).toISOString();

/** The date on the wall at that instant. */
export const localDate = (instant: Instant, timeZone: string): LocalDate =>
  at(instant, timeZone).toFormat('yyyy-MM-dd');

/** The wall clock at that instant with milliseconds and without offset, e.g. `2026-11-23T08:58:12.340`. */
export const localTime = (instant: Instant, timeZone: string): string =>
  at(instant, timeZone).toFormat("yyyy-MM-dd'T'HH:mm:ss.SSS");

/** The offset from UTC at that instant, e.g. `+01:00`. */
export const utcOffset = (instant: Instant, timeZone: string): string => at(instant, timeZone).toFormat('ZZ');

/** The wall clock with its offset in whole seconds, e.g. `2026-11-23T08:58:12+01:00`; quick, for files with very many times. */
export const localTimeWithOffset = (instant: Instant, timeZone: string): string => {
  const ms = Math.floor(Date.parse(instant) / 1000) * 1000;
  const text = DateTime.fromMillis(ms, { zone: timeZone }).toISO({ suppressMilliseconds: true });
  if (text === null) throw new Error(`${instant} in ${timeZone} is no time; mend the zone`);
  return text.replace(/Z$/, '+00:00');
};

/**
 * The first instant of a local date and the first of the next. The days that clocks change have 23 or 25 hours,
 * and where midnight itself is skipped the day begins at the first instant that exists.
 */
export const dayBounds = (
  date: LocalDate,
  timeZone: string,
): { readonly start: Instant; readonly end: Instant } => {
  const start = DateTime.fromISO(date, { zone: timeZone }).startOf('day');
  return { start: toInstant(start), end: toInstant(start.plus({ days: 1 }).startOf('day')) };
};

/** The date `days` after a date (before it when negative). */
export const addDays = (date: LocalDate, days: number): LocalDate =>
  DateTime.fromISO(date, { zone: 'utc' }).plus({ days }).toFormat('yyyy-MM-dd');

/** How many days a date is after another (negative when before). */
export const daysBetween = (from: LocalDate, to: LocalDate): number =>
  DateTime.fromISO(to, { zone: 'utc' }).diff(DateTime.fromISO(from, { zone: 'utc' }), 'days').days;
