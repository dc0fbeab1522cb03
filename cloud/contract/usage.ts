import * as z from 'zod';
import { SiteId } from './names.ts';
import { PunchSource } from './outcome.ts';

/** Whether searches are still bought: `warn` from 80 % of the month's budget, `stop` when it is spent. */
export const Guard = z.enum(['off', 'ok', 'warn', 'stop']);
export type Guard = z.infer<typeof Guard>;

/**
 * GET /usage: what the searches of this UTC month cost so far. Prices are those of the stack's configuration. A picture of a check-in in
 * the browser counts twice, because finding its face costs as much as searching for it; what IndexFaces costs is not in it.
 */
export const Usage = z.strictObject({
  /** `2026-11` */
  month: z.string().regex(/^\d{4}-\d\d$/),
  searches: z.int().nonnegative(),
  bySource: z.array(z.strictObject({ source: PunchSource, searches: z.int().nonnegative() })),
  byDoor: z.array(
    z.strictObject({
      thing: z.string(),
      name: z.string(),
      site: SiteId.nullable(),
      searches: z.int().nonnegative(),
    }),
  ),
  usdPerSearch: z.number().nonnegative(),
  costUsd: z.number().nonnegative(),
  /** The month's cost if it goes on like this. */
  projectedUsd: z.number().nonnegative(),
  /** Null = no budget, and the guard is off. */
  budgetUsd: z.number().positive().nullable(),
  guard: Guard,
});
export type Usage = z.infer<typeof Usage>;
