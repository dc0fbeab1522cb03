import { randomUUID } from 'node:crypto';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SiteId } from '#contract/names.ts';
import type { LocalDate } from '../../domain/local-time.ts';
import { StoredDue } from '../table/attendance-items.ts';
import { dueKey } from '../table/attendance-keys.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { ifNotRaced } from '../table/conditional-write.ts';
import { queryAll } from '../table/query-all.ts';

/** Dates whose results have changed since the site's day was last looked over. */
export interface DueDates {
  mark(changed: readonly { readonly site: SiteId; readonly date: LocalDate }[]): Promise<void>;
  ofSite(site: SiteId): Promise<readonly StoredDue[]>;
  /** Takes a mark away unless it has been set again. */
  remove(due: StoredDue): Promise<void>;
}

/** @param now epoch milliseconds */
export const makeDueDates = (table: TableAccess, now: () => number): DueDates => {
  const { client, tableName } = table;
  return {
    async mark(changed) {
      const once = new Map(changed.map((one) => [`${one.site} ${one.date}`, one]));
      const at = new Date(now()).toISOString();
      await Promise.all(
        [...once.values()].map(({ site, date }) => {
          const due: StoredDue = { site, date, token: randomUUID(), at };
          return client.send(
            new PutCommand({ TableName: tableName, Item: { ...dueKey(site, date), ...due } }),
          );
        }),
      );
    },
    async ofSite(site) {
      const items = await queryAll(table, {
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': dueKey(site, '').pk },
      });
      return items.map((item) => StoredDue.parse(item));
    },
    async remove({ site, date, token }) {
      await ifNotRaced(
        client.send(
          new DeleteCommand({
            TableName: tableName,
            Key: dueKey(site, date),
            ConditionExpression: '#token = :read',
            ExpressionAttributeNames: { '#token': 'token' },
            ExpressionAttributeValues: { ':read': token },
          }),
        ),
      );
    },
  };
};
