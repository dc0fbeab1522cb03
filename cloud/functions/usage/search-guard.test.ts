import { beforeEach, describe, expect, it } from 'vitest';
import { makeSearchGuard, type SearchGuard } from './search-guard.ts';

const minuteMs = 60_000;
let nowMs: number;
let counted: Map<string, number>;
let reads: string[];
let guard: SearchGuard;

const guardOf = (monthlyBudgetUsd: number | null) =>
  makeSearchGuard({
    budget: { usdPerSearch: 0.1, monthlyBudgetUsd },
    countedIn: async (month) => {
      reads.push(month);
      return counted.get(month) ?? 0;
    },
    now: () => nowMs,
  });

beforeEach(() => {
  nowMs = Date.parse('2026-11-30T23:50:30.000Z');
  counted = new Map();
  reads = [];
  guard = guardOf(1);
});

describe('the guard of searches', () => {
  it('reads nothing without a budget', async () => {
    counted.set('2026-11', 1_000);
    expect(await guardOf(null).state()).toBe('off');
    expect(reads).toEqual([]);
  });

  it('reads once a minute, and adds what it has itself bought since', async () => {
    counted.set('2026-11', 7);
    expect(await guard.state()).toBe('ok');
    guard.bought();
    expect(await guard.state()).toBe('warn');
    guard.bought();
    guard.bought();
    expect(await guard.state()).toBe('stop');
    expect(reads).toEqual(['2026-11']);
  });

  it('sees after a minute what others have bought, and counts its own no second time', async () => {
    await guard.state();
    for (let n = 0; n < 5; n += 1) guard.bought();
    counted.set('2026-11', 7);
    nowMs += minuteMs - 1;
    expect(await guard.state()).toBe('ok');
    nowMs += 1;
    expect(await guard.state()).toBe('ok');
    counted.set('2026-11', 10);
    nowMs += minuteMs - 1;
    expect(await guard.state()).toBe('ok');
    expect(reads).toHaveLength(2);
  });

  it('begins anew with the UTC month', async () => {
    nowMs += 9 * minuteMs;
    counted.set('2026-11', 10);
    expect(await guard.state()).toBe('stop');
    nowMs += minuteMs / 2; // midnight, within the minute
    expect(await guard.state()).toBe('ok');
    expect(reads).toEqual(['2026-11', '2026-12']);
  });
});
