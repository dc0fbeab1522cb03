import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { arn } from '../account.ts';
import { physicalName } from '../cloudformation/physical-name.ts';
import { provide, type ResourceProvider } from '../cloudformation/provider.ts';
import type { RecordStore } from '../durable-records.ts';
import { escapeXml } from '../gateway/responses.ts';
import { type Service, ServiceError, type ServiceRequest } from '../gateway/service.ts';
import { authorizeOnResource, callerOf } from '../iam/caller.ts';
import type { Denials } from '../iam/denials.ts';
import { noResourcePolicy, parseResourcePolicy, type ResourcePolicy } from '../iam/resource-policy.ts';
import type { Kms } from '../kms/kms.ts';
import { parsePublish } from './publish-request.ts';
import { subscriptionProperties, topicPolicyProperties, topicProperties } from './topic-resource.ts';

/** A message that AWS would have mailed to the subscribers. */
const Notification = z.object({
  messageId: z.string(),
  topicArn: z.string(),
  /** Epoch milliseconds. */
  atMs: z.number(),
  subject: z.string().optional(),
  message: z.string(),
  /** How many addresses it would have gone to; the addresses are in the template. */
  recipients: z.number(),
});
export type Notification = z.output<typeof Notification>;

/** Topics of the template; what is published is kept on disk for the developer to read. */
export interface Sns {
  readonly service: Service;
  readonly providers: readonly ResourceProvider[];
  /** Reads what an earlier process left behind. */
  start(): Promise<void>;
  /** The newest, oldest first. */
  notifications(): readonly Notification[];
}

type Topic = {
  readonly arn: string;
  readonly keyArn: string | undefined;
  readonly addresses: Set<string>;
  policy: ResourcePolicy;
};

const operationOf = ({ body }: Pick<ServiceRequest, 'body'>): string =>
  new URLSearchParams(body.toString('utf8')).get('Action') ?? '';

/** How many notifications are kept. */
const maxKept = 200;

export const makeSns = ({
  store,
  kms,
  denials,
  now,
}: {
  readonly store: Pick<RecordStore, 'section'>;
  readonly kms: Pick<Kms, 'arnOf' | 'use'>;
  readonly denials: Pick<Denials, 'record'>;
  readonly now: () => number;
}): Sns => {
  const topics = new Map<string, Topic>();
  const records = store.section('sns');
  const kept: { readonly key: string; readonly notification: Notification }[] = [];

  const topicOf = (topicArn: string): Topic => {
    const topic = topics.get(topicArn);
    if (topic === undefined) throw new ServiceError('NotFound', 'Topic does not exist', 404);
    return topic;
  };

  const keep = async (notification: Notification): Promise<void> => {
    // Keys sort by time.
    const key = `${String(notification.atMs).padStart(15, '0')}-${notification.messageId}`;
    kept.push({ key, notification });
    const tooOld = kept.splice(0, Math.max(0, kept.length - maxKept));
    await records.commit(
      [
        { type: 'put', key, value: notification },
        ...tooOld.map((old) => ({ type: 'del' as const, key: old.key })),
      ],
      { flush: true },
    );
  };

  const authorize = (request: ServiceRequest, topic: Topic): void => {
    const caller = callerOf(request);
    authorizeOnResource(caller, topic.policy, { action: 'sns:Publish', resource: topic.arn }, denials);
    if (topic.keyArn === undefined) return;
    try {
      for (const action of ['kms:GenerateDataKey', 'kms:Decrypt'] as const)
        kms.use(topic.keyArn, action, caller, 'sns');
    } catch (error) {
      if (error instanceof ServiceError) throw new ServiceError('KMSAccessDenied', error.message, 400);
      throw error;
    }
  };

  const publish = async (request: ServiceRequest): Promise<string> => {
    const { topicArn, subject, message } = parsePublish(new URLSearchParams(request.body.toString('utf8')));
    const topic = topicOf(topicArn);
    authorize(request, topic);
    const messageId = randomUUID();
    await keep({
      messageId,
      topicArn,
      atMs: now(),
      ...(subject === undefined ? {} : { subject }),
      message,
      recipients: topic.addresses.size,
    });
    return messageId;
  };

  return {
    service: {
      signingNames: ['sns'],
      protocol: 'query',
      operations: ['Publish'],
      operationOf,
      async handle(request) {
        const action = operationOf(request);
        if (action !== 'Publish')
          throw new ServiceError(
            'InvalidAction',
            `The local cloud does not know the SNS operation ${action}.`,
          );
        const messageId = await publish(request);
        return {
          status: 200,
          headers: { 'content-type': 'text/xml' },
          body:
            '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">' +
            `<PublishResult><MessageId>${escapeXml(messageId)}</MessageId></PublishResult>` +
            `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></PublishResponse>`,
        };
      },
    },
    providers: [
      provide('AWS::SNS::Topic', topicProperties, ({ properties, stackName, logicalId }) => {
        const name = properties.TopicName ?? physicalName(stackName, logicalId);
        const topicArn = arn('sns', name);
        const { KmsMasterKeyId } = properties;
        topics.set(topicArn, {
          arn: topicArn,
          keyArn: KmsMasterKeyId === undefined ? undefined : kms.arnOf(KmsMasterKeyId),
          addresses: new Set(properties.Subscription.map(({ Endpoint }) => Endpoint)),
          policy: noResourcePolicy,
        });
        return { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: name } };
      }),
      provide(
        'AWS::SNS::Subscription',
        subscriptionProperties,
        ({ properties: { Endpoint, TopicArn }, stackName, logicalId }) => {
          topicOf(TopicArn).addresses.add(Endpoint);
          const subscriptionArn = `${TopicArn}:${physicalName(stackName, logicalId)}`;
          return { ref: subscriptionArn, attributes: { Arn: subscriptionArn } };
        },
      ),
      provide(
        'AWS::SNS::TopicPolicy',
        topicPolicyProperties,
        ({ properties: { PolicyDocument, Topics }, stackName, logicalId }) => {
          for (const topicArn of Topics) topicOf(topicArn).policy = parseResourcePolicy(PolicyDocument);
          const id = physicalName(stackName, logicalId);
          return { ref: id, attributes: { Id: id } };
        },
      ),
    ],
    async start() {
      for (const [key, value] of await records.list(''))
        kept.push({ key, notification: Notification.parse(value) });
    },
    notifications: () => kept.map(({ notification }) => notification),
  };
};
