import type { Instant } from '#contract/names.ts';
import type { Guard } from '#contract/usage.ts';
import { costOf, guardOf, type SearchBudget } from '../../domain/search-budget.ts';
import type { Log } from '../log.ts';
import { monthAt } from '../usage/search-count.ts';

/** What people are told of the month's budget for searches. */
export type BudgetNotice = {
  /** UTC, such as `2026-11`. */
  readonly month: string;
  readonly guard: Extract<Guard, 'warn' | 'stop'>;
  readonly searches: number;
  readonly costUsd: number;
  readonly budgetUsd: number;
};

/** What people were told of which month. A budget that was raised is told of anew. */
export interface ToldOfBudget {
  /** Whether people are to be told now: nobody has been, and nobody is telling them at this moment. */
  begin(notice: BudgetNotice, at: Instant): Promise<boolean>;
  /** They have been told. */
  done(notice: BudgetNotice, at: Instant): Promise<void>;
}

type BudgetCheckDependencies = {
  readonly budget: SearchBudget;
  /** Searches counted so far in a UTC month. */
  readonly countedIn: (month: string) => Promise<number>;
  readonly told: ToldOfBudget;
  readonly announce: (notice: BudgetNotice) => Promise<void>;
  readonly log: Pick<Log, 'warn'>;
};

/**
 * Looks once whether the searches of a month come near their budget, and tells people of `warn` and of `stop` once each in a month, for each budget
 * that it had.
 * What cannot be told is thrown, and told by a later check.
 */
export const makeBudgetCheck =
  ({ budget, countedIn, told, announce, log }: BudgetCheckDependencies) =>
  async (atMs: number): Promise<void> => {
    const { monthlyBudgetUsd: budgetUsd } = budget;
    if (budgetUsd === null) return;
    const month = monthAt(atMs);
    const at = new Date(atMs).toISOString();
    const searches = await countedIn(month);
    const guard = guardOf(searches, budget);
    if (guard !== 'warn' && guard !== 'stop') return;
    const notice = { month, guard, searches, costUsd: costOf(searches, budget), budgetUsd };
    if (!(await told.begin(notice, at))) return;
    log.warn('search.budget', { month, guard, searches });
    await announce(notice);
    await told.done(notice, at);
  };
