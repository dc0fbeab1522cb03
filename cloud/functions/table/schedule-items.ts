import * as z from 'zod';
import { Instant, SiteId } from '#contract/names.ts';
import { Assignment, Leave } from '../../domain/schedule/assignment.ts';
import { Shift } from '../../domain/schedule/shift.ts';
import { HolidayList, SiteCalendar } from '../../domain/schedule/site-calendar.ts';
import { Site } from '../../domain/site.ts';

/** Items of what days are judged by, as they are read back, keys and index attributes left out. */

/** A calendar from one date on; zone and duplicate period are those of its site. */
export const DatedCalendar = SiteCalendar.omit({
  site: true,
  timeZone: true,
  duplicatePunchMinutes: true,
}).extend({
  from: z.iso.date(),
});
export type DatedCalendar = z.infer<typeof DatedCalendar>;

/**
 * What HR decided about a site. Each calendar holds until the next one's date, so a change never reaches back into days that were
 * judged by the one before. `site` is there for a site that was made by the API; the others stand in rollcall.config.ts.
 */
export const StoredSite = z.object({
  id: SiteId,
  site: Site.optional(),
  /** In order of `from`. */
  calendars: z.array(DatedCalendar),
  version: z.int().positive(),
});
export type StoredSite = z.infer<typeof StoredSite>;

/** Rules of a shift never change, so neither do days that were judged by them: other hours are another shift. */
export const StoredShift = z.object({ ...Shift.shape, site: SiteId, createdAt: Instant });
export type StoredShift = z.infer<typeof StoredShift>;

export const StoredHolidayList = z.object({ ...HolidayList.shape, version: z.int().positive() });
export type StoredHolidayList = z.infer<typeof StoredHolidayList>;

export const StoredAssignment = z.object({
  ...Assignment.shape,
  version: z.int().positive(),
  createdAt: Instant,
});
export type StoredAssignment = z.infer<typeof StoredAssignment>;

export const StoredLeave = z.object({ ...Leave.shape, site: SiteId, createdAt: Instant });
export type StoredLeave = z.infer<typeof StoredLeave>;
