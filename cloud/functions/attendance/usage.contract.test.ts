import { PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { Usage } from '#contract/usage.ts';
import type { RawRequest } from '../api/endpoint.ts';
import { doorItem } from '../ingest/ingest-for-tests.ts';
import { rollcallTableForTests } from '../rollcall-table-for-tests.ts';
import { doorKey } from '../table/keys.ts';
import { makeDynamoSearchUsage } from '../usage/month-usage.ts';
import { type BoughtSearch, countSearch, monthAt, searchCount } from '../usage/search-count.ts';
import { makeUsageEndpoints } from './usage.ts';

const table = rollcallTableForTests();
const [front, back] = ['rollcall-dev-front', 'rollcall-dev-back'];
let nowMs: number;

const caller = { sub: 'sub-admin', username: 'admin', groups: ['admin' as const], scopes: [] };
const asked: RawRequest = {
  access: { caller, reach: 'all', link: { sites: [] } },
  params: {},
  query: {},
  contentType: '',
  ifMatch: undefined,
  bytes: async () => new Uint8Array(),
};

/** GET /usage with a budget of a cent at a tenth of a cent a search. */
const usage = async (monthlyBudgetUsd: number | null = 0.01): Promise<Usage> => {
  const { usage } = makeUsageEndpoints({
    usage: makeDynamoSearchUsage(table.access()),
    budget: { usdPerSearch: 0.001, monthlyBudgetUsd },
    now: () => nowMs,
  });
  const { body } = await usage.answer(asked);
  return Usage.parse(body !== null && 'json' in body ? body.json : null);
};
const count = async (times: number, bought: Omit<BoughtSearch, 'month'>, month = monthAt(nowMs)) => {
  for (let n = 0; n < times; n += 1) await countSearch(table.access(), { month, ...bought });
};

beforeEach(() => {
  nowMs = Date.parse('2026-11-16T00:00:00.000Z'); // half of the month
});

describe('the usage of a month', () => {
  it('is nothing where nothing was searched', async () => {
    expect(await usage()).toEqual({
      month: '2026-11',
      searches: 0,
      bySource: [
        { source: 'door', searches: 0 },
        { source: 'browser', searches: 0 },
      ],
      byDoor: [],
      usdPerSearch: 0.001,
      costUsd: 0,
      projectedUsd: 0,
      budgetUsd: 0.01,
      guard: 'ok',
    });
  });

  it('is told by source and door, the busiest first, with what it costs and will cost', async () => {
    const { client, tableName } = table.access();
    const Item = { ...doorKey(front), ...doorItem(front), name: 'Front door' };
    await client.send(new PutCommand({ TableName: tableName, Item }));
    await count(2, { site: 'main', thing: back });
    await count(4, { site: 'main', thing: front });
    await count(2, { site: 'main' });
    expect(await usage()).toMatchObject({
      searches: 8,
      bySource: [
        { source: 'door', searches: 6 },
        { source: 'browser', searches: 2 },
      ],
      byDoor: [
        { thing: front, name: 'Front door', site: 'main', searches: 4 },
        // Its record is gone, and what it has cost is not.
        { thing: back, name: back, site: 'main', searches: 2 },
      ],
      costUsd: 0.008,
      projectedUsd: 0.016,
      guard: 'warn',
    });
  });

  it('is over with the month in UTC', async () => {
    nowMs = Date.parse('2026-11-30T23:59:59.999Z');
    await count(10, { site: 'main', thing: front });
    expect(await usage()).toMatchObject({ month: '2026-11', searches: 10, guard: 'stop' });
    nowMs += 1;
    expect(await usage()).toMatchObject({ month: '2026-12', searches: 0, guard: 'ok' });
  });

  it('is projected from a whole day on the first, because an hour says nothing about a month', async () => {
    nowMs = Date.parse('2026-11-01T01:00:00.000Z');
    await count(1, { site: 'main', thing: front });
    expect(await usage()).toMatchObject({ costUsd: 0.001, projectedUsd: 0.03 });
  });

  it('has no guard without a budget', async () => {
    await count(10, { site: 'main', thing: front });
    expect(await usage(null)).toMatchObject({ budgetUsd: null, guard: 'off', costUsd: 0.01 });
  });

  it('counts every search of those that are counted at once, alone or in a transaction', async () => {
    const { client, tableName } = table.access();
    const bought = { month: '2026-11', site: 'main', thing: front };
    const inTransaction = async (): Promise<void> => {
      const write = new TransactWriteCommand({ TransactItems: [searchCount(tableName, bought)] });
      await client.send(write).catch((error: Error) => {
        expect(error.name).toBe('TransactionCanceledException');
        return inTransaction();
      });
    };
    const alone = () => countSearch(table.access(), bought);
    await Promise.all(Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? alone() : inTransaction())));
    expect((await usage()).searches).toBe(10);
  });
});
