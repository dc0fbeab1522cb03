import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { SiteId } from '#contract/names.ts';
import { RetryLater } from '../errors.ts';
import type { Write } from '../punches/attendance-writes.ts';
import { browserUsageKey, doorUsageKey } from '../table/attendance-keys.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { ifNotRaced } from '../table/conditional-write.ts';
import { monthOf } from '../table/keys.ts';

/** Who needed a search, in the UTC month (`2026-11`) in which it was bought. Without a thing: the browsers of the site. */
export type BoughtSearch = { readonly month: string; readonly site: SiteId; readonly thing?: string };

/** The UTC month of an instant in epoch milliseconds. */
export const monthAt = (ms: number): string => monthOf(new Date(ms).toISOString());

const update = (TableName: string, { month, site, thing }: BoughtSearch) => ({
  TableName,
  Key: thing === undefined ? browserUsageKey(month, site) : doorUsageKey(month, thing),
  UpdateExpression: `SET site = :site${thing === undefined ? '' : ', thing = :thing'} ADD searches :one`,
  ExpressionAttributeValues: {
    ':site': site,
    ':one': 1,
    ...(thing === undefined ? {} : { ':thing': thing }),
  },
});

/**
 * The write that counts a search, for the transaction that records what it led to. It adds without reading, so it is to be done
 * once for each search that was answered and never for a redelivery. Needs the grant UpdateItem.
 */
export const searchCount = (tableName: string, bought: BoughtSearch): Write => ({
  Update: update(tableName, bought),
});

/** A transaction that counts for the same door at this moment refuses any other write. */
const maxTries = 5;

/** Counts a search by itself, where nothing is recorded about it. Throws RetryLater when others are always faster. */
export const countSearch = async (
  { client, tableName }: TableAccess,
  bought: BoughtSearch,
): Promise<void> => {
  for (let tries = 1; tries <= maxTries; tries += 1)
    if ((await ifNotRaced(client.send(new UpdateCommand(update(tableName, bought))))) === 'done') return;
  throw new RetryLater('lost_every_race');
};
