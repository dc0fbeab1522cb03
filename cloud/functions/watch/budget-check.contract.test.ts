import { beforeEach, describe, expect, it } from 'vitest';
import { rollcallTableForTests } from '../rollcall-table-for-tests.ts';
import { readMonthUsage, sumOfSearches } from '../usage/month-usage.ts';
import { countSearch, monthAt } from '../usage/search-count.ts';
import { type BudgetNotice, makeBudgetCheck, type ToldOfBudget } from './budget-check.ts';
import { makeDynamoToldOfBudget } from './dynamo-told-of-budget.ts';
import { WatchForTests } from './watch-for-tests.ts';

const table = rollcallTableForTests();
const minuteMs = 60_000;
let nowMs: number;
let announced: BudgetNotice[];
/** Whether the topic takes messages. */
let reachable: boolean;

beforeEach(() => {
  nowMs = Date.parse('2026-11-30T23:50:00.000Z');
  announced = [];
  reachable = true;
});

const check = (
  told: ToldOfBudget = makeDynamoToldOfBudget(table.access()),
  monthlyBudgetUsd: number | null = 1,
) =>
  makeBudgetCheck({
    budget: { usdPerSearch: 0.1, monthlyBudgetUsd },
    countedIn: async (month) => sumOfSearches(await readMonthUsage(table.access(), month)),
    told,
    announce: async (notice) => {
      if (!reachable) throw new Error('the topic is out of reach');
      announced.push(notice);
    },
    log: { warn: () => {} },
  })(nowMs);
const search = async (times: number) => {
  for (let n = 0; n < times; n += 1)
    await countSearch(table.access(), { month: monthAt(nowMs), site: 'main', thing: `door-${n}` });
};
const minutes = async (count: number) => {
  for (let n = 0; n < count; n += 1) {
    nowMs += minuteMs;
    await check();
  }
};
const told = () => announced.map(({ month, guard }) => `${month} ${guard}`);

describe('people and the search budget', () => {
  it('are told of 80 % and of the end once each in a month, however often is checked', async () => {
    await search(7);
    await minutes(2);
    expect(told()).toEqual([]);
    await search(1);
    await minutes(2);
    expect(announced).toEqual([{ month: '2026-11', guard: 'warn', searches: 8, costUsd: 0.8, budgetUsd: 1 }]);
    await search(2);
    await minutes(2);
    expect(told()).toEqual(['2026-11 warn', '2026-11 stop']);
    await minutes(5); // December has begun
    expect(told()).toHaveLength(2);
    await search(8);
    await minutes(2);
    expect(told()).toEqual(['2026-11 warn', '2026-11 stop', '2026-12 warn']);
  });

  it('are told again of a budget that was raised in the month: once it is spent too, nobody is counted any more', async () => {
    await search(10);
    await minutes(1);
    nowMs += minuteMs;
    await check(undefined, 2);
    expect(told()).toEqual(['2026-11 stop']);
    await search(10);
    nowMs += minuteMs;
    await check(undefined, 2);
    await check(undefined, 2);
    expect(announced.map(({ guard, budgetUsd }) => `${guard} ${budgetUsd}`)).toEqual(['stop 1', 'stop 2']);
  });

  it('are told once by several checks at once', async () => {
    await search(10);
    await Promise.all([check(), check(), check(), check()]);
    expect(told()).toEqual(['2026-11 stop']);
  });

  it('would be seen to be told several times, if the checks did not agree by the table', async () => {
    await search(10);
    const careless: ToldOfBudget = { begin: async () => true, done: async () => {} };
    await Promise.all([check(careless), check(careless)]);
    expect(told()).toEqual(['2026-11 stop', '2026-11 stop']);
  });

  it('are told by the next check when they could not be told', async () => {
    await search(8);
    reachable = false;
    await expect(check()).rejects.toThrow('out of reach');
    reachable = true;
    await check(); // the same event once more: the other one may still be at it
    expect(told()).toEqual([]);
    await minutes(2);
    expect(told()).toEqual(['2026-11 warn']);
  });

  it('are told nothing without a budget, and nothing is read', async () => {
    await search(10);
    expect(await table.requests(() => check(undefined, null))).toBe(0);
    expect(told()).toEqual([]);
  });

  it('need no other grants than the gap detector has', async () => {
    await search(8);
    table.asked();
    await check();
    expect(table.asked()).toEqual(['Query', 'UpdateItem']);
  });
});

it('gaps are looked for although the budget cannot be', async () => {
  const door = new WatchForTests({ checkBudget: () => Promise.reject(new Error('no usage')) });
  door.arrive(1, 3);
  await door.report(4);
  door.nowMs += 3 * minuteMs;
  await expect(door.check()).rejects.toThrow('no usage');
  expect(door.raised).toEqual(['2']);
});
