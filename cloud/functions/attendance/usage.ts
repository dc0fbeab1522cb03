import { costOf, guardOf, roundUsd, type SearchBudget } from '../../domain/search-budget.ts';
import { endpoint } from '../api/endpoint.ts';
import type { EndpointsOf } from '../api/make-api.ts';
import { attendanceOperations as operations } from '../api/operations/attendance.ts';
import { type SearchUsage, sumOfSearches } from '../usage/month-usage.ts';
import { monthAt } from '../usage/search-count.ts';

export type UsageDeps = {
  readonly usage: SearchUsage;
  readonly budget: SearchBudget;
  /** Epoch milliseconds. */
  readonly now: () => number;
};

const dayMs = 86_400_000;

/** What a month will cost if it goes on like this; its first day counts as whole, because an hour says nothing about a month. */
const projectedUsd = (costUsd: number, nowMs: number): number => {
  const at = new Date(nowMs);
  const [startMs, endMs] = [0, 1].map((months) =>
    Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months),
  ) as [number, number];
  const elapsedMs = Math.max(dayMs, nowMs - startMs);
  return roundUsd((costUsd * (endMs - startMs)) / elapsedMs);
};

/** GET /usage: the searches of this UTC month. A door that is gone is called by its thing name. */
export const makeUsageEndpoints = ({
  usage,
  budget,
  now,
}: UsageDeps): Pick<EndpointsOf<'attendance'>, 'usage'> => ({
  usage: endpoint(operations.usage, async () => {
    const atMs = now();
    const month = monthAt(atMs);
    const counted = await usage.ofMonth(month);
    const searches = sumOfSearches(counted);
    const atDoors = counted.flatMap(({ thing, site = null, searches }) =>
      thing === undefined ? [] : [{ thing, site, searches }],
    );
    const names = await usage.doorNames(atDoors.map(({ thing }) => thing));
    const byDoor = atDoors
      .map(({ thing, ...door }) => ({ thing, name: names.get(thing) ?? thing, ...door }))
      .sort((a, b) => b.searches - a.searches || (a.thing < b.thing ? -1 : 1));
    const fromDoors = sumOfSearches(byDoor);
    const costUsd = costOf(searches, budget);
    return {
      json: {
        month,
        searches,
        bySource: [
          { source: 'door' as const, searches: fromDoors },
          { source: 'browser' as const, searches: searches - fromDoors },
        ],
        byDoor,
        usdPerSearch: budget.usdPerSearch,
        costUsd,
        projectedUsd: projectedUsd(costUsd, atMs),
        budgetUsd: budget.monthlyBudgetUsd,
        guard: guardOf(searches, budget),
      },
    };
  }),
});
