import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { TableAccess } from './batch-get.ts';

type Query = Omit<QueryCommandInput, 'TableName' | 'ExclusiveStartKey' | 'Limit'>;

/** Every item that a query finds, in key order, page by page until the end. */
export const queryAll = (table: TableAccess, query: Query): Promise<readonly Record<string, unknown>[]> =>
  queryUpTo(table, null, query);

/** The first items that a query finds, or all. DynamoDB stops at 1 MB, too, and then it is asked to go on. */
export const queryUpTo = async (
  { client, tableName }: TableAccess,
  limit: number | null,
  query: Query,
): Promise<readonly Record<string, unknown>[]> => {
  const items: Record<string, unknown>[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const answer = await client.send(
      new QueryCommand({
        ...query,
        TableName: tableName,
        ...(limit === null ? {} : { Limit: limit - items.length }),
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    items.push(...(answer.Items ?? []));
    start = answer.LastEvaluatedKey;
  } while (start !== undefined && (limit === null || items.length < limit));
  return items;
};
