import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { kioskKey } from '../table/attendance-keys.ts';
import type { TableAccess } from '../table/batch-get.ts';

/** A queue of people at one kiosk is slower; a program that tries numbers is not. */
export const maxAttemptsPerMinute = 30;
const minuteMs = 60_000;
/** Counts are of no use after their minute; DynamoDB removes them within a day or two. */
const keptMs = 60 * minuteMs;

/** Counts the attempts of kiosks. Seconds until the next may be made; 0 = now. */
export interface KioskLimit {
  attempt(sub: string): Promise<number>;
}

/** Counts by the minute of the clock, before anything else is looked at. `now` in epoch milliseconds. */
export const makeKioskLimit = ({ client, tableName }: TableAccess, now: () => number): KioskLimit => ({
  async attempt(sub) {
    const nowMs = now();
    const minute = new Date(nowMs).toISOString().slice(0, 16);
    const { Attributes } = await client.send(
      new UpdateCommand({
        TableName: tableName,
        Key: kioskKey(sub, minute),
        UpdateExpression: 'ADD attempts :one SET #ttl = :ttl',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':one': 1, ':ttl': Math.ceil((nowMs + keptMs) / 1000) },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    const { attempts } = z.object({ attempts: z.int() }).parse(Attributes);
    return attempts <= maxAttemptsPerMinute ? 0 : Math.ceil((minuteMs - (nowMs % minuteMs)) / 1000);
  },
});
