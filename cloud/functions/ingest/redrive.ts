import * as z from 'zod';
import { causeName, OperatorError, RetryLater, whoMustAct } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Ingest } from './ingest.ts';
import { reserveMs } from './patient-search.ts';

/** A batch of the on-failure queue (Lambda Developer Guide, "Using Lambda with Amazon SQS"). */
const QueueEvent = z.object({
  Records: z
    .array(z.object({ eventSource: z.literal('aws:sqs'), messageId: z.string(), body: z.string() }))
    .min(1),
});

/**
 * What Lambda sends to an on-failure destination (Lambda Developer Guide, "Retaining records of asynchronous invocations");
 * `requestPayload` is the event that the rule made.
 */
const FailedInvocation = z.object({ version: z.string(), requestPayload: z.unknown() });

/** The part of Lambda's context that is used. */
type Invocation = { getRemainingTimeInMillis(): number };
type BatchAnswer = { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] };

/**
 * Everything that invokes the ingest function: the IoT rules with one delivery, which is thrown when it fails, and the on-failure
 * queue with a batch of them, of which only those that failed go back.
 */
export const makeHandler =
  ({ ingest, log }: { readonly ingest: Ingest; readonly log: Pick<Log, 'warn'> }) =>
  async (event: unknown, invocation: Invocation): Promise<BatchAnswer | undefined> => {
    const remainingMs = () => invocation.getRemainingTimeInMillis();
    const batch = QueueEvent.safeParse(event);
    if (!batch.success) {
      await ingest(event, remainingMs);
      return undefined;
    }
    const failed: { itemIdentifier: string }[] = [];
    const { Records: records } = batch.data;
    for (const [index, { messageId, body }] of records.entries()) {
      try {
        // The others must not be kept waiting by one that waits: each gets its share of what is left.
        const othersMs = remainingMs() * (1 - 1 / (records.length - index));
        if (remainingMs() < reserveMs) throw new RetryLater('out_of_time');
        await ingest(failedEventOf(body), () => remainingMs() - othersMs);
      } catch (error) {
        const thrown = whoMustAct(error);
        log.warn('redrive.failed', { message: messageId, code: thrown.code, cause: causeName(thrown) });
        failed.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures: failed };
  };

const failedEventOf = (body: string): unknown => {
  try {
    return FailedInvocation.parse(JSON.parse(body)).requestPayload;
  } catch (error) {
    throw new OperatorError(
      'message_not_understood',
      'only Lambda’s own records of failed events belong into the on-failure queue; look at it in the dead-letter queue',
      error,
    );
  }
};
