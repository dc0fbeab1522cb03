import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { UserLink } from '#contract/api.ts';
import { makeFindLink } from '../api/find-link.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { ifNotRaced, type Write } from '../table/conditional-write.ts';
import type { StoredLink } from '../table/items.ts';
import { personUserKey, userKey } from '../table/keys.ts';

/** Which user is which person, and whose sites are whose. */
export interface UserLinks {
  /** Nothing at all about a user who has only signed up. */
  find(sub: string): Promise<StoredLink>;
  /** `raced` when the link has changed since it was read as `was`; `person_taken` when another user is this person. */
  change(sub: string, link: UserLink, was: StoredLink): Promise<'changed' | 'raced' | 'person_taken'>;
}

export const makeDynamoUserLinks = (table: TableAccess): UserLinks => {
  const { client, tableName } = table;
  const ownerOf = async (personId: string): Promise<unknown> => {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: personUserKey(personId), ConsistentRead: true }),
    );
    return Item?.sub;
  };
  return {
    find: makeFindLink(table),

    async change(sub, { personId, sites }, was) {
      const free = {
        ConditionExpression: 'attribute_not_exists(pk) OR #sub = :sub',
        ExpressionAttributeNames: { '#sub': 'sub' },
        ExpressionAttributeValues: { ':sub': sub },
      };
      const TransactItems: Write[] = [
        linkWrite(tableName, sub, { sites, ...(personId === null ? {} : { personId }) }, was),
      ];
      if (personId !== null)
        TransactItems.push({
          Put: { TableName: tableName, Item: { ...personUserKey(personId), sub }, ...free },
        });
      if (was.personId !== undefined && was.personId !== personId)
        TransactItems.push({ Delete: { TableName: tableName, Key: personUserKey(was.personId), ...free } });
      const written = await ifNotRaced(client.send(new TransactWriteCommand({ TransactItems })));
      if (written === 'done') return 'changed';
      const owner = personId === null ? undefined : await ownerOf(personId);
      return owner === undefined || owner === sub ? 'raced' : 'person_taken';
    },
  };
};

/** Writes a user's link unless it has changed since it was read as `was`. */
export const linkWrite = (
  tableName: string,
  sub: string,
  link: Pick<StoredLink, 'personId' | 'sites'>,
  was: StoredLink,
): Write => ({
  Put: {
    TableName: tableName,
    Item: { ...userKey(sub), ...link, version: (was.version ?? 0) + 1 },
    ...(was.version === undefined
      ? { ConditionExpression: 'attribute_not_exists(version)' }
      : { ConditionExpression: 'version = :read', ExpressionAttributeValues: { ':read': was.version } }),
  },
});
