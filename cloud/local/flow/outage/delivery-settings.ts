import { z } from 'zod';
import { readAssembly } from '../../cloudformation/assembly.ts';
import { type QueueSettings, queueProperties, settingsOf } from '../../sqs/queue-resource.ts';

/** How the template has a delivery tried: what decides whether an outage loses anything. */
export type DeliverySettings = {
  readonly timeoutSeconds: number;
  readonly maxRetries: number;
  readonly maxEventAgeSeconds: number;
  readonly failedQueue: QueueSettings;
  readonly deadQueue: QueueSettings;
  readonly batchSize: number;
  readonly maxConcurrency: number;
  readonly reportsFailures: boolean;
};

const Ingest = z.object({ FunctionName: z.literal('rollcall-dev-ingest'), Timeout: z.number() });
const Retries = z.object({
  DestinationConfig: z.unknown(),
  MaximumRetryAttempts: z.number(),
  MaximumEventAgeInSeconds: z.number(),
});
const Mapping = z.object({
  BatchSize: z.number(),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }),
  FunctionResponseTypes: z.array(z.string()),
});
const Redrive = z.object({ maxReceiveCount: z.number() });
const queueNamed = (name: string) =>
  z.object({
    QueueName: z.literal(name),
    VisibilityTimeout: z.number().optional(),
    MessageRetentionPeriod: z.number(),
    RedrivePolicy: Redrive.transform((policy) => ({ ...policy, deadLetterTargetArn: 'dead' })).optional(),
  });

/** Reads them from the assembly of the stage `dev`. Throws when the template has no such resource. */
export const readDeliverySettings = (assemblyDir: string): DeliverySettings => {
  const resources = Object.values(readAssembly(assemblyDir).template.Resources);
  const find = <S extends z.ZodType>(type: string, schema: S): z.output<S> => {
    for (const { Type, Properties } of resources) {
      const parsed = schema.safeParse(Properties);
      if (Type === type && parsed.success) return parsed.data;
    }
    throw new Error(`the template has no such ${type}`);
  };
  const queue = (name: string): QueueSettings =>
    settingsOf(queueProperties.parse(find('AWS::SQS::Queue', queueNamed(`rollcall-dev-${name}`))));
  const retries = find('AWS::Lambda::EventInvokeConfig', Retries);
  const mapping = find('AWS::Lambda::EventSourceMapping', Mapping);
  return {
    timeoutSeconds: find('AWS::Lambda::Function', Ingest).Timeout,
    maxRetries: retries.MaximumRetryAttempts,
    maxEventAgeSeconds: retries.MaximumEventAgeInSeconds,
    failedQueue: queue('ingest-failed'),
    deadQueue: queue('ingest-dead'),
    batchSize: mapping.BatchSize,
    maxConcurrency: mapping.ScalingConfig.MaximumConcurrency,
    reportsFailures: mapping.FunctionResponseTypes.includes('ReportBatchItemFailures'),
  };
};
