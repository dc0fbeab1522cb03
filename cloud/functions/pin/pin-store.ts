import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { Instant } from '#contract/names.ts';
import { pinKey } from '../table/attendance-keys.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { ifNotRaced, isVersion } from '../table/conditional-write.ts';
import { personKey } from '../table/keys.ts';
import { noTries, Tries } from './lock-out.ts';
import { PinHash } from './pin-hash.ts';

/** A person's PIN. `version` grows by one with every write and guards against lost tries. */
const StoredPin = z.object({
  personId: z.string(),
  hash: PinHash,
  setAt: Instant,
  tries: Tries,
  version: z.int().positive(),
});
type StoredPin = z.infer<typeof StoredPin>;

/** PINs of people, and how the tries at them went. */
export interface PinStore {
  find(personId: string): Promise<StoredPin | null>;
  /** Gives a person a new PIN with no tries against it, in place of any other. `no_person` when they have left or are gone. */
  set(personId: string, hash: PinHash, at: Instant): Promise<'set' | 'no_person'>;
  /** `raced` when the PIN has changed since it was read. */
  note(pin: StoredPin, tries: Tries): Promise<'noted' | 'raced'>;
  /** Writes nothing, and takes as long as noting does: for where there is nothing to note, which nobody should be able to measure. */
  pretend(personId: string): Promise<void>;
}

export const makeDynamoPins = ({ client, tableName }: TableAccess): PinStore => ({
  async find(personId) {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: pinKey(personId), ConsistentRead: true }),
    );
    return Item === undefined ? null : StoredPin.parse(Item);
  },

  async set(personId, hash, setAt) {
    // A version of its own for each PIN, so that a try at the one before does not count against this one.
    const pin: StoredPin = { personId, hash, setAt, tries: noTries, version: Date.parse(setAt) };
    try {
      await client.send(
        new TransactWriteCommand({
          TransactItems: [
            { Put: { TableName: tableName, Item: { ...pinKey(personId), ...pin } } },
            {
              ConditionCheck: {
                TableName: tableName,
                Key: personKey(personId),
                ConditionExpression: '#status = :active',
                ExpressionAttributeNames: { '#status': 'status' },
                ExpressionAttributeValues: { ':active': 'active' },
              },
            },
          ],
        }),
      );
      return 'set';
    } catch (error) {
      const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
      if (reasons.some(({ Code }) => Code === 'ConditionalCheckFailed')) return 'no_person';
      throw error;
    }
  },

  async note(pin, tries) {
    const Item = { ...pinKey(pin.personId), ...pin, tries, version: pin.version + 1 };
    const write = client.send(new PutCommand({ TableName: tableName, Item, ...isVersion(pin.version) }));
    return (await ifNotRaced(write)) === 'done' ? 'noted' : 'raced';
  },

  async pretend(personId) {
    const never = isVersion(noVersion);
    await ifNotRaced(client.send(new PutCommand({ TableName: tableName, Item: pinKey(personId), ...never })));
  },
});

/** The version of no item. */
const noVersion = -1;
