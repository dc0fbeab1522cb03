import { account, arn } from '../account.ts';
import { physicalName } from '../cloudformation/physical-name.ts';
import { provide, type ResourceProvider } from '../cloudformation/provider.ts';
import type { Records } from '../durable-records.ts';
import { noResourcePolicy, parseResourcePolicy, type ResourcePolicy } from '../iam/resource-policy.ts';
import type { Kms } from '../kms/kms.ts';
import type { Schedule } from '../schedule.ts';
import { sqsError } from './errors.ts';
import { makeQueue, type Queue } from './queue.ts';
import { type QueueSettings, queuePolicyProperties, queueProperties, settingsOf } from './queue-resource.ts';

/** A queue of the template. */
export type LocalQueue = {
  readonly name: string;
  readonly arn: string;
  /** At the gateway, because SDKs call the host of a queue's URL. */
  readonly url: string;
  readonly settings: QueueSettings;
  /** Of the key that it is encrypted under, unless that is AWS's. */
  readonly keyArn: string | undefined;
  readonly createdAtMs: number;
  policyDocument: unknown;
  policy: ResourcePolicy;
  readonly queue: Queue;
};

export interface QueueRegistry {
  readonly providers: readonly ResourceProvider[];
  all(): readonly LocalQueue[];
  /** Throws QueueDoesNotExist. */
  byArn(queueArn: string): LocalQueue;
  byUrl(url: string): LocalQueue;
  byName(name: string): LocalQueue;
}

/** The queues of the template and their policies; names survive a restart, and with them what is on disk. */
export const makeQueueRegistry = ({
  records,
  kms,
  awsUrl,
  schedule,
  now,
}: {
  readonly records: Records;
  readonly kms: Pick<Kms, 'arnOf'>;
  readonly awsUrl: () => string;
  readonly schedule: Schedule;
  readonly now: () => number;
}): QueueRegistry => {
  const queues = new Map<string, LocalQueue>();

  const byName = (name: string): LocalQueue => {
    const found = queues.get(name);
    if (found === undefined) throw sqsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return found;
  };
  const byArn = (queueArn: string): LocalQueue => {
    const found = byName(queueArn.slice(queueArn.lastIndexOf(':') + 1));
    if (found.arn !== queueArn) throw sqsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return found;
  };
  /** Whatever the host: the gateway's port is another at each start, and AWS's own URL means the same queue. */
  const byUrl = (url: string): LocalQueue => {
    const [, owner, name = ''] = /\/(\d{12})\/([^/]+)$/.exec(url) ?? [];
    return byName(owner === account.id ? name : '');
  };

  const queueProvider = provide(
    'AWS::SQS::Queue',
    queueProperties,
    async ({ properties, stackName, logicalId }) => {
      const name = properties.QueueName ?? physicalName(stackName, logicalId);
      if (queues.has(name)) throw new Error(`there are two queues ${name}`);
      const queueArn = arn('sqs', name);
      const settings = settingsOf(properties);
      const deadArn = settings.redrive?.deadLetterTargetArn;
      const local: LocalQueue = {
        name,
        arn: queueArn,
        url: `${awsUrl()}/${account.id}/${name}`,
        settings,
        keyArn: properties.KmsMasterKeyId === undefined ? undefined : kms.arnOf(properties.KmsMasterKeyId),
        createdAtMs: now(),
        policyDocument: undefined,
        policy: noResourcePolicy,
        queue: makeQueue({
          name,
          arn: queueArn,
          settings,
          records,
          deadLetterQueue: () => (deadArn === undefined ? undefined : byArn(deadArn).queue),
          schedule,
          now,
        }),
      };
      // Messages would go nowhere, which AWS refuses as well.
      if (deadArn !== undefined) byArn(deadArn);
      queues.set(name, local);
      await local.queue.load();
      return { ref: local.url, attributes: { Arn: queueArn, QueueName: name, QueueUrl: local.url } };
    },
  );

  const policyProvider = provide(
    'AWS::SQS::QueuePolicy',
    queuePolicyProperties,
    ({ properties: { PolicyDocument, Queues }, stackName, logicalId }) => {
      for (const url of Queues) {
        const local = byUrl(url);
        local.policyDocument = PolicyDocument;
        local.policy = parseResourcePolicy(PolicyDocument);
      }
      const id = physicalName(stackName, logicalId);
      return { ref: id, attributes: { Id: id } };
    },
  );

  return {
    providers: [queueProvider, policyProvider],
    all: () => [...queues.values()],
    byArn,
    byUrl,
    byName,
  };
};
