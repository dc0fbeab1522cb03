import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';

/** One write, or one condition, of a transaction. */
export type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** The item is as it was read; version 0 = it is not there. */
export const isVersion = (version: number) =>
  version === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : { ConditionExpression: 'version = :read', ExpressionAttributeValues: { ':read': version } };

/** A failed condition, or another transaction on the same items: what was read is no longer true. */
const raceReasons = new Set(['None', 'ConditionalCheckFailed', 'TransactionConflict']);

const longestPauseMs = 200;

/** Waits for a moment after a lost race, longer each time: who starts again at once meets the same others again. */
export const pauseAfterRace = (tries: number): Promise<void> =>
  sleep(Math.random() * Math.min(longestPauseMs, 2 ** tries * 5));

/** Whether a conditional write was done, or found that something has changed since it was read; other errors pass. */
export const ifNotRaced = async (write: Promise<unknown>): Promise<'done' | 'raced'> => {
  try {
    await write;
    return 'done';
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return 'raced';
    // A plain write meets a transaction on the same item.
    if (error instanceof Error && error.name === 'TransactionConflictException') return 'raced';
    if (error instanceof TransactionCanceledException) {
      const reasons = error.CancellationReasons ?? [];
      if (reasons.length > 0 && reasons.every(({ Code = 'None' }) => raceReasons.has(Code))) return 'raced';
    }
    throw error;
  }
};
