import * as z from 'zod';
import { Instant, SiteId } from './names.ts';
import { Direction, DoorDirection } from './outcome.ts';

/** What a day amounts to. The order is that in which a page lists them. */
export const DayStatus = z.enum([
  'present',
  'late',
  'early_exit',
  'late_and_early',
  'half_day',
  'absent',
  'on_leave',
  'holiday',
  'weekly_off',
  'missing_check_out',
  'pending_sync',
]);
export type DayStatus = z.infer<typeof DayStatus>;

const minutes = z.int().nonnegative();
const because = <C extends string, S extends z.ZodRawShape>(code: C, shape: S) =>
  z.strictObject({ code: z.literal(code), ...shape });

/** Why a day has its status, with the figures by which a page can say it in words. Minutes are whole. */
export const Reason = z.discriminatedUnion('code', [
  because('kept_hours', { workedMinutes: minutes, expectedMinutes: minutes }),
  because('no_shift', {}),
  because('late', { at: Instant, start: Instant, graceMinutes: minutes, minutes }),
  because('early_exit', { at: Instant, end: Instant, graceMinutes: minutes, minutes }),
  because('below_half_day_threshold', { workedMinutes: minutes, thresholdMinutes: minutes }),
  because('below_absence_threshold', { workedMinutes: minutes, thresholdMinutes: minutes }),
  because('no_punch', { from: Instant, to: Instant }),
  because('no_check_in', {}),
  /** A door of the site has not said everything up to `needed` yet; null = it has never said anything. */
  because('not_synced', { syncedThrough: Instant.nullable(), needed: Instant }),
  because('missing_check_out', { punchId: z.string(), since: Instant }),
  because('automatic_check_out', { punchId: z.string(), at: Instant }),
  because('holiday', { name: z.string(), list: z.string() }),
  because('weekly_off', { weekday: z.int().min(1).max(7), by: z.enum(['site', 'assignment']) }),
  because('on_leave', {
    leave: z.string(),
    kind: z.string(),
    part: z.enum(['day', 'first_half', 'second_half']),
  }),
  /** Clocks changed during the shift: it is that much longer (or shorter) than on the wall clock. */
  because('clock_change', { minutes: z.int() }),
]);
export type Reason = z.infer<typeof Reason>;

/** A punch as a day shows it: those that count, and those that do not with the reason. `automatic` is no punch but a closed day. */
export const DayEntry = z.strictObject({
  id: z.string(),
  at: Instant,
  via: DoorDirection,
  direction: Direction,
  origin: z.enum(['recorded', 'added', 'retimed', 'reclassified', 'automatic']),
  /** The punch that this one repeats within the duplicate period. */
  suppressedBy: z.string().nullable(),
  mark: z.enum(['in_while_in', 'out_without_in', 'missing_check_out', 'outside_window']).nullable(),
});
export type DayEntry = z.infer<typeof DayEntry>;

/** Late and early are minutes begun; the others are full minutes. `worked` and `break` are elapsed time, `expected` is nominal. */
export const Minutes = z.strictObject({
  worked: minutes,
  expected: minutes,
  late: minutes,
  early: minutes,
  overtime: minutes,
  /** Between the first in and the last out without counting as worked. */
  break: minutes,
});
export type Minutes = z.infer<typeof Minutes>;

/** One shift of a day, or the whole of a day without one (`shift` null). */
export const ShiftFigures = z.strictObject({
  shift: z.strictObject({ id: z.string(), name: z.string(), start: Instant, end: Instant }).nullable(),
  site: SiteId,
  timeZone: z.string(),
  window: z.strictObject({ from: Instant, to: Instant }),
  /** Null where nothing was expected and nobody came. */
  status: DayStatus.nullable(),
  reasons: z.array(Reason),
  /** Whether the doors have said everything that can still change this. */
  settled: z.boolean(),
  minutes: Minutes,
  firstIn: Instant.nullable(),
  /** The automatic check-out too; `entries` says which it is. */
  lastOut: Instant.nullable(),
  entries: z.array(DayEntry),
});
export type ShiftFigures = z.infer<typeof ShiftFigures>;

/** What a day comes to over all of its shifts. */
export const DayFigures = z.strictObject({
  status: DayStatus.nullable(),
  reasons: z.array(Reason),
  settled: z.boolean(),
  minutes: Minutes,
  firstIn: Instant.nullable(),
  lastOut: Instant.nullable(),
  /** Where the last counting punch left the person; null without one. An automatic check-out is none: nobody saw it. */
  presence: z.strictObject({ direction: Direction, since: Instant }).nullable(),
  shifts: z.array(ShiftFigures),
  /** Punches of the local date that are in no shift's window. */
  outside: z.array(DayEntry),
});
export type DayFigures = z.infer<typeof DayFigures>;

/** A correction as the day that it touches shows it. */
export const DayCorrection = z.strictObject({
  id: z.string(),
  action: z.enum(['add', 'void', 'retime', 'reclassify']),
  state: z.enum(['waiting', 'approved', 'refused']),
});

/** An attendance day by the rules: as recorded, and as corrected. Without approved corrections the two are equal. */
export const DayResult = z.strictObject({
  personId: z.string(),
  date: z.iso.date(),
  /** Whose calendar decides the date; a shift may be at another site. */
  site: SiteId,
  timeZone: z.string(),
  asRecorded: DayFigures,
  asCorrected: DayFigures,
  corrections: z.array(DayCorrection),
});
export type DayResult = z.infer<typeof DayResult>;
