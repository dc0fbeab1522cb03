import { ServiceError } from '../gateway/service.ts';
import type { Caller } from '../iam/caller.ts';
import type { Schedule } from '../schedule.ts';
import { chosenQueueAttributes, receivedAnswer, sentAnswer } from './answers.ts';
import { invalidValue, olderNameOf, sqsError } from './errors.ts';
import { type Content, checkContent, maxMessageBytes, sizeOf } from './message.ts';
import type { ReceivedMessage } from './queue.ts';
import type { QueueAccess } from './queue-access.ts';
import type { LocalQueue, QueueRegistry } from './queue-registry.ts';
import { checkEntries, type InputOf, type OperationName } from './requests.ts';

type Json = Readonly<Record<string, unknown>>;

/** The operations of SQS's API, each given its parsed input and who asks. */
export type Operations = {
  readonly [N in OperationName]: (input: InputOf<N>, caller: Caller) => Promise<Json>;
};

export const makeOperations = ({
  registry,
  access,
  schedule,
  stopping,
}: {
  readonly registry: QueueRegistry;
  readonly access: QueueAccess;
  readonly schedule: Schedule;
  /** Aborted when nobody is to wait for messages any more. */
  readonly stopping: AbortSignal;
}): Operations => {
  const nameOf = (caller: Caller): string => (caller.kind === 'identity' ? caller.arn : caller.service);

  const contentOf = (
    { MessageBody, MessageAttributes }: Pick<InputOf<'SendMessage'>, 'MessageBody' | 'MessageAttributes'>,
    caller: Caller,
  ): Content => ({ body: MessageBody, attributes: MessageAttributes, senderId: nameOf(caller) });

  const send = async (
    local: LocalQueue,
    entry: Omit<InputOf<'SendMessage'>, 'QueueUrl'>,
    caller: Caller,
  ): Promise<Json> => {
    const content = contentOf(entry, caller);
    checkContent(content, local.settings.maxMessageBytes);
    return sentAnswer(await local.queue.send(content, entry.DelaySeconds), content);
  };

  /** Runs each entry by itself: one that is refused does not hold up the others. */
  const each = async <E extends { readonly Id: string }>(
    entries: readonly E[],
    run: (entry: E) => Promise<Json>,
  ): Promise<Json> => {
    const Successful: Json[] = [];
    const Failed: Json[] = [];
    for (const entry of entries) {
      try {
        Successful.push({ Id: entry.Id, ...(await run(entry)) });
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        Failed.push({
          Id: entry.Id,
          Code: olderNameOf(error.code),
          Message: error.message,
          SenderFault: true,
        });
      }
    }
    return { Successful, Failed };
  };

  /** Resolves when the queue may have something, the time is over, or the local cloud stops. */
  const available = ({ queue }: LocalQueue, waitMs: number): Promise<'perhaps' | 'too late'> =>
    new Promise((resolve) => {
      const done = (how: 'perhaps' | 'too late'): void => {
        cancel();
        end();
        stopping.removeEventListener('abort', giveUp);
        resolve(how);
      };
      const giveUp = (): void => done('too late');
      let end = (): void => {};
      const cancel = schedule(waitMs, giveUp);
      stopping.addEventListener('abort', giveUp);
      end = queue.onAvailable(() => queueMicrotask(() => done('perhaps')));
    });

  const receive = async (
    local: LocalQueue,
    input: InputOf<'ReceiveMessage'>,
  ): Promise<readonly ReceivedMessage[]> => {
    const { settings, queue } = local;
    const options = {
      most: input.MaxNumberOfMessages,
      visibilitySeconds: input.VisibilityTimeout ?? settings.visibilitySeconds,
    };
    const waitMs = (input.WaitTimeSeconds ?? settings.waitSeconds) * 1000;
    let messages = await queue.receive(options);
    if (waitMs === 0) return messages;
    let over = false;
    const cancel = schedule(waitMs, () => {
      over = true;
    });
    while (messages.length === 0 && !over && !stopping.aborted) {
      if ((await available(local, waitMs)) === 'too late') break;
      messages = await queue.receive(options);
    }
    cancel();
    return messages;
  };

  return {
    async SendMessage({ QueueUrl, ...entry }, caller) {
      const local = registry.byUrl(QueueUrl);
      access(caller, 'SendMessage', local);
      return send(local, entry, caller);
    },

    async SendMessageBatch({ QueueUrl, Entries }, caller) {
      const local = registry.byUrl(QueueUrl);
      access(caller, 'SendMessage', local);
      checkEntries(Entries);
      const bytes = Entries.reduce((sum, entry) => sum + sizeOf(contentOf(entry, caller)), 0);
      if (bytes > maxMessageBytes)
        throw sqsError(
          'BatchRequestTooLong',
          `Batch requests cannot be longer than ${maxMessageBytes} bytes. You have sent ${bytes} bytes.`,
        );
      return each(Entries, (entry) => send(local, entry, caller));
    },

    async ReceiveMessage(input, caller) {
      const local = registry.byUrl(input.QueueUrl);
      access(caller, 'ReceiveMessage', local);
      const messages = await receive(local, input);
      const names = {
        system: [...input.AttributeNames, ...input.MessageSystemAttributeNames],
        message: input.MessageAttributeNames,
      };
      return messages.length === 0
        ? {}
        : { Messages: messages.map((message) => receivedAnswer(message, names)) };
    },

    async DeleteMessage({ QueueUrl, ReceiptHandle }, caller) {
      const local = registry.byUrl(QueueUrl);
      access(caller, 'DeleteMessage', local);
      await local.queue.delete(ReceiptHandle);
      return {};
    },

    async DeleteMessageBatch({ QueueUrl, Entries }, caller) {
      const local = registry.byUrl(QueueUrl);
      access(caller, 'DeleteMessage', local);
      checkEntries(Entries);
      return each(Entries, async ({ ReceiptHandle }) => {
        await local.queue.delete(ReceiptHandle);
        return {};
      });
    },

    async ChangeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout }, caller) {
      const local = registry.byUrl(QueueUrl);
      access(caller, 'ChangeMessageVisibility', local);
      await local.queue.changeVisibility(ReceiptHandle, VisibilityTimeout);
      return {};
    },

    async GetQueueUrl({ QueueName }, caller) {
      const local = registry.byName(QueueName);
      access(caller, 'GetQueueUrl', local);
      return { QueueUrl: local.url };
    },

    async GetQueueAttributes({ QueueUrl, AttributeNames }, caller) {
      const local = registry.byUrl(QueueUrl);
      access(caller, 'GetQueueAttributes', local);
      const Attributes = chosenQueueAttributes(local, AttributeNames);
      return Object.keys(Attributes).length === 0 ? {} : { Attributes };
    },

    async ListQueues({ QueueNamePrefix }, caller) {
      if (caller.kind === 'identity') caller.authorize('sqs:ListQueues', '*');
      const QueueUrls = registry
        .all()
        .filter(({ name }) => name.startsWith(QueueNamePrefix))
        .map(({ url }) => url);
      return QueueUrls.length === 0 ? {} : { QueueUrls };
    },

    async PurgeQueue({ QueueUrl }, caller) {
      const local = registry.byUrl(QueueUrl);
      access(caller, 'PurgeQueue', local);
      await local.queue.purge();
      return {};
    },

    /** Done by the time it answers, where AWS goes on for a while. Source: SQS developer guide, "Dead-letter queue redrive". */
    async StartMessageMoveTask({ SourceArn, DestinationArn }, caller) {
      const source = registry.byArn(SourceArn);
      for (const action of [
        'StartMessageMoveTask',
        'ReceiveMessage',
        'DeleteMessage',
        'GetQueueAttributes',
      ] as const)
        access(caller, action, source);
      const feeders = registry
        .all()
        .filter(({ settings }) => settings.redrive?.deadLetterTargetArn === SourceArn);
      if (feeders.length === 0) throw invalidValue('Source queue must be configured as a Dead Letter Queue.');
      const destinations = DestinationArn === undefined ? feeders : [registry.byArn(DestinationArn)];
      for (const destination of destinations) access(caller, 'SendMessage', destination);
      await source.queue.moveAll(({ deadLetterSource }) =>
        DestinationArn === undefined
          ? feeders.find(({ arn }) => arn === deadLetterSource)?.queue
          : destinations[0]?.queue,
      );
      const task = JSON.stringify({ taskId: crypto.randomUUID(), sourceArn: SourceArn });
      return { TaskHandle: Buffer.from(task).toString('base64') };
    },
  };
};
