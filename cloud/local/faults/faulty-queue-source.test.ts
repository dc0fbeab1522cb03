import { expect, it } from 'vitest';
import type { ReceivedMessage } from '../sqs/queue.ts';
import type { QueueSource } from '../sqs/queue-source.ts';
import { faultyQueueSource } from './faulty-queue-source.ts';

const message = (id: string): ReceivedMessage => ({
  id,
  body: id,
  attributes: {},
  senderId: 'nobody',
  receiptHandle: id,
  sentAtMs: 0,
  firstReceivedAtMs: 0,
  receives: 1,
});

/** A queue with these batches, read while every batch has these delays. */
const openQueue = (batches: readonly string[][], delaysMs: readonly number[]) => {
  const waiting = batches.map((ids) => ids.map(message));
  const asked: string[] = [];
  const paused: number[] = [];
  const source: QueueSource = {
    open: () => ({
      visibilitySeconds: 30,
      receive: async () => waiting.shift() ?? [],
      delete: async () => {},
      onAvailable: () => () => {},
    }),
  };
  const faulty = faultyQueueSource(source, {
    deliveries: ({ operation }) => {
      asked.push(operation);
      return delaysMs;
    },
    pause: async (ms) => void paused.push(ms),
  });
  const queue = faulty.open('arn:aws:sqs:eu-central-1:000000000000:failed', 'role');
  const receive = async () => (await queue.receive({ most: 10, maxBytes: 1000 })).map(({ id }) => id);
  return { queue, receive, asked, paused };
};

it('hands a batch to the function once when no fault strikes, and asks none while the queue is empty', async () => {
  const { receive, asked, paused } = openQueue([['a', 'b']], [0]);
  expect([await receive(), await receive()]).toEqual([['a', 'b'], []]);
  expect([asked, paused]).toEqual([['failed'], [0]]);
});

it('hands a batch over late, and once more, calling whoever waits for it', async () => {
  const { queue, receive, paused } = openQueue([['a'], ['b']], [100, 300]);
  let called = 0;
  const unsubscribe = queue.onAvailable(() => {
    called += 1;
  });
  expect(await receive()).toEqual(['a']);
  expect([paused, called]).toEqual([[400, 100], 1]);
  expect(await receive()).toEqual(['a']);
  unsubscribe();
  expect(await receive()).toEqual(['b']);
  expect(called).toBe(1);
});
