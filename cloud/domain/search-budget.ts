import * as z from 'zod';
import type { Guard } from '#contract/usage.ts';

/** What a search costs, and what all of a month may cost, in US dollars. */
export const SearchBudget = z.strictObject({
  /**
   * Rekognition, Group 1, the first million images of a month in eu-central-1: 0.001 in us-east-1, us-west-2 and eu-west-1.
   * Source: Amazon Rekognition pricing.
   */
  usdPerSearch: z.number().positive().default(0.0012),
  /** Null = no limit: nobody is warned, and nothing stops. */
  monthlyBudgetUsd: z.number().positive().nullable().default(null),
});
export type SearchBudget = z.infer<typeof SearchBudget>;

/** From this part of the budget on people are warned. */
const warnFrom = 0.8;

/** To a millionth of a dollar, so that sums of prices that binary numbers cannot hold meet a budget exactly. */
export const roundUsd = (usd: number): number => Math.round(usd * 1e6) / 1e6;

/** US dollars for so many searches. */
export const costOf = (searches: number, { usdPerSearch }: Pick<SearchBudget, 'usdPerSearch'>): number =>
  roundUsd(searches * usdPerSearch);

/** Whether, after so many searches in a month, another may be bought. */
export const guardOf = (searches: number, budget: SearchBudget): Guard => {
  const { monthlyBudgetUsd } = budget;
  if (monthlyBudgetUsd === null) return 'off';
  const cost = costOf(searches, budget);
  if (cost >= monthlyBudgetUsd) return 'stop';
  return cost >= roundUsd(warnFrom * monthlyBudgetUsd) ? 'warn' : 'ok';
};
