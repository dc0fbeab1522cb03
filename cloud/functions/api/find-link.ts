import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { TableAccess } from '../table/batch-get.ts';
import { StoredLink } from '../table/items.ts';
import { userKey } from '../table/keys.ts';

/** Reads what HR decided about a user. */
export const makeFindLink =
  ({ client, tableName }: TableAccess) =>
  async (sub: string): Promise<StoredLink> => {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: userKey(sub), ConsistentRead: true }),
    );
    return Item === undefined ? { sites: [] } : StoredLink.parse(Item);
  };
