import { z } from 'zod';
import type { LocalLog } from '../account.ts';
import type { Schedule } from '../schedule.ts';
import type { QueueSource } from '../sqs/queue-source.ts';
import type { LocalFunction } from './local-function.ts';
import { makeQueuePoller, type QueuePoller } from './queue-poller.ts';

/** AWS::Lambda::EventSourceMapping of a standard queue. Streams, filters and batching windows are not here and therefore refused. */
export const eventSourceMappingProperties = z.strictObject({
  BatchSize: z.number().int().min(1).max(10).default(10),
  Enabled: z.boolean().default(true),
  EventSourceArn: z.string().regex(/^arn:aws:sqs:/, 'the local cloud knows queues as event sources'),
  FunctionName: z.string(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).max(1).default([]),
  MaximumBatchingWindowInSeconds: z.literal(0).optional(),
  ScalingConfig: z
    .strictObject({ MaximumConcurrency: z.number().int().min(2).max(1000).optional() })
    .default({}),
  Tags: z.unknown().optional(), // inert: labels
});

/** A mapping that does not poll yet. Throws an Error in Lambda's words for one that Lambda would refuse. */
export const makeEventSourceMapping = (
  properties: z.output<typeof eventSourceMappingProperties>,
  local: LocalFunction,
  {
    source,
    schedule,
    log,
  }: { readonly source: QueueSource; readonly schedule: Schedule; readonly log: LocalLog },
): QueuePoller => {
  const queue = source.open(properties.EventSourceArn, local.roleArn);
  if (queue.visibilitySeconds < local.timeoutSeconds)
    throw new Error(
      `Queue visibility timeout: ${queue.visibilitySeconds} seconds is less than Function timeout: ${local.timeoutSeconds} seconds`,
    );
  const poller = makeQueuePoller({
    queue,
    queueArn: properties.EventSourceArn,
    functionName: local.name,
    run: (event) => local.run(event),
    batchSize: properties.BatchSize,
    reportsFailures: properties.FunctionResponseTypes.length > 0,
    maxConcurrency: properties.ScalingConfig.MaximumConcurrency ?? local.maxEnvironments,
    schedule,
    log,
  });
  return properties.Enabled ? poller : { ...poller, start: () => {} };
};
