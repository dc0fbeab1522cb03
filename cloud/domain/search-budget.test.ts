import { describe, expect, it } from 'vitest';
import { costOf, guardOf, SearchBudget } from './search-budget.ts';

const tenDollars = SearchBudget.parse({ usdPerSearch: 0.001, monthlyBudgetUsd: 10 });

describe('the budget of searches', () => {
  it.each([
    [0, 'ok'],
    [7_999, 'ok'],
    [8_000, 'warn'],
    [9_999, 'warn'],
    [10_000, 'stop'],
    [12_000, 'stop'],
  ] as const)('says after %i searches of a thousandth of ten dollars: %s', (searches, guard) => {
    expect(guardOf(searches, tenDollars)).toBe(guard);
  });

  it('meets a budget exactly, although binary numbers hold neither price nor sum', () => {
    const budget = SearchBudget.parse({ usdPerSearch: 0.0012, monthlyBudgetUsd: 0.006 });
    expect(5 * 0.0012).not.toBe(0.006);
    expect(guardOf(4, budget)).toBe('warn');
    expect(guardOf(5, budget)).toBe('stop');
  });

  it('is off without a budget, whatever is spent', () => {
    expect(guardOf(10_000_000, SearchBudget.parse({}))).toBe('off');
  });

  it('costs what Rekognition takes in eu-central-1 unless told otherwise', () => {
    expect(costOf(44_000, SearchBudget.parse({}))).toBe(52.8);
  });

  it.each([{ usdPerSearch: 0 }, { monthlyBudgetUsd: 0 }, { monthlyBudgetUsd: -1 }, { budget: 5 }])(
    'refuses %j',
    (wrong) => {
      expect(SearchBudget.safeParse(wrong).success).toBe(false);
    },
  );
});
