import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { batchGet, type TableAccess } from '../table/batch-get.ts';
import { StoredClaim, StoredDay, StoredDoor, StoredPerson, StoredSighting } from '../table/items.ts';
import { claimKey, dayKey, doorKey, personKey, sightingKey } from '../table/keys.ts';
import type { Ledger } from './ingest.ts';
import { sightingItem, writesOf } from './ledger-writes.ts';

/** A door's record changes rarely and is read with every sighting. */
const doorMemoryMs = 60_000;

/** The ledger on the single table: three requests for a sighting that makes a punch, two for any other. */
export const makeDynamoLedger = (table: TableAccess, now: () => number): Ledger => {
  const { client, tableName } = table;
  const doors = new Map<string, { readonly door: StoredDoor; readonly untilMs: number }>();

  return {
    async findDoor(thing) {
      const remembered = doors.get(thing);
      if (remembered !== undefined && now() < remembered.untilMs) return remembered.door;
      // Consistent: a door's first sighting must not be refused for a record that is moments old.
      const { Item } = await client.send(
        new GetCommand({ TableName: tableName, Key: doorKey(thing), ConsistentRead: true }),
      );
      if (Item === undefined) return null;
      const door = StoredDoor.parse(Item);
      doors.set(thing, { door, untilMs: now() + doorMemoryMs });
      return door;
    },

    async findPassage(passageId) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': claimKey(passageId).pk },
        }),
      );
      const claim = Items.find((item) => item.sk === claimKey(passageId).sk);
      const sightings = Items.filter((item) => item !== claim);
      return {
        sightings: sightings.map((item) => StoredSighting.parse(item)),
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
      if (settlement.attendance === undefined) {
        const { sighting } = settlement;
        return ifNotRaced(
          client.send(
            new PutCommand({
              TableName: tableName,
              Item: { ...sightingKey(sighting.passageId, sighting.attempt), ...sightingItem(sighting) },
              ConditionExpression: 'attribute_not_exists(pk)',
            }),
          ),
        );
      }
      const writes = writesOf(tableName, settlement.sighting, settlement.attendance);
      return ifNotRaced(client.send(new TransactWriteCommand({ TransactItems: writes })));
    },
  };
};

/** A failed condition, or another transaction on the same items: what was read is no longer true. */
const raceReasons = new Set(['None', 'ConditionalCheckFailed', 'TransactionConflict']);

const ifNotRaced = async (write: Promise<unknown>): Promise<'done' | 'raced'> => {
  try {
    await write;
    return 'done';
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return 'raced';
    if (error instanceof TransactionCanceledException) {
      const reasons = error.CancellationReasons ?? [];
      if (reasons.length > 0 && reasons.every(({ Code = 'None' }) => raceReasons.has(Code))) return 'raced';
    }
    throw error;
  }
};
