import { GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { batchGet, type TableAccess } from '../table/batch-get.ts';
import { ifNotRaced } from '../table/conditional-write.ts';
import {
  StoredBoot,
  StoredClaim,
  StoredDay,
  StoredDoor,
  StoredPerson,
  StoredSighting,
  StoredUntimed,
} from '../table/items.ts';
import { bootKey, claimKey, dayKey, doorKey, type Key, personKey, untimedPrefix } from '../table/keys.ts';
import { queryAll } from '../table/query-all.ts';
import { countSearch } from '../usage/search-count.ts';
import type { Ledger } from './ledger.ts';
import { receiptItem, writesOf } from './ledger-writes.ts';

/** A door's record changes rarely and is read with every sighting. */
const doorMemoryMs = 60_000;

/** The ledger on the single table: three requests for a sighting that makes a punch, two for any other. */
export const makeDynamoLedger = (table: TableAccess, now: () => number): Ledger => {
  const { client, tableName } = table;
  const doors = new Map<string, { readonly door: StoredDoor; readonly untilMs: number }>();

  /** Consistent: what was written a moment ago decides. */
  const get = async (Key: Key): Promise<Record<string, unknown> | undefined> =>
    (await client.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }))).Item;

  const findBoot: Ledger['findBoot'] = async (thing, bootId) => {
    const item = await get(bootKey(thing, bootId));
    return item === undefined ? null : StoredBoot.parse(item);
  };

  return {
    async findDoor(thing) {
      const remembered = doors.get(thing);
      if (remembered !== undefined && now() < remembered.untilMs) return remembered.door;
      const item = await get(doorKey(thing));
      if (item === undefined) return null;
      const door = StoredDoor.parse(item);
      doors.set(thing, { door, untilMs: now() + doorMemoryMs });
      return door;
    },

    async findPassage(passageId) {
      const items = await queryAll(table, {
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': claimKey(passageId).pk },
      });
      const under = (prefix: string) => items.filter((item) => String(item.sk).startsWith(prefix));
      const claim = items.find((item) => item.sk === claimKey(passageId).sk);
      return {
        sightings: under('SIGHTING#').map((item) => StoredSighting.parse(item)),
        passages: under('PASSAGE#').map((item) => StoredSighting.parse(item)),
        claim: claim === undefined ? null : StoredClaim.parse(claim),
      };
    },

    async findPerson(personId, dates) {
      const profile = personKey(personId);
      const items = await batchGet(table, [profile, ...dates.map((date) => dayKey(personId, date))]);
      const person = items.find((item) => item.sk === profile.sk);
      return {
        person: person === undefined ? null : StoredPerson.parse(person),
        days: items.filter((item) => item !== person).map((item) => StoredDay.parse(item)),
      };
    },

    async commit(settlement) {
      const writes = writesOf(tableName, settlement);
      const [first, ...others] = writes;
      // A transaction costs twice the capacity of the write alone.
      const put = others.length === 0 ? first?.Put : undefined;
      return ifNotRaced(
        put === undefined
          ? client.send(new TransactWriteCommand({ TransactItems: [...writes] }))
          : client.send(new PutCommand(put)),
      );
    },

    countSearch: (bought) => countSearch(table, bought),

    async noteReceipt(receipt) {
      await client.send(new PutCommand({ TableName: tableName, Item: receiptItem(receipt) }));
    },

    findBoot,

    async learnBoot(thing, bootId, clock) {
      const boot: StoredBoot = { thing, bootId, ...clock };
      const isFirst = 'attribute_not_exists(pk)';
      const put = new PutCommand({
        TableName: tableName,
        Item: { ...bootKey(thing, bootId), ...boot },
        ...(clock.source === 'receipt'
          ? { ConditionExpression: isFirst }
          : {
              ConditionExpression: `${isFirst} OR #source = :receipt`,
              ExpressionAttributeNames: { '#source': 'source' },
              ExpressionAttributeValues: { ':receipt': 'receipt' },
            }),
      });
      if ((await ifNotRaced(client.send(put))) === 'done') return clock;
      return (await findBoot(thing, bootId)) ?? clock;
    },

    async findUntimed(thing, bootId) {
      const items = await queryAll(table, {
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': doorKey(thing).pk, ':prefix': untimedPrefix(bootId) },
      });
      return items.map((item) => StoredUntimed.parse(item));
    },
  };
};
