import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { SiteId } from '#contract/names.ts';
import type { LocalDate } from '../../domain/local-time.ts';
import { StoredStale } from '../table/attendance-items.ts';
import { everybody, staleKey, stalePartition, stalePrefix } from '../table/attendance-keys.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { ifNotRaced } from '../table/conditional-write.ts';

export type StalePage = {
  readonly facts: readonly StoredStale[];
  /** Where to go on; undefined at the end. */
  readonly next: Record<string, unknown> | undefined;
};

/** What has been written and not been derived yet. */
export interface StaleFacts {
  /** In order of the person, those about everybody first. `who` = only those of one person, or those about everybody. */
  page(site: SiteId, who: string | undefined, start: StalePage['next']): Promise<StalePage>;
  /** Takes away what was read, unless it was written again meanwhile. */
  remove(fact: StoredStale): Promise<void>;
  /** Leaves only the dates from one on to be derived. */
  shorten(fact: StoredStale, from: LocalDate): Promise<void>;
}

const pageSize = 100;

export const makeStaleFacts = ({ client, tableName }: TableAccess): StaleFacts => {
  const keyOf = ({ site, personId, factId }: StoredStale) => staleKey(site, personId ?? everybody, factId);
  const isAsRead = ({ token }: StoredStale) => ({
    ConditionExpression: '#token = :read',
    ExpressionAttributeNames: { '#token': 'token' },
    ExpressionAttributeValues: { ':read': token },
  });

  return {
    async page(site, who, start) {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          ConsistentRead: true,
          KeyConditionExpression: who === undefined ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :who)',
          ExpressionAttributeValues: {
            ':pk': stalePartition(site),
            ...(who === undefined ? {} : { ':who': stalePrefix(who) }),
          },
          Limit: pageSize,
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      return { facts: Items.map((item) => StoredStale.parse(item)), next: LastEvaluatedKey };
    },

    async remove(fact) {
      await ifNotRaced(
        client.send(new DeleteCommand({ TableName: tableName, Key: keyOf(fact), ...isAsRead(fact) })),
      );
    },

    async shorten(fact, from) {
      if (fact.dates === undefined) return;
      const Item = { ...keyOf(fact), ...fact, dates: { ...fact.dates, from } };
      await ifNotRaced(client.send(new PutCommand({ TableName: tableName, Item, ...isAsRead(fact) })));
    },
  };
};
