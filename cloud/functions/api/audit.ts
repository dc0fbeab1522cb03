import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { AuditItem } from '#contract/audit.ts';
import { type Route, scopes } from '#contract/routes.ts';
import { auditKey, auditPartition } from '../table/attendance-keys.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { queryNewest } from '../table/query-newest.ts';
import { newSortableId } from '../table/sortable-id.ts';
import type { RawAnswer, RawRequest } from './endpoint.ts';

/** Where it is written down who changed what. Entries are only ever added. */
export interface Audit {
  note(entry: Pick<AuditItem, 'by' | 'route' | 'about'>): Promise<void>;
}

/** Every change is noted, and every file that leaves the product; not who marks their attendance, which is a punch. */
export const isAudited = (route: Route): boolean =>
  (route.scope === scopes.write && route.function !== 'check-in') || route.path.includes('/export.');

/** The ids that a request is about: in its path, in its query, and of what it made. No text that anybody wrote. */
export const aboutOf = ({ params, query }: RawRequest, { body }: RawAnswer): AuditItem['about'] => {
  const asked = ['site', 'person', 'from', 'to'].flatMap((key) => {
    const [value] = query[key] ?? [];
    return value === undefined ? [] : [[key, value] as const];
  });
  const made = body !== null && 'json' in body ? (body.json as { readonly id?: unknown }).id : undefined;
  return {
    ...(typeof made === 'string' ? { id: made } : {}),
    ...Object.fromEntries(asked),
    ...params,
  };
};

/** The audit on the single table. @param now epoch milliseconds */
export const makeDynamoAudit = ({ client, tableName }: TableAccess, now: () => number): Audit => ({
  async note(entry) {
    const atMs = now();
    const item: AuditItem = { id: newSortableId(atMs), at: new Date(atMs).toISOString(), ...entry };
    await client.send(
      new PutCommand({
        TableName: tableName,
        Item: { ...auditKey(item.at, item.id), ...item },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
  },
});

/** Entries of a UTC month between two positions, newest first. */
export const queryAudit =
  (table: TableAccess) =>
  async (
    month: string,
    range: { readonly from: string; readonly to: string },
    limit: number,
  ): Promise<readonly AuditItem[]> =>
    (await queryNewest(table, auditPartition(month), range, limit)).map((item) =>
      AuditItem.strip().parse(item),
    );
