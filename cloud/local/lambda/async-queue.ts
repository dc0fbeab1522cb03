import type { LocalLog } from '../account.ts';
import type { InvocationResult } from './invoker.ts';

/** Calls `run` after the delay; the returned function calls it off. Injected, so that tests need not wait. */
export type Schedule = (delayMs: number, run: () => void) => () => void;

/** The clock of the machine; a waiting retry does not keep the process alive. */
export const timerSchedule: Schedule = (delayMs, run) => {
  const timer = setTimeout(run, delayMs).unref();
  return () => clearTimeout(timer);
};

/** How often and how long Lambda tries an asynchronous event again; the defaults are Lambda's. */
export type RetryPolicy = { readonly maxRetries: number; readonly maxEventAgeSeconds: number };

export const defaultRetryPolicy: RetryPolicy = { maxRetries: 2, maxEventAgeSeconds: 6 * 3600 };

/** What became of the asynchronous events so far. */
export type AsyncCounts = {
  readonly succeeded: number;
  readonly retried: number;
  readonly discarded: number;
};

/** The queue in front of one function's asynchronous invocations. */
export interface AsyncQueue {
  /** Takes the event; never throws, never waits for the function. */
  add(event: unknown): void;
  counts(): AsyncCounts;
  /** Calls off waiting retries and resolves when no event is running. */
  stop(): Promise<void>;
}

/** A failed event is tried again after one minute, then after two. Source: "How Lambda handles errors and retries with asynchronous invocation". */
const retryDelaysMs = [60_000, 120_000] as const;

export const makeAsyncQueue = ({
  functionName,
  run,
  retryPolicy,
  schedule,
  now,
  log,
}: {
  readonly functionName: string;
  readonly run: (event: unknown) => Promise<InvocationResult>;
  /** Read at each failure, because the template may set it after the function exists. */
  readonly retryPolicy: () => RetryPolicy;
  readonly schedule: Schedule;
  readonly now: () => number;
  readonly log: LocalLog;
}): AsyncQueue => {
  const counts = { succeeded: 0, retried: 0, discarded: 0 };
  const running = new Set<Promise<void>>();
  const retries = new Set<() => void>();
  let stopped = false;

  const attempt = async (event: unknown, queuedAt: number, tries: number): Promise<void> => {
    const { functionError } = await run(event);
    if (functionError === undefined) {
      counts.succeeded += 1;
      return;
    }
    if (stopped) return;
    const { maxRetries, maxEventAgeSeconds } = retryPolicy();
    const delayMs = retryDelaysMs[tries];
    const tooOld = delayMs !== undefined && now() + delayMs - queuedAt > maxEventAgeSeconds * 1000;
    if (delayMs === undefined || tries >= maxRetries || tooOld) {
      counts.discarded += 1;
      log.warn('lambda.event_discarded', { function: functionName, attempts: tries + 1 });
      return;
    }
    counts.retried += 1;
    log.warn('lambda.event_retried', { function: functionName, attempt: tries + 1, delayMs });
    const cancel = schedule(delayMs, () => {
      retries.delete(cancel);
      begin(event, queuedAt, tries + 1);
    });
    retries.add(cancel);
  };

  const begin = (event: unknown, queuedAt: number, tries: number): void => {
    const work: Promise<void> = attempt(event, queuedAt, tries)
      // The pool answers with function errors; what still throws is a fault of the local cloud itself.
      .catch((error: unknown) =>
        log.warn('lambda.async_failed', { function: functionName, error: String(error) }),
      )
      .finally(() => running.delete(work));
    running.add(work);
  };

  return {
    add: (event) => {
      if (!stopped) begin(event, now(), 0);
    },
    counts: () => ({ ...counts }),
    async stop() {
      stopped = true;
      for (const cancel of retries) cancel();
      retries.clear();
      await Promise.all(running);
    },
  };
};
