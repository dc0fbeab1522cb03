import type { ReceivedMessage } from '../sqs/queue.ts';
import type { OpenQueue, QueueSource } from '../sqs/queue-source.ts';
import type { Disturbance } from './faults.ts';

/**
 * Queues as Lambda reads them while faults are played: a batch comes late, or once more while or after the function has it.
 * Standard queues promise no more: at least once, in no order.
 */
export const faultyQueueSource = (
  source: QueueSource,
  { deliveries, pause }: Pick<Disturbance, 'deliveries' | 'pause'>,
): QueueSource => ({
  open(queueArn, roleArn) {
    const queue = source.open(queueArn, roleArn);
    const place = {
      service: 'sqs-polling',
      operation: queueArn.slice(queueArn.lastIndexOf(':') + 1),
    } as const;
    const again: (readonly ReceivedMessage[])[] = [];
    const listeners = new Set<() => void>();

    const comeAgain = async (messages: readonly ReceivedMessage[], afterMs: number): Promise<void> => {
      await pause(afterMs);
      again.push(messages);
      for (const listener of listeners) listener();
    };

    return {
      ...queue,
      async receive(options) {
        const repeated = again.shift();
        if (repeated !== undefined) return repeated;
        const messages = await queue.receive(options);
        if (messages.length === 0) return messages;
        const [firstMs = 0, ...laterMs] = deliveries(place);
        for (const afterMs of laterMs) void comeAgain(messages, firstMs + afterMs);
        await pause(firstMs);
        return messages;
      },
      onAvailable(listener) {
        listeners.add(listener);
        const unsubscribe = queue.onAvailable(listener);
        return () => {
          listeners.delete(listener);
          unsubscribe();
        };
      },
    } satisfies OpenQueue;
  },
});
