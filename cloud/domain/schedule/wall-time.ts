import { DateTime } from 'luxon';
import * as z from 'zod';
import type { Instant } from '#contract/names.ts';
import type { LocalDate } from '../local-time.ts';

/** A time on a wall clock, `HH:mm`. */
export const WallTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time is HH:mm, such as 08:30');
export type WallTime = z.infer<typeof WallTime>;

/** ISO 8601 weekday: 1 = Monday … 7 = Sunday. */
export const Weekday = z.int().min(1).max(7);
export type Weekday = z.infer<typeof Weekday>;

export const weekdayOf = (date: LocalDate): Weekday => DateTime.fromISO(date, { zone: 'utc' }).weekday;

/** A site's people share their shifts, so the same few wall times are resolved for each of them; asking the zone is what costs. */
const resolved = new Map<string, Instant>();
const maxResolved = 20_000;

/**
 * The instant at which a wall clock shows a time on a date. When clocks go back and it is shown twice, a `start` is the earlier and
 * an `end` the later of the two; when clocks go forward and it is never shown, it is the first instant after the gap.
 */
export const instantOf = (
  date: LocalDate,
  time: WallTime,
  timeZone: string,
  role: 'start' | 'end',
): Instant => {
  const key = `${date} ${time} ${timeZone} ${role}`;
  const known = resolved.get(key);
  if (known !== undefined) return known;
  const instant = resolve(date, time, timeZone, role);
  if (resolved.size >= maxResolved) resolved.clear();
  resolved.set(key, instant);
  return instant;
};

const resolve = (date: LocalDate, time: WallTime, timeZone: string, role: 'start' | 'end'): Instant => {
  const wanted = `${date}T${time}`;
  const shown = DateTime.fromISO(wanted, { zone: timeZone });
  if (!shown.isValid) throw new Error(`${wanted} in ${timeZone} is no time; mend the date or the zone`);
  if (shown.toFormat("yyyy-MM-dd'T'HH:mm") !== wanted) return firstAfterGap(shown);
  const possible = shown.getPossibleOffsets().map((one) => one.toMillis());
  return toInstant(role === 'start' ? Math.min(...possible) : Math.max(...possible));
};

export const plusMinutes = (instant: Instant, minutes: number): Instant =>
  toInstant(Date.parse(instant) + minutes * 60_000);

/** Minutes from one wall time to the next occurrence of another, as a clock without changes would count them: 1 to 1,440. */
export const nominalMinutes = (from: WallTime, to: WallTime): number =>
  (minuteOfDay(to) - minuteOfDay(from) + 1440) % 1440 || 1440;

const minuteOfDay = (time: WallTime): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/**
 * Luxon answers a time inside a gap with one as far behind the change as the time was inside the gap. The change itself lies
 * between that and a day (the longest gap there was: Samoa, 2011) before, where the zone's offset differs.
 */
const firstAfterGap = (pushed: DateTime): Instant => {
  let after = pushed.toMillis();
  let before = after - 25 * 3_600_000;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (pushed.zone.offset(middle) === pushed.offset) after = middle;
    else before = middle;
  }
  return toInstant(after);
};

const toInstant = (ms: number): Instant => new Date(ms).toISOString();
