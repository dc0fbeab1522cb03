import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Instant } from '#contract/names.ts';
import { checkInsKey, kioskKey } from '../table/attendance-keys.ts';
import type { TableAccess } from '../table/batch-get.ts';
import type { Key } from '../table/keys.ts';

/** How many attempts one of them has in a window of the clock. */
type Allowance = {
  readonly max: number;
  readonly windowMs: number;
  /** Where the attempts of one of them in the window that begins at `from` are counted. */
  readonly keyOf: (who: string, from: Instant) => Key;
};

const minuteMs = 60_000;

/** PINs at one kiosk, by its sub: a queue of people is slower; a program that tries numbers is not. */
export const atKiosk: Allowance = { max: 30, windowMs: minuteMs, keyOf: kioskKey };
/**
 * Pictures of one person that Rekognition looks at, by the person's id: whoever is not recognised tries a few times, and nobody spends
 * everybody’s searches of the month.
 */
export const ofPerson: Allowance = { max: 20, windowMs: 60 * minuteMs, keyOf: checkInsKey };

/** Counts attempts. Seconds until the next may be made; 0 = now. */
export interface AttemptLimit {
  attempt(who: string): Promise<number>;
}

/** Counts before anything else is done, so that what is sent at once counts as well. `now` in epoch milliseconds. */
export const makeAttemptLimit = (
  { client, tableName }: TableAccess,
  { max, windowMs, keyOf }: Allowance,
  now: () => number,
): AttemptLimit => ({
  async attempt(who) {
    const nowMs = now();
    const fromMs = nowMs - (nowMs % windowMs);
    const endMs = fromMs + windowMs;
    const { Attributes } = await client.send(
      new UpdateCommand({
        TableName: tableName,
        Key: keyOf(who, new Date(fromMs).toISOString()),
        UpdateExpression: 'ADD attempts :one SET #ttl = :ttl',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':one': 1, ':ttl': Math.ceil(endMs / 1000) },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    const { attempts } = z.object({ attempts: z.int() }).parse(Attributes);
    return attempts <= max ? 0 : Math.ceil((endMs - nowMs) / 1000);
  },
});
