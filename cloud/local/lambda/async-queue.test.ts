import { describe, expect, it, vi } from 'vitest';
import { defaultRetryPolicy, makeAsyncQueue, type RetryPolicy } from './async-queue.ts';
import type { InvocationResult } from './invoker.ts';

const failure: InvocationResult = { payload: null, functionError: 'Unhandled' };

const setUp = (run: () => Promise<InvocationResult>, retryPolicy: RetryPolicy = defaultRetryPolicy) => {
  const scheduled: { readonly delayMs: number; cancelled: boolean }[] = [];
  const warnings: string[] = [];
  const queue = makeAsyncQueue({
    functionName: 'worker',
    run,
    retryPolicy: () => retryPolicy,
    schedule: (delayMs) => {
      const entry = { delayMs, cancelled: false };
      scheduled.push(entry);
      return () => {
        entry.cancelled = true;
      };
    },
    now: () => 0,
    log: { info: () => {}, warn: (event) => void warnings.push(event) },
  });
  return { queue, scheduled, warnings };
};

describe('the asynchronous queue', () => {
  it('discards an event that would be too old at its next try', async () => {
    const { queue, scheduled } = setUp(async () => failure, { maxRetries: 2, maxEventAgeSeconds: 59 });
    queue.add({});
    await vi.waitFor(() => expect(queue.counts().discarded).toBe(1));
    expect(scheduled).toEqual([]);
  });

  it('calls off waiting retries when it stops', async () => {
    const { queue, scheduled } = setUp(async () => failure);
    queue.add({});
    await vi.waitFor(() => expect(scheduled).toEqual([{ delayMs: 60_000, cancelled: false }]));
    await queue.stop();
    expect(scheduled).toEqual([{ delayMs: 60_000, cancelled: true }]);
  });

  it('waits at its stop for the event that runs', async () => {
    let finish: (result: InvocationResult) => void = () => {};
    const { queue } = setUp(() => new Promise((resolve) => (finish = resolve)));
    queue.add({});
    const stopped = queue.stop();
    finish({ payload: 'done' });
    await stopped;
    expect(queue.counts().succeeded).toBe(1);
  });

  it('never throws into the caller, whatever happens to the event', async () => {
    const { queue, warnings } = setUp(() => Promise.reject(new Error('a bug')));
    queue.add({});
    await vi.waitFor(() => expect(warnings).toEqual(['lambda.async_failed']));
  });
});
