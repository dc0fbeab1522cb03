import type { QueueCaller, QueueSender } from '../../sqs/queue-sender.ts';

type Sent = { readonly queue: string; readonly body: string; readonly as: QueueCaller };

/** Stands in for SQS: remembers what it was sent, and answers as told. */
export class QueueDouble implements QueueSender {
  readonly sent: Sent[] = [];
  onSend: () => Promise<void> = async () => undefined;

  async send(...[queue, body, as]: Parameters<QueueSender['send']>): Promise<void> {
    await this.onSend();
    this.sent.push({ queue: 'url' in queue ? queue.url : queue.arn, body, as });
  }
}
