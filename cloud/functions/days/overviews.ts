import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import { DayFigures } from '#contract/day.ts';
import type { Instant, SiteId } from '#contract/names.ts';
import type { LocalDate } from '../../domain/local-time.ts';
import { overviewOfDay } from '../../domain/summary/day-overview.ts';
import type { SiteDirectory } from '../sites/site-directory.ts';
import { StoredDue, StoredOverview, StoredResult } from '../table/attendance-items.ts';
import { dueKey, overviewKey, siteResultsPartition } from '../table/attendance-keys.ts';
import { batchGet, type TableAccess } from '../table/batch-get.ts';
import { ifNotRaced } from '../table/conditional-write.ts';
import { queryAll } from '../table/query-all.ts';

/** What of a result a site's date needs: no punch, no reason. */
export const ResultInBrief = StoredResult.pick({ personId: true, date: true, waitsFor: true }).extend({
  figures: DayFigures.pick({
    status: true,
    settled: true,
    minutes: true,
    presence: true,
    firstIn: true,
    lastOut: true,
  }),
});
export type ResultInBrief = z.infer<typeof ResultInBrief>;

/** Sites' days in sums. */
export interface Overviews {
  /** Every result of a site's date in brief, in order of the person. */
  resultsOf(site: SiteId, date: LocalDate): Promise<readonly ResultInBrief[]>;
  /** Stores the sums of results that were read at an instant, unless newer ones are there. */
  store(
    site: SiteId,
    date: LocalDate,
    results: readonly ResultInBrief[],
    readAt: Instant,
  ): Promise<StoredOverview>;
  /**
   * The overview with all that has been derived until now; null when nothing is known of the date. One request when nothing has
   * changed. That of a big site is made anew at most once a minute, for it reads every result of the date.
   */
  fresh(site: SiteId, date: LocalDate): Promise<StoredOverview | null>;
}

/** How long an index may take to show what was written: in practice well below a second. */
export const indexLagMs = 10_000;
const big = { people: 1_000, everyMs: 60_000 };

export const makeOverviews = ({
  table,
  sites,
  now,
}: {
  readonly table: TableAccess;
  readonly sites: Pick<SiteDirectory, 'find'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}): Overviews => {
  const { client, tableName } = table;

  const resultsOf: Overviews['resultsOf'] = async (site, date) => {
    const items = await queryAll(table, {
      IndexName: 'gsi1',
      KeyConditionExpression: 'gsi1pk = :partition',
      ProjectionExpression: `personId, #date, waitsFor, ${briefly}`,
      ExpressionAttributeNames: { '#date': 'date', ...names },
      ExpressionAttributeValues: { ':partition': siteResultsPartition(site, date) },
    });
    return items.map((item) => ResultInBrief.parse(item));
  };

  const store: Overviews['store'] = async (site, date, results, readAt) => {
    const timeZone = (await sites.find(site))?.site.timeZone ?? 'UTC';
    const { totals, expected, seen, in: inside, out } = overviewOfDay(site, date, results);
    const overview: StoredOverview = {
      ...{ site, date, timeZone, totals, expected, seen },
      in: inside.length,
      out: out.length,
      madeAt: readAt,
    };
    await ifNotRaced(
      client.send(
        new PutCommand({
          TableName: tableName,
          Item: { ...overviewKey(site, date), ...overview },
          ConditionExpression: 'attribute_not_exists(pk) OR madeAt <= :mine',
          ExpressionAttributeValues: { ':mine': readAt },
        }),
      ),
    );
    return overview;
  };

  return {
    resultsOf,
    store,
    async fresh(site, date) {
      const items = await batchGet(table, [overviewKey(site, date), dueKey(site, date)]);
      const stored = items.flatMap((item) => StoredOverview.safeParse(item).data ?? [])[0];
      const due = items.flatMap((item) => StoredDue.safeParse(item).data ?? [])[0];
      if (due === undefined || (stored !== undefined && isGoodEnough(stored, due, now())))
        return stored ?? null;
      const readAt = new Date(now()).toISOString();
      return store(site, date, await resultsOf(site, date), readAt);
    },
  };
};

const isGoodEnough = ({ madeAt, totals }: StoredOverview, due: StoredDue, nowMs: number): boolean => {
  const madeMs = Date.parse(madeAt);
  const isYoung = totals.people > big.people && nowMs - madeMs < big.everyMs;
  return isYoung || madeMs > Date.parse(due.at) + indexLagMs;
};

const parts = Object.keys(ResultInBrief.shape.figures.shape);
const names = { '#figures': 'figures', ...Object.fromEntries(parts.map((part) => [`#${part}`, part])) };
const briefly = parts.map((part) => `#figures.#${part}`).join(', ');
