import type { ResourceProvider } from '../cloudformation/provider.ts';
import type { Records } from '../durable-records.ts';
import { type Service, ServiceError, type ServiceRequest, type ServiceResponse } from '../gateway/service.ts';
import { type ActAs, type Caller, callerOf } from '../iam/caller.ts';
import type { Denials } from '../iam/denials.ts';
import type { Kms } from '../kms/kms.ts';
import type { Schedule } from '../schedule.ts';
import { errorAnswer } from './errors.ts';
import { checkContent } from './message.ts';
import { makeOperations } from './operations.ts';
import type { QueueDepth } from './queue.ts';
import { makeQueueAccess, type QueueAction } from './queue-access.ts';
import { makeQueueRegistry } from './queue-registry.ts';
import type { QueueCaller, QueueSender } from './queue-sender.ts';
import type { QueueSource } from './queue-source.ts';
import { isOperation, parseInput } from './requests.ts';

/** The standard queues of the template, kept on disk. Speaks the JSON protocol of today's SDKs, not the older XML. */
export interface Sqs {
  readonly service: Service;
  readonly providers: readonly ResourceProvider[];
  readonly sender: QueueSender;
  readonly source: QueueSource;
  /** How full each queue is. */
  depths(): readonly (QueueDepth & { readonly name: string })[];
  /** Answers those who wait for messages. */
  stop(): void;
}

/** What Lambda asks of a function's role before it reads a queue. Source: Lambda developer guide, "Using Lambda with Amazon SQS". */
const pollerActions: readonly QueueAction[] = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];

export const makeSqs = ({
  records,
  kms,
  denials,
  actAs,
  awsUrl,
  schedule,
  now,
}: {
  readonly records: Records;
  readonly kms: Pick<Kms, 'arnOf' | 'use'>;
  readonly denials: Pick<Denials, 'record'>;
  readonly actAs: ActAs;
  /** The gateway's base URL once it listens: queues live below it. */
  readonly awsUrl: () => string;
  readonly schedule: Schedule;
  readonly now: () => number;
}): Sqs => {
  const stopping = new AbortController();
  const registry = makeQueueRegistry({ records, kms, awsUrl, schedule, now });
  const access = makeQueueAccess({ kms, denials });
  const operations = makeOperations({ registry, access, schedule, stopping: stopping.signal });

  const run = <N extends keyof typeof operations>(name: N, request: ServiceRequest) =>
    operations[name](parseInput(name, request.body), callerOf(request));

  const handle = async (request: ServiceRequest): Promise<ServiceResponse> => {
    try {
      const { operation } = request;
      if (!isOperation(operation))
        throw new ServiceError(
          'UnknownOperationException',
          `The local cloud does not know the SQS operation ${operation}.`,
        );
      return {
        status: 200,
        headers: { 'content-type': 'application/x-amz-json-1.0' },
        body: JSON.stringify(await run(operation, request)),
      };
    } catch (error) {
      if (error instanceof ServiceError) return errorAnswer(error);
      throw error;
    }
  };

  const asCaller = (as: QueueCaller): Caller =>
    'roleArn' in as ? actAs(as.roleArn, 'local') : { kind: 'service', ...as };

  return {
    service: {
      signingNames: ['sqs'],
      protocol: 'json',
      target: 'AmazonSQS',
      operations: Object.keys(operations),
      handle,
    },
    providers: registry.providers,
    sender: {
      async send(queue, body, as, attributes = {}) {
        const local = 'arn' in queue ? registry.byArn(queue.arn) : registry.byUrl(queue.url);
        const caller = asCaller(as);
        access(caller, 'SendMessage', local);
        const content = {
          body,
          attributes: Object.fromEntries(
            Object.entries(attributes).map(([name, StringValue]) => [
              name,
              { DataType: 'String', StringValue },
            ]),
          ),
          senderId: caller.kind === 'identity' ? caller.arn : caller.service,
        };
        checkContent(content, local.settings.maxMessageBytes);
        await local.queue.send(content);
      },
    },
    source: {
      open(queueArn, roleArn) {
        const local = registry.byArn(queueArn);
        const check = (): void => {
          for (const action of pollerActions) access(actAs(roleArn, 'local'), action, local);
        };
        check();
        return {
          visibilitySeconds: local.settings.visibilitySeconds,
          async receive(options) {
            check();
            return local.queue.receive({
              ...options,
              visibilitySeconds: local.settings.visibilitySeconds,
            });
          },
          async delete(receiptHandles) {
            check();
            for (const handle of receiptHandles) await local.queue.delete(handle);
          },
          onAvailable: local.queue.onAvailable,
        };
      },
    },
    depths: () => registry.all().map(({ name, queue }) => ({ name, ...queue.depth() })),
    stop: () => stopping.abort(),
  };
};
