import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RetryLater } from '../errors.ts';
import { rollcallTableForTests } from '../rollcall-table-for-tests.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { StoredDay, StoredPunch, StoredSighting } from '../table/items.ts';
import { doorKey, personKey } from '../table/keys.ts';
import { readMonthUsage, sumOfSearches } from '../usage/month-usage.ts';
import { monthAt } from '../usage/search-count.ts';
import { makeDynamoLedger } from './dynamo-ledger.ts';
import { doorItem, ingestOver, receivedAt, unhurried } from './ingest-for-tests.ts';
import { daysAreDerived, everyPassageCountsOnce, nothingIsLost } from './invariants-for-tests.ts';
import { enrolled, eventsOf, passings, searchIn, things } from './passings-for-tests.ts';

const table = rollcallTableForTests();

describe('the ledger on DynamoDB', () => {
  it('loses nothing and counts every passage once when a day’s deliveries come at once, twice, in any order', async () => {
    const { client, tableName } = table.access();
    const put = (item: object) => client.send(new PutCommand({ TableName: tableName, Item: { ...item } }));
    for (const person of enrolled) await put({ ...personKey(person.id), ...person });
    for (const thing of things) await put({ ...doorKey(thing), ...doorItem(thing) });
    // Several days' worth in one table: each sample three days before the one it follows.
    const samples = fc.sample(passings, { numRuns: 6, seed: 11 });
    const list = samples
      .flatMap((sample, k) =>
        sample.map((passing) => ({ ...passing, atMs: passing.atMs - k * 3 * 86_400_000 })),
      )
      .map((passing, n) => ({ ...passing, n }));
    const twice = [...list, ...list].flatMap(eventsOf);
    const [arriving = []] = fc.sample(fc.shuffledSubarray(twice, { minLength: twice.length }), {
      numRuns: 1,
      seed: 3,
    });
    let searches = 0;
    const searchFaces = async (image: Uint8Array) => {
      searches += 1;
      return searchIn(image);
    };
    const environments = [0, 1].map(() => {
      const used = makeDynamoLedger(table.access(), Date.now);
      return ingestOver(used, { searchFaces, sendVerdict: async () => {} });
    });
    const untilDone = async (delivery: object, n: number): Promise<void> => {
      try {
        await environments[n % 2]?.(delivery, unhurried);
      } catch (error) {
        expect(error).toBeInstanceOf(RetryLater);
        await untilDone(delivery, n);
      }
    };
    for (let n = 0; n < arriving.length; n += 10) await Promise.all(arriving.slice(n, n + 10).map(untilDone));

    const contents = await contentsOf(table.access());
    nothingIsLost(contents, list);
    everyPassageCountsOnce(contents, list);
    daysAreDerived(contents);
    const month = monthAt(receivedAt);
    expect(sumOfSearches(await readMonthUsage(table.access(), month))).toBe(searches);
  });
});

/** Everything that the table holds of sightings, passages, punches and days. */
const contentsOf = async ({ client, tableName }: TableAccess) => {
  const { Items: items = [], LastEvaluatedKey } = await client.send(
    new ScanCommand({ TableName: tableName }),
  );
  expect(LastEvaluatedKey).toBeUndefined();
  const under = <T>(prefix: string, parse: (item: unknown) => T, keyOf: (item: T) => string) =>
    new Map(
      items
        .filter((item) => String(item.sk).startsWith(prefix))
        .map((item) => parse(item))
        .map((item) => [keyOf(item), item]),
    );
  return {
    sightings: under(
      'SIGHTING#',
      StoredSighting.parse,
      ({ passageId, attempt }) => `${passageId} ${attempt}`,
    ),
    passages: under('PASSAGE#', StoredSighting.parse, ({ passageId, seq }) => `${passageId} ${seq}`),
    punches: under('PUNCH#', StoredPunch.parse, ({ personId, at, id }) => `${personId} ${at} ${id}`),
    days: under('DAY#', StoredDay.parse, ({ personId, date }) => `${personId} ${date}`),
  };
};
