import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { TableAccess } from '../table/batch-get.ts';
import { StoredSerial } from '../table/items.ts';
import { doorKey, serialKey } from '../table/keys.ts';

/** The allow-list as the hook uses it. */
export interface AllowList {
  find(serial: string): Promise<StoredSerial | null>;
  /** Binds an allowed serial to a key and records its door. `lost` when the entry is no longer the one that was read. */
  bind(entry: StoredSerial, keyFingerprint: string): Promise<'bound' | 'lost'>;
}

export const makeDynamoAllowList = ({ client, tableName }: TableAccess): AllowList => ({
  async find(serial) {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: serialKey(serial), ConsistentRead: true }),
    );
    return Item === undefined ? null : StoredSerial.parse(Item);
  },

  async bind(entry, keyFingerprint) {
    const { thing, serial, name, site, direction } = entry;
    try {
      await client.send(
        new TransactWriteCommand({
          TransactItems: [
            {
              Update: {
                TableName: tableName,
                Key: serialKey(serial),
                UpdateExpression: 'SET #state = :bound, keyFingerprint = :key',
                ConditionExpression: '#state = :allowed AND codeHash = :code',
                ExpressionAttributeNames: { '#state': 'state' },
                ExpressionAttributeValues: {
                  ':bound': 'bound',
                  ':allowed': 'allowed',
                  ':key': keyFingerprint,
                  ':code': entry.codeHash,
                },
              },
            },
            {
              Put: {
                TableName: tableName,
                Item: { ...doorKey(thing), thing, serial, name, site, direction },
                ConditionExpression: 'attribute_not_exists(pk)',
              },
            },
          ],
        }),
      );
      return 'bound';
    } catch (error) {
      if (error instanceof TransactionCanceledException) return 'lost';
      throw error;
    }
  },
});
