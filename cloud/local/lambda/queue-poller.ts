import { account, type LocalLog } from '../account.ts';
import { ServiceError } from '../gateway/service.ts';
import type { Schedule } from '../schedule.ts';
import { systemAttributes } from '../sqs/answers.ts';
import { md5 } from '../sqs/message.ts';
import type { ReceivedMessage } from '../sqs/queue.ts';
import type { OpenQueue } from '../sqs/queue-source.ts';
import { reportedFailures } from './batch-response.ts';
import type { InvocationResult } from './invoker.ts';

/** Hands the messages of a queue to a function in batches. Does nothing while the queue is empty. */
export interface QueuePoller {
  start(): void;
  /** Receives nothing more and resolves when no batch is being worked on. */
  stop(): Promise<void>;
}

/** Lambda's limit of an event, less what surrounds the bodies. */
const maxBatchBytes = 5 * 1024 * 1024;

/** How long it rests after AWS would have refused its receive. */
const restMs = 10_000;

/**
 * What the function answered for stays or goes; what it failed on becomes visible again when its visibility timeout has passed,
 * and goes to the dead-letter queue when that happens too often.
 */
export const makeQueuePoller = ({
  queue,
  queueArn,
  functionName,
  run,
  batchSize,
  reportsFailures,
  maxConcurrency,
  schedule,
  log,
}: {
  readonly queue: OpenQueue;
  readonly queueArn: string;
  readonly functionName: string;
  readonly run: (event: unknown) => Promise<InvocationResult>;
  readonly batchSize: number;
  /** Whether the function names the messages that failed; else a batch fails or succeeds as a whole. */
  readonly reportsFailures: boolean;
  /** Batches at once. */
  readonly maxConcurrency: number;
  readonly schedule: Schedule;
  readonly log: LocalLog;
}): QueuePoller => {
  const running = new Set<Promise<void>>();
  let calledAgain = false;
  let cancelRest: (() => void) | undefined;
  let unsubscribe = (): void => {};
  let stopped = false;

  const handle = async (messages: readonly ReceivedMessage[]): Promise<void> => {
    const ids = messages.map(({ id }) => id);
    const failed = await run({ Records: messages.map((message) => recordOf(message, queueArn)) }).then(
      ({ functionError, payload }) => {
        if (functionError !== undefined) return new Set(ids);
        return reportsFailures ? reportedFailures(payload, ids) : new Set<string>();
      },
      (error: unknown) => {
        // Throttled, or the local cloud stops: the batch comes back by itself.
        if (error instanceof ServiceError) return new Set(ids);
        throw error;
      },
    );
    if (failed.size > 0)
      log.warn('lambda.batch_failed', { function: functionName, failed: failed.size, of: ids.length });
    const done = messages.filter(({ id }) => !failed.has(id)).map(({ receiptHandle }) => receiptHandle);
    if (done.length > 0) await queue.delete(done);
  };

  const work = async (): Promise<void> => {
    while (!stopped) {
      const messages = await queue.receive({ most: batchSize, maxBytes: maxBatchBytes });
      if (messages.length === 0) return;
      // There may be more than this batch.
      call();
      await handle(messages);
    }
  };

  const rest = (error: unknown): void => {
    log.warn('lambda.poll_failed', {
      function: functionName,
      error: error instanceof ServiceError ? error.code : String(error),
    });
    cancelRest ??= schedule(restMs, () => {
      cancelRest = undefined;
      call();
    });
  };

  const call = (): void => {
    if (stopped || cancelRest !== undefined) return;
    if (running.size >= maxConcurrency) {
      calledAgain = true;
      return;
    }
    const worker: Promise<void> = work()
      .catch(rest)
      .finally(() => {
        running.delete(worker);
        if (!calledAgain) return;
        calledAgain = false;
        call();
      });
    running.add(worker);
  };

  return {
    start() {
      unsubscribe = queue.onAvailable(call);
    },
    async stop() {
      stopped = true;
      unsubscribe();
      cancelRest?.();
      await Promise.all(running);
    },
  };
};

/** One record of the event. Source: Lambda developer guide, "Using Lambda with Amazon SQS", example event. */
const recordOf = (message: ReceivedMessage, queueArn: string): Readonly<Record<string, unknown>> => ({
  messageId: message.id,
  receiptHandle: message.receiptHandle,
  body: message.body,
  attributes: systemAttributes(message),
  messageAttributes: Object.fromEntries(
    Object.entries(message.attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        stringValue: StringValue,
        binaryValue: BinaryValue,
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  ),
  md5OfBody: md5(message.body),
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn,
  awsRegion: account.region,
});
