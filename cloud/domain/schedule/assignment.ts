import * as z from 'zod';
import { SiteId } from '#contract/names.ts';
import { Weekday } from './wall-time.ts';

const id = z.string().min(1).max(64);
const range = { from: z.iso.date(), to: z.iso.date() };
const inOrder = ({ from, to }: { from: string; to: string | null }): boolean => to === null || from <= to;
const orderProblem = { path: ['to'], error: 'must not be before `from`' };

/** Who works which shift at which site, from one date to another (both included; null = until further notice). */
export const Assignment = z
  .strictObject({
    id,
    personId: id,
    shift: id,
    site: SiteId,
    from: range.from,
    to: range.to.nullable(),
    /** Null = every day that the site works. A list wins over the site's weekly days off. */
    weekdays: z.array(Weekday).min(1).max(7).nullable().default(null),
  })
  .refine(inOrder, orderProblem);
export type Assignment = z.infer<typeof Assignment>;

/** Days, or halves of days, that a person need not come. */
export const Leave = z
  .strictObject({
    id,
    personId: id,
    ...range,
    part: z.enum(['day', 'first_half', 'second_half']).default('day'),
    /** What the page calls it, such as `annual` or `sick`. */
    kind: z.string().trim().min(1).max(40),
  })
  .refine(inOrder, orderProblem);
export type Leave = z.infer<typeof Leave>;
