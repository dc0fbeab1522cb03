import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { TableAccess } from './batch-get.ts';
import { queryAll } from './query-all.ts';
import type { PositionRange } from './read-page.ts';

/** Items of one partition of `gsi1` within a range of positions, newest first. Eventually consistent, as every index. */
export const queryIndex = async (
  { client, tableName }: TableAccess,
  partition: string,
  range: PositionRange,
  limit: number,
): Promise<readonly Record<string, unknown>[]> => {
  const answer = await client.send(
    new QueryCommand({
      TableName: tableName,
      IndexName: 'gsi1',
      KeyConditionExpression: 'gsi1pk = :partition AND gsi1sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':partition': partition, ':from': range.from, ':to': range.to },
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  return answer.Items ?? [];
};

/** Every item of one partition of `gsi1`, in key order. */
export const queryWholePartition = (
  table: TableAccess,
  partition: string,
): Promise<readonly Record<string, unknown>[]> =>
  queryAll(table, {
    IndexName: 'gsi1',
    KeyConditionExpression: 'gsi1pk = :partition',
    ExpressionAttributeValues: { ':partition': partition },
  });
