import type { Guard } from '#contract/usage.ts';
import { guardOf, type SearchBudget } from '../../domain/search-budget.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { readMonthUsage, sumOfSearches } from './month-usage.ts';
import { monthAt } from './search-count.ts';

/** Keeps the month's searches within the budget. */
export interface SearchGuard {
  /** Ask before a search; with `stop` none may be bought, and what would have been searched is kept without. */
  state(): Promise<Guard>;
  /** Say after each search that was answered. */
  bought(): void;
}

const memoryMs = 60_000;

/**
 * The guard of one execution environment. What it knows of the month is at most a minute old, and it adds what it has bought itself
 * since: several environments together can go beyond the budget by what they buy in that minute. Without a budget it reads nothing.
 */
export const makeSearchGuard = (deps: {
  readonly budget: SearchBudget;
  /** Searches counted so far in a UTC month. */
  readonly countedIn: (month: string) => Promise<number>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}): SearchGuard => {
  const { budget, countedIn, now } = deps;
  let remembered: { readonly month: string; readonly untilMs: number; searches: number } | undefined;

  return {
    async state() {
      if (budget.monthlyBudgetUsd === null) return 'off';
      const [atMs, month] = [now(), monthAt(now())];
      if (remembered === undefined || remembered.month !== month || atMs >= remembered.untilMs)
        remembered = { month, untilMs: atMs + memoryMs, searches: await countedIn(month) };
      return guardOf(remembered.searches, budget);
    },
    bought() {
      if (remembered !== undefined) remembered.searches += 1;
    },
  };
};

/** The guard on the single table: one query a minute, and none without a budget. */
export const makeDynamoSearchGuard = (
  table: TableAccess,
  budget: SearchBudget,
  now: () => number,
): SearchGuard =>
  makeSearchGuard({
    budget,
    countedIn: async (month) => sumOfSearches(await readMonthUsage(table, month)),
    now,
  });
