import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { LocalLog } from '../account.ts';
import { type Job, type JobOutcome, makeDurableJobs } from '../durable-jobs.ts';
import type { Records } from '../durable-records.ts';
import { ServiceError } from '../gateway/service.ts';
import type { Schedule } from '../schedule.ts';
import type { QueueSender } from '../sqs/queue-sender.ts';
import { type Condition, destinationRecord } from './destination-record.ts';
import type { InvocationResult } from './invoker.ts';

/** How often and how long Lambda tries an asynchronous event again, and where those go that it gives up; the defaults are Lambda's. */
export type AsyncSettings = {
  readonly maxRetries: number;
  readonly maxEventAgeSeconds: number;
  /** A queue. */
  readonly onFailureArn?: string;
};

export const defaultAsyncSettings: AsyncSettings = { maxRetries: 2, maxEventAgeSeconds: 6 * 3600 };

/**
 * How an accepted event reaches its function: one delivery after each of these delays in milliseconds. Lambda promises at least one
 * and no order, so a test may ask for several, late ones, or both. Default `[0]`.
 */
export type Deliveries = (functionName: string) => readonly number[];

/** What became of the asynchronous events since the start. */
export type AsyncCounts = {
  readonly succeeded: number;
  /** After a function error. */
  readonly retried: number;
  /** Put back for want of concurrency. */
  readonly throttled: number;
  /** Given up: sent to the destination, or lost when there is none. */
  readonly discarded: number;
  /** On disk and not done. */
  readonly pending: number;
};

/** The queue in front of one function's asynchronous invocations. */
export interface AsyncEvents {
  /** Resolves once the event is on disk; never waits for the function. */
  add(event: unknown): Promise<void>;
  counts(): AsyncCounts;
  /** Begins to deliver, with what an earlier process left behind. */
  start(): Promise<void>;
  /** Resolves when no event is being worked on; the others stay on disk. */
  stop(): Promise<void>;
}

/** A failed event is tried again after one minute, then after two. Source: "How Lambda handles errors and retries with asynchronous invocation". */
const retryDelaysMs = [60_000, 120_000] as const;

/** Throttled: from one second, doubled each time, up to five minutes. Source: the same page. */
const throttleDelayMs = (throttles: number): number => Math.min(1000 * 2 ** throttles, 300_000);

const State = z.object({
  requestId: z.string(),
  queuedAtMs: z.number(),
  failures: z.number(),
  throttles: z.number(),
});
type State = z.output<typeof State>;

export const makeAsyncEvents = ({
  functionName,
  roleArn,
  run,
  settings,
  records,
  queues,
  limit,
  neverRuns,
  deliveries,
  schedule,
  now,
  log,
}: {
  readonly functionName: string;
  /** The function's own role, as which Lambda sends to the destination. */
  readonly roleArn: string;
  /** Rejects with a ServiceError when the function is throttled or cannot be run. */
  readonly run: (event: unknown, requestId: string) => Promise<InvocationResult>;
  /** Read at each failure, because the template may set it after the function exists. */
  readonly settings: () => AsyncSettings;
  readonly records: Records;
  readonly queues: Pick<QueueSender, 'send'>;
  /** How many events are handed to the function at once. */
  readonly limit: number;
  /** Its reserved concurrency is zero: every event is given up at once. */
  readonly neverRuns: boolean;
  readonly deliveries: Deliveries;
  readonly schedule: Schedule;
  readonly now: () => number;
  readonly log: LocalLog;
}): AsyncEvents => {
  const counts = { succeeded: 0, retried: 0, throttled: 0, discarded: 0 };

  const giveUp = async (
    { payload, state }: Job<State>,
    condition: Condition,
    response: InvocationResult | undefined,
  ): Promise<'done'> => {
    counts.discarded += 1;
    log.warn('lambda.event_discarded', { function: functionName, condition, failures: state.failures });
    const { onFailureArn } = settings();
    if (onFailureArn === undefined) return 'done';
    const record = destinationRecord({
      functionName,
      requestId: state.requestId,
      condition,
      invokeCount: state.failures + (response === undefined ? 0 : 1),
      requestPayload: JSON.parse(payload),
      response,
      now: now(),
    });
    try {
      await queues.send({ arn: onFailureArn }, JSON.stringify(record), { roleArn });
    } catch (error) {
      // AWS counts DestinationDeliveryFailures and drops the event: a grant that is missing here loses it there.
      if (!(error instanceof ServiceError)) throw error;
      log.warn('lambda.destination_failed', { function: functionName, code: error.code });
    }
    return 'done';
  };

  const afterFailure = (job: Job<State>, response: InvocationResult): Promise<'done'> | JobOutcome<State> => {
    const { state } = job;
    const { maxRetries } = settings();
    const delayMs = retryDelaysMs[state.failures];
    if (delayMs === undefined || state.failures >= maxRetries)
      return giveUp(job, 'RetriesExhausted', response);
    if (tooOld(state, delayMs)) return giveUp(job, 'EventAgeExceeded', response);
    counts.retried += 1;
    log.warn('lambda.event_retried', { function: functionName, attempt: state.failures + 1, delayMs });
    return { state: { ...state, failures: state.failures + 1 }, afterMs: delayMs };
  };

  const afterThrottle = (job: Job<State>): Promise<'done'> | JobOutcome<State> => {
    const { state } = job;
    const delayMs = throttleDelayMs(state.throttles);
    if (tooOld(state, delayMs)) return giveUp(job, 'EventAgeExceeded', undefined);
    counts.throttled += 1;
    return { state: { ...state, throttles: state.throttles + 1 }, afterMs: delayMs };
  };

  const tooOld = ({ queuedAtMs }: State, delayMs: number): boolean =>
    now() + delayMs - queuedAtMs > settings().maxEventAgeSeconds * 1000;

  const jobs = makeDurableJobs<State>({
    records,
    stateSchema: State,
    limit,
    schedule,
    now,
    log,
    async work(job) {
      if (neverRuns) return giveUp(job, 'ZeroReservedConcurrency', undefined);
      if (tooOld(job.state, 0)) return giveUp(job, 'EventAgeExceeded', undefined);
      try {
        const result = await run(JSON.parse(job.payload), job.state.requestId);
        if (result.functionError !== undefined) return afterFailure(job, result);
        counts.succeeded += 1;
        return 'done';
      } catch (error) {
        if (error instanceof ServiceError) return afterThrottle(job);
        throw error;
      }
    },
  });

  return {
    async add(event) {
      const payload = JSON.stringify(event) ?? 'null';
      const state = { requestId: randomUUID(), queuedAtMs: now(), failures: 0, throttles: 0 };
      await Promise.all(
        deliveries(functionName).map((afterMs) => jobs.add({ id: randomUUID(), payload, state }, afterMs)),
      );
    },
    counts: () => ({ ...counts, pending: jobs.pending() }),
    start: jobs.start,
    stop: jobs.stop,
  };
};
