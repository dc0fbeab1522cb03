import { causeName, RetryLater, whoMustAct } from '../errors.ts';
import type { Log } from '../log.ts';
import type { SiteDirectory } from '../sites/site-directory.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { type DaysToDerive, type DerivedDay, makeDeriveDays } from './derive-days.ts';
import { makeDueDates } from './due-dates.ts';
import { inParallel } from './in-parallel.ts';
import { readRules } from './rules.ts';
import { makeScheduleReader } from './schedules.ts';
import { makeSyncedThrough } from './synced-through.ts';

export type DaysDeps = {
  readonly table: TableAccess;
  readonly sites: Pick<SiteDirectory, 'all'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: Pick<Log, 'warn'>;
};

/** Derives days of several people; for each, in order, the days, or null where it failed. */
export type DerivePeople = (
  wanted: readonly DaysToDerive[],
) => Promise<readonly (readonly DerivedDay[] | null)[]>;

/** People at once: what one function's processor and the connections to the table are good for. */
const atOnce = 16;
const maxTries = 5;

/**
 * Derives people's days by the rules of the moment, marks the dates that changed, and does it again when the rules have changed
 * meanwhile: nobody else knows that these days rest on the old ones. One person's broken schedule is logged and stops nobody else.
 */
export const makeDerivePeople = (deps: DaysDeps): DerivePeople => {
  const { table, sites, now, log } = deps;
  const deriveDays = makeDeriveDays({
    table,
    schedules: makeScheduleReader({ table }),
    synced: makeSyncedThrough({ table, now }),
    now,
  });
  const due = makeDueDates(table, now);

  const attempt = async (wanted: readonly DaysToDerive[]) => {
    const rules = await readRules({ table, sites });
    const settled = await inParallel(wanted, atOnce, (one) => deriveDays(one, rules));
    const days = settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    await due.mark(days.flatMap(({ changed }) => changed));
    const isStillSo = (await readRules({ table, sites })).stamp === rules.stamp;
    return isStillSo ? settled : null;
  };

  return async (wanted) => {
    if (wanted.length === 0) return [];
    for (let tries = 1; tries <= maxTries; tries += 1) {
      const settled = await attempt(wanted);
      if (settled === null) continue;
      return settled.map((one, n) => {
        if (one.status === 'fulfilled') return one.value;
        const thrown = whoMustAct(one.reason);
        log.warn('days.underivable', {
          person: wanted[n]?.personId ?? '',
          code: thrown.code,
          cause: causeName(thrown),
        });
        return null;
      });
    }
    throw new RetryLater('rules_keep_changing');
  };
};
