import { z } from 'zod';
import { maxMessageBytes } from './message.ts';

/** Ranges and defaults: CloudFormation's AWS::SQS::Queue. First-in-first-out queues are not here and therefore refused. */
const RedrivePolicy = z.strictObject({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: z.coerce.number().int().min(1).max(1000),
});

export const queueProperties = z.strictObject({
  QueueName: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,80}$/)
    .optional(),
  DelaySeconds: z.number().int().min(0).max(900).default(0),
  MaximumMessageSize: z.number().int().min(1024).max(maxMessageBytes).default(maxMessageBytes),
  MessageRetentionPeriod: z.number().int().min(60).max(1_209_600).default(345_600),
  ReceiveMessageWaitTimeSeconds: z.number().int().min(0).max(20).default(0),
  VisibilityTimeout: z.number().int().min(0).max(43_200).default(30),
  RedrivePolicy: RedrivePolicy.optional(),
  KmsMasterKeyId: z.string().optional(),
  KmsDataKeyReusePeriodSeconds: z.number().optional(), // inert: how often AWS asks KMS; here it is asked each time
  SqsManagedSseEnabled: z.boolean().optional(), // inert: AWS's own key needs no grant
  Tags: z.unknown().optional(), // inert: labels
});

/** `Queues` are URLs, as `Ref` gives them. */
export const queuePolicyProperties = z.strictObject({
  PolicyDocument: z.unknown(),
  Queues: z.array(z.string()).min(1),
});

export type QueueSettings = {
  readonly delaySeconds: number;
  readonly maxMessageBytes: number;
  readonly retentionSeconds: number;
  readonly waitSeconds: number;
  readonly visibilitySeconds: number;
  readonly redrive: z.output<typeof RedrivePolicy> | undefined;
};

export const settingsOf = (properties: z.output<typeof queueProperties>): QueueSettings => ({
  delaySeconds: properties.DelaySeconds,
  maxMessageBytes: properties.MaximumMessageSize,
  retentionSeconds: properties.MessageRetentionPeriod,
  waitSeconds: properties.ReceiveMessageWaitTimeSeconds,
  visibilitySeconds: properties.VisibilityTimeout,
  redrive: properties.RedrivePolicy,
});
