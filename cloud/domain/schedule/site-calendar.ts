import * as z from 'zod';
import { SiteId } from '#contract/names.ts';
import { Site } from '../site.ts';
import { WallTime, Weekday } from './wall-time.ts';

/** A named list of holidays, such as those of a federal state; several sites may follow it. */
export const HolidayList = z.strictObject({
  /** A part of an address. */
  id: z.string().regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, _ and -'),
  name: z.string().trim().min(1).max(80),
  holidays: z
    .array(z.strictObject({ date: z.iso.date(), name: z.string().trim().min(1).max(80) }))
    .max(400)
    .refine((all) => new Set(all.map(({ date }) => date)).size === all.length, 'a date may be listed once'),
});
export type HolidayList = z.infer<typeof HolidayList>;

/** When a site works, and when its figures close. The zone and the duplicate period are those of its `Site`. */
export const SiteCalendar = z.strictObject({
  site: SiteId,
  timeZone: Site.shape.timeZone,
  duplicatePunchMinutes: Site.shape.duplicatePunchMinutes,
  weeklyDaysOff: z.array(Weekday).max(7).default([6, 7]),
  /** Ids of holiday lists. */
  holidayLists: z.array(z.string()).max(20).default([]),
  /** Where one day ends and the next begins for whoever has no shift then. */
  dayChangesAt: WallTime.default('00:00'),
  /** What payroll counts by, and how many days after its end corrections are still taken. */
  payPeriod: z.enum(['week', 'month']).default('month'),
  lockGraceDays: z.int().min(0).max(366).default(5),
});
export type SiteCalendar = z.infer<typeof SiteCalendar>;
