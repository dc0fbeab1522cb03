import * as z from 'zod';
import { nominalMinutes, WallTime } from './wall-time.ts';

/** No open check-in is closed after more than this, so no shift may be longer. Odoo calls a longer span an error. */
export const maxOpenMinutes = 16 * 60;

const minutes = (most: number) => z.int().min(0).max(most);

/** A break: begins on the wall clock and lasts its minutes, whatever the clocks do meanwhile. */
const Break = z.strictObject({
  start: WallTime,
  minutes: z.int().min(1).max(480),
  /** A paid break counts as worked even when spent outside; an unpaid one never does. */
  paid: z.boolean(),
});
export type Break = z.infer<typeof Break>;

/** Working hours and the rules by which they are judged. Times are the site's wall clock; `end` at or before `start` is next day. */
export const Shift = z
  .strictObject({
    id: z.string().min(1).max(64),
    name: z.string().trim().min(1).max(80),
    start: WallTime,
    end: WallTime,
    /** How long before its start and after its end a punch still belongs to the shift. */
    windowBeforeMinutes: minutes(720).default(60),
    windowAfterMinutes: minutes(720).default(60),
    /** Late is whoever comes after start + grace; early is whoever goes before end − grace. Exactly on it is neither. */
    graceLateMinutes: minutes(240).default(0),
    graceEarlyMinutes: minutes(240).default(0),
    /** Who worked less is judged so. 0 turns it off. */
    halfDayBelowMinutes: minutes(maxOpenMinutes).default(0),
    absentBelowMinutes: minutes(maxOpenMinutes).default(0),
    /** How long after the window nobody is called absent yet (hrms#5082 asks for this to be a choice). */
    absenceWaitMinutes: minutes(2 * 1440).default(0),
    breaks: z.array(Break).max(10).default([]),
    /** What counts as worked: from the first in to the last out, or only between every in and its out. */
    counting: z.enum(['first_last', 'every_pair']).default('first_last'),
    /** When to check out whoever forgot; null leaves it open. */
    automaticCheckOut: z
      .union([z.literal('shift_end'), WallTime])
      .nullable()
      .default(null),
    /** Whether a holiday is a working day of this shift. */
    worksOnHolidays: z.boolean().default(false),
  })
  .refine((shift) => lengthMinutes(shift) <= maxOpenMinutes, {
    path: ['end'],
    error: `a shift lasts at most ${maxOpenMinutes / 60} hours; make two of it`,
  })
  // So the windows of one shift on two dates never meet, and a morning is never taken for the evening before.
  .refine((shift) => shift.windowBeforeMinutes + lengthMinutes(shift) + shift.windowAfterMinutes <= 1440, {
    path: ['windowAfterMinutes'],
    error: 'the shift and its windows may not be longer than a day together',
  })
  .refine(
    ({ absentBelowMinutes, halfDayBelowMinutes }) =>
      halfDayBelowMinutes === 0 || absentBelowMinutes <= halfDayBelowMinutes,
    { path: ['absentBelowMinutes'], error: 'must not be above halfDayBelowMinutes' },
  )
  .refine(breaksFit, { path: ['breaks'], error: 'breaks must lie inside the shift, one after the other' });
export type Shift = z.infer<typeof Shift>;

type Hours = { readonly start: WallTime; readonly end: WallTime };

/** How long the shift is on the wall clock. */
export const lengthMinutes = ({ start, end }: Hours): number => nominalMinutes(start, end);

/** What is to be worked: the shift without its unpaid breaks, nominal, whatever the clocks do that night. */
export const expectedMinutes = (shift: Shift): number =>
  lengthMinutes(shift) - shift.breaks.reduce((unpaid, { paid, minutes }) => unpaid + (paid ? 0 : minutes), 0);

/** Minutes from the start of the shift to a wall time inside it. */
export const minutesInto = (shift: Hours, time: WallTime): number => nominalMinutes(shift.start, time) % 1440;

function breaksFit(shift: Hours & { readonly breaks: readonly Break[] }): boolean {
  const inOrder = shift.breaks
    .map(({ start, minutes }) => ({ from: minutesInto(shift, start), minutes }))
    .sort((a, b) => a.from - b.from);
  return inOrder.every(({ from, minutes }, n) => {
    const next = inOrder[n + 1]?.from ?? lengthMinutes(shift);
    return from + minutes <= next;
  });
}
