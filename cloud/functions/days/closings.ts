import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SiteId } from '#contract/names.ts';
import type { LocalDate } from '../../domain/local-time.ts';
import { StoredClosing } from '../table/attendance-items.ts';
import { closingKey } from '../table/attendance-keys.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { ifNotRaced } from '../table/conditional-write.ts';
import { queryAll } from '../table/query-all.ts';

/** How far the dates of a site have come. */
export interface Closings {
  between(site: SiteId, from: LocalDate, to: LocalDate): Promise<readonly StoredClosing[]>;
  /** Keeps it unless somebody has looked later. */
  keep(closing: StoredClosing): Promise<void>;
}

export const makeClosings = (table: TableAccess): Closings => ({
  async between(site, from, to) {
    const items = await queryAll(table, {
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': closingKey(site, from).pk, ':from': from, ':to': to },
    });
    return items.map((item) => StoredClosing.parse(item));
  },

  async keep(closing) {
    const { site, date, lookedAt } = closing;
    await ifNotRaced(
      table.client.send(
        new PutCommand({
          TableName: table.tableName,
          Item: { ...closingKey(site, date), ...closing },
          ConditionExpression: 'attribute_not_exists(pk) OR lookedAt <= :mine',
          ExpressionAttributeValues: { ':mine': lookedAt },
        }),
      ),
    );
  },
});
