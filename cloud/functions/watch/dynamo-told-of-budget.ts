import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { budgetNoticeKey } from '../table/attendance-keys.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { ifNotRaced } from '../table/conditional-write.ts';
import type { ToldOfBudget } from './budget-check.ts';

/** A check that failed is repeated after this: longer than one invocation lasts, so that no two of them tell at once. */
const tellAgainMs = 60_000;

/** One item for each month, state of the guard and budget; the write decides, so that of several checks at once one tells. */
export const makeDynamoToldOfBudget = ({ client, tableName }: TableAccess): ToldOfBudget => ({
  async begin({ month, guard, budgetUsd }, at) {
    const begun = await ifNotRaced(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: budgetNoticeKey(month, guard, budgetUsd),
          UpdateExpression: 'SET tellingAt = :at',
          ConditionExpression:
            'attribute_not_exists(pk) OR (attribute_not_exists(toldAt) AND tellingAt <= :longAgo)',
          ExpressionAttributeValues: {
            ':at': at,
            ':longAgo': new Date(Date.parse(at) - tellAgainMs).toISOString(),
          },
        }),
      ),
    );
    return begun === 'done';
  },

  async done({ month, guard, budgetUsd }, at) {
    await client.send(
      new UpdateCommand({
        TableName: tableName,
        Key: budgetNoticeKey(month, guard, budgetUsd),
        UpdateExpression: 'SET toldAt = :at',
        ExpressionAttributeValues: { ':at': at },
      }),
    );
  },
});
