import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { RetryLater } from '../errors.ts';
import type { Key } from './keys.ts';

const maxKeysPerRequest = 100;
const maxRounds = 5;

export type TableAccess = { readonly client: DynamoDBDocumentClient; readonly tableName: string };

/**
 * Reads items by key in no particular order, as they are at this moment, or (`maybeOld`) for half the price as they were a moment
 * ago; keys without an item are left out.
 * Asks again for what DynamoDB left unprocessed, and throws RetryLater when it keeps doing so.
 */
export const batchGet = async (
  { client, tableName }: TableAccess,
  keys: readonly Key[],
  age: 'current' | 'maybeOld' = 'current',
): Promise<readonly Record<string, unknown>[]> => {
  const items: Record<string, unknown>[] = [];
  let left: readonly Record<string, unknown>[] = keys.map((key) => ({ ...key }));
  for (let round = 0; left.length > 0; round += 1) {
    if (round === maxRounds + Math.ceil(keys.length / maxKeysPerRequest))
      throw new RetryLater('reads_unprocessed');
    const request = left.slice(0, maxKeysPerRequest);
    const answer = await client.send(
      new BatchGetCommand({
        RequestItems: { [tableName]: { Keys: [...request], ConsistentRead: age === 'current' } },
      }),
    );
    items.push(...(answer.Responses?.[tableName] ?? []));
    const unprocessed = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
    left = [...unprocessed, ...left.slice(maxKeysPerRequest)];
  }
  return items;
};
