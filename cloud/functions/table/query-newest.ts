import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { TableAccess } from './batch-get.ts';
import type { PositionRange } from './read-page.ts';

/** At most `limit` items of one partition whose sort keys lie in a range, the last first, with all that has been written. */
export const queryNewest = async (
  { client, tableName }: TableAccess,
  partition: string,
  { from, to }: PositionRange,
  limit: number,
): Promise<readonly Record<string, unknown>[]> => {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': partition, ':from': from, ':to': to },
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  return Items;
};
