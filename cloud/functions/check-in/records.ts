import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { TableAccess } from '../table/batch-get.ts';
import { StoredPerson, StoredPunch } from '../table/items.ts';
import { claimKey, faceKey, type Key, numberKey, personKey, position, punchSortKey } from '../table/keys.ts';

/** What marking one's attendance reads. */
export interface CheckInRecords {
  findPerson(id: string): Promise<StoredPerson | null>;
  /** Whose person number it is; null when it is nobody's. */
  findOwner(number: string): Promise<string | null>;
  /** Whether a face reference of the person has been enrolled. */
  hasFace(personId: string): Promise<boolean>;
  /** Whether the id has its punch. */
  isRecorded(id: string): Promise<boolean>;
  /** The counting punch that made this one a duplicate: it came before. */
  findCounted(duplicate: StoredPunch): Promise<StoredPunch | null>;
}

/** No duplicate period is longer (cloud/domain/site.ts). */
const longestPeriodMs = 60 * 60_000;

export const makeDynamoCheckInRecords = ({ client, tableName }: TableAccess): CheckInRecords => {
  const get = async (Key: Key): Promise<Record<string, unknown> | undefined> =>
    (await client.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }))).Item;

  return {
    async findPerson(id) {
      const item = await get(personKey(id));
      return item === undefined ? null : StoredPerson.parse(item);
    },

    async findOwner(number) {
      const item = await get(numberKey(number));
      return typeof item?.personId === 'string' ? item.personId : null;
    },

    async hasFace(personId) {
      const { pk, sk } = faceKey(personId, '');
      const { Count = 0 } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :faces)',
          ExpressionAttributeValues: { ':pk': pk, ':faces': sk },
          ConsistentRead: true,
          Limit: 1,
        }),
      );
      return Count > 0;
    },

    isRecorded: async (id) => (await get(claimKey(id))) !== undefined,

    async findCounted({ personId, at, suppressedBy }) {
      const from = new Date(Date.parse(at) - longestPeriodMs).toISOString();
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: {
            ':pk': personKey(personId).pk,
            ':from': punchSortKey(from),
            ':to': punchSortKey(position(at, '~')),
          },
          ConsistentRead: true,
        }),
      );
      return Items.map((item) => StoredPunch.parse(item)).find(({ id }) => id === suppressedBy) ?? null;
    },
  };
};
