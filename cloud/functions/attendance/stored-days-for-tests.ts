import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { lockedFrom } from '../../domain/corrections/lock.ts';
import { daysBetween, type LocalDate } from '../../domain/local-time.ts';
import { afterwards, derive, monday, schedule } from '../../domain/rules-for-tests.ts';
import { overviewOfDay } from '../../domain/summary/day-overview.ts';
import { storedResultOf, writeResult } from '../days/results.ts';
import type { StoredOverview, StoredResult } from '../table/attendance-items.ts';
import { overviewKey } from '../table/attendance-keys.ts';
import type { TableAccess } from '../table/batch-get.ts';

type Rest = NonNullable<Parameters<typeof derive>[2]> & { readonly rules?: ReturnType<typeof schedule> };

/**
 * What the rules make of a person's punches on a date, as it is stored; they work from 9 to 17 o'clock in Berlin, from Monday to
 * Friday, unless told otherwise. `words` such as `in 09:00`.
 */
export const resultOf = (
  personId: string,
  date: LocalDate,
  words: readonly string[] = [],
  { rules = schedule(), ...rest }: Rest = {},
): StoredResult => {
  const away = daysBetween(monday, date);
  const there = words.map((word) => `${word} ${away}`);
  const result = derive(there, rules, { date, personId, ...rest });
  return storedResultOf(result, {
    lockedFrom: lockedFrom(date, rules),
    version: 1,
    syncedThrough: rest.syncedThrough ?? afterwards,
  });
};

export const storeResults = async (table: TableAccess, results: readonly StoredResult[]): Promise<void> => {
  await Promise.all(results.map((result) => writeResult(table, result)));
};

/** Stores a site's date in sums, made of these results. */
export const storeOverview = async (
  { client, tableName }: TableAccess,
  date: LocalDate,
  results: readonly StoredResult[],
): Promise<void> => {
  const { totals, expected, seen, in: inside, out } = overviewOfDay('main', date, results);
  const overview: StoredOverview = {
    site: 'main',
    date,
    timeZone: 'Europe/Berlin',
    totals,
    expected,
    seen,
    in: inside.length,
    out: out.length,
    madeAt: '2026-11-23T15:00:00.000Z',
  };
  await client.send(
    new PutCommand({ TableName: tableName, Item: { ...overviewKey('main', date), ...overview } }),
  );
};
