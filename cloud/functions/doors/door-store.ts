import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { TableAccess } from '../table/batch-get.ts';
import { StoredSerial } from '../table/items.ts';
import { inSiteList, position, serialKey, siteListPartition } from '../table/keys.ts';
import { queryIndex } from '../table/query-index.ts';
import { type Page, readPage } from '../table/read-page.ts';

/** The allow-list of serials, which is also the list of doors. */
export interface DoorStore {
  /** Newest first. */
  doorsOfSite(site: string, after: string | null, limit: number): Promise<Page<StoredSerial>>;
  /** Allows a serial, or allows it anew with another code while no door has used it. `bound` when one has. */
  allow(serial: StoredSerial): Promise<'allowed' | 'bound'>;
}

export const makeDynamoDoors = (table: TableAccess): DoorStore => ({
  doorsOfSite: (site, after, limit) =>
    readPage({
      partitions: [siteListPartition(site, 'DOORS')],
      range: { from: '0', to: '9' },
      after,
      limit,
      query: async (partition, range, n) =>
        (await queryIndex(table, partition, range, n)).map((item) => StoredSerial.parse(item)),
      positionOf: (door) => position(door.allowedAt, door.serial),
    }),

  async allow(serial) {
    try {
      await table.client.send(
        new PutCommand({
          TableName: table.tableName,
          Item: {
            ...serialKey(serial.serial),
            ...serial,
            ...inSiteList(serial.site, 'DOORS', serial.allowedAt, serial.serial),
          },
          ConditionExpression: 'attribute_not_exists(pk) OR #state = :allowed',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':allowed': 'allowed' },
        }),
      );
      return 'allowed';
    } catch (error) {
      if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return 'bound';
      throw error;
    }
  },
});
