import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { FaceReference } from '#contract/api.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { StoredPerson } from '../table/items.ts';
import { faceKey, inSiteList, numberKey, personKey, position, siteListPartition } from '../table/keys.ts';
import { queryIndex } from '../table/query-index.ts';
import { type Page, readPage } from '../table/read-page.ts';

/** People and their face references, as the people function needs them. */
export interface PeopleStore {
  findPerson(id: string): Promise<StoredPerson | null>;
  /** Newest first. */
  peopleOfSite(site: string, after: string | null, limit: number): Promise<Page<StoredPerson>>;
  /** `number_taken` when another person has the number. */
  addPerson(person: StoredPerson): Promise<'added' | 'number_taken'>;
  /** `no_consent` when the person may not be enrolled any more. */
  addFace(face: FaceReference): Promise<'added' | 'no_consent'>;
}

export const makeDynamoPeople = (table: TableAccess): PeopleStore => {
  const { client, tableName } = table;
  return {
    async findPerson(id) {
      const { Item } = await client.send(
        new GetCommand({ TableName: tableName, Key: personKey(id), ConsistentRead: true }),
      );
      return Item === undefined ? null : StoredPerson.parse(Item);
    },

    peopleOfSite: (site, after, limit) =>
      readPage({
        partitions: [siteListPartition(site, 'PEOPLE')],
        // Everything: years before and after any that a person was added in.
        range: { from: '0', to: '9' },
        after,
        limit,
        query: async (partition, range, n) =>
          (await queryIndex(table, partition, range, n)).map((item) => StoredPerson.parse(item)),
        positionOf: (person) => position(person.createdAt, person.id),
      }),

    addPerson: async (person) =>
      (await transact([
        {
          Put: {
            TableName: tableName,
            Item: {
              ...personKey(person.id),
              ...person,
              ...inSiteList(person.site, 'PEOPLE', person.createdAt, person.id),
            },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
        {
          Put: {
            TableName: tableName,
            Item: { ...numberKey(person.number), personId: person.id },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
      ]))
        ? 'added'
        : 'number_taken',

    addFace: async (face) =>
      (await transact([
        {
          Put: {
            TableName: tableName,
            Item: { ...faceKey(face.personId, face.faceId), ...face },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
        {
          ConditionCheck: {
            TableName: tableName,
            Key: personKey(face.personId),
            ConditionExpression: 'attribute_exists(consent) AND #status = :active',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: { ':active': 'active' },
          },
        },
      ]))
        ? 'added'
        : 'no_consent',
  };

  /** False when one of the conditions did not hold. */
  async function transact(
    TransactItems: NonNullable<ConstructorParameters<typeof TransactWriteCommand>[0]['TransactItems']>,
  ): Promise<boolean> {
    try {
      await client.send(new TransactWriteCommand({ TransactItems }));
      return true;
    } catch (error) {
      const failed =
        error instanceof TransactionCanceledException &&
        error.CancellationReasons?.some(({ Code }) => Code === 'ConditionalCheckFailed');
      if (failed === true) return false;
      throw error;
    }
  }
};
