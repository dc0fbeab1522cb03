import { StoredUsage } from '../table/attendance-items.ts';
import { usagePartition } from '../table/attendance-keys.ts';
import { batchGet, type TableAccess } from '../table/batch-get.ts';
import { StoredDoor } from '../table/items.ts';
import { doorKey } from '../table/keys.ts';
import { queryAll } from '../table/query-all.ts';

/** What is known of the searches that were bought. */
export interface SearchUsage {
  /** Of every door, and of the browsers of every site, in a UTC month (`2026-11`). */
  ofMonth(month: string): Promise<readonly StoredUsage[]>;
  /** Names of doors by their thing names; those that are gone are left out. */
  doorNames(things: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** What every door, and the browsers of every site, have searched in a UTC month (`2026-11`). Needs the grant Query. */
export const readMonthUsage = async (table: TableAccess, month: string): Promise<readonly StoredUsage[]> => {
  const items = await queryAll(table, {
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': usagePartition(month) },
  });
  return items.map((item) => StoredUsage.parse(item));
};

/** Usage on the single table: a query for a month, and a BatchGetItem for the names. */
export const makeDynamoSearchUsage = (table: TableAccess): SearchUsage => ({
  ofMonth: (month) => readMonthUsage(table, month),

  async doorNames(things) {
    const items = await batchGet(table, things.map(doorKey));
    return new Map(items.map((item) => StoredDoor.parse(item)).map(({ thing, name }) => [thing, name]));
  },
});

export const sumOfSearches = (usage: readonly Pick<StoredUsage, 'searches'>[]): number =>
  usage.reduce((sum, { searches }) => sum + searches, 0);
