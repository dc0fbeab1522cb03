import { randomUUID } from 'node:crypto';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { onceKey } from '../table/attendance-keys.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { ifNotRaced } from '../table/conditional-write.ts';
import type { Once } from './idempotency.ts';

/** A function of the API ends after 29 seconds, so whoever has held a claim for longer is dead. */
const claimMs = 30_000;
/** How long a repetition is recognised. Kept answers hold names, so it is no longer than a retry makes sense. */
const keptMs = 24 * 60 * 60 * 1000;

const StoredOnce = z.object({
  fingerprint: z.string(),
  /** Who holds or held the key: a random word for each run. */
  claim: z.string(),
  /** Epoch milliseconds; afterwards the item counts as gone, whether or not DynamoDB has deleted it. */
  endsAtMs: z.int(),
  done: z.boolean(),
  answer: z
    .object({
      status: z.union([z.literal(200), z.literal(201), z.literal(202), z.literal(204)]),
      headers: z.record(z.string(), z.string()),
      body: z.string().nullable(),
    })
    .optional(),
});
type StoredOnce = z.infer<typeof StoredOnce>;

/**
 * Claims on the single table. Every step is one conditional put, so a function needs no other right to write: a key is freed by
 * ending it.
 * @param now epoch milliseconds
 */
export const makeDynamoOnce = ({ client, tableName }: TableAccess, now: () => number): Once => ({
  async claim({ sub, route, key, fingerprint }) {
    const itemKey = onceKey(sub, route, key);
    const claim = randomUUID();
    const put = (
      item: Pick<StoredOnce, 'endsAtMs' | 'done' | 'answer'>,
      ConditionExpression: string,
      ExpressionAttributeValues: Readonly<Record<string, string | number>>,
    ) => {
      const Item = { ...itemKey, fingerprint, claim, ...item, ttl: Math.ceil(item.endsAtMs / 1000) };
      return ifNotRaced(
        client.send(
          new PutCommand({ TableName: tableName, Item, ConditionExpression, ExpressionAttributeValues }),
        ),
      );
    };

    const claimed = await put(
      { endsAtMs: now() + claimMs, done: false },
      'attribute_not_exists(pk) OR endsAtMs <= :now',
      { ':now': now() },
    );
    if (claimed === 'done') {
      // Whoever has lost the claim meanwhile has nothing to say about it any more.
      const update = async (item: Pick<StoredOnce, 'endsAtMs' | 'done' | 'answer'>) =>
        void (await put(item, 'claim = :claim', { ':claim': claim }));
      return {
        kind: 'first',
        keep: (answer) =>
          update({ endsAtMs: now() + keptMs, done: true, ...(answer === null ? {} : { answer }) }),
        free: () => update({ endsAtMs: now(), done: false }),
      };
    }
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: itemKey, ConsistentRead: true }),
    );
    // Deleted since: the next try claims it.
    if (Item === undefined) return { kind: 'in_progress' };
    const held = StoredOnce.parse(Item);
    if (held.fingerprint !== fingerprint) return { kind: 'other_request' };
    return held.done ? { kind: 'done', answer: held.answer ?? null } : { kind: 'in_progress' };
  },
});
