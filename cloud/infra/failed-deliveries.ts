import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { CfnEventInvokeConfig, CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { RollcallConfig } from './configuration.ts';
import { allowToEncrypt } from './encryption.ts';
import type { RollcallFunction } from './rollcall-function.ts';

type FailedDeliveriesProps = {
  readonly config: RollcallConfig;
  readonly key: Key;
  readonly ingest: RollcallFunction;
};

/**
 * Where a delivery waits that ingest could not settle: asynchronous tries → `failed` → ingest again, two at a time → `dead`, where a
 * person looks. The messages hold faces, hence the key and the end of their lives.
 */
export class FailedDeliveries extends Construct {
  readonly failed: Queue;
  readonly dead: Queue;

  constructor(scope: Construct, id: string, { config, key, ingest }: FailedDeliveriesProps) {
    super(scope, id);
    const queue = (name: string) => ({
      queueName: `rollcall-${config.stage}-ingest-${name}`,
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      // One data key for an hour of messages: fewer requests to the key.
      dataKeyReuse: Duration.hours(1),
      enforceSSL: true,
    });
    // A message keeps the age it had in the first queue, so this is 14 days since the door sent it.
    this.dead = new Queue(this, 'Dead', { ...queue('dead'), retentionPeriod: Duration.days(14) });
    this.failed = new Queue(this, 'Failed', {
      ...queue('failed'),
      retentionPeriod: Duration.days(4),
      // Lambda advises six times the function's timeout.
      visibilityTimeout: Duration.seconds(6 * ingest.timeoutSeconds),
      // One try each six minutes: an outage of two hours heals itself.
      deadLetterQueue: { queue: this.dead, maxReceiveCount: 20 },
    });
    this.#fromAsynchronousTries(ingest, key);
    this.#backToIngest(ingest);
  }

  #fromAsynchronousTries(ingest: RollcallFunction, key: Key): void {
    const role = ingest.ownRole;
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.failed.queueArn] }),
    );
    allowToEncrypt(role, key);
    const config = new CfnEventInvokeConfig(this, 'AfterTries', {
      functionName: ingest.functionName,
      qualifier: '$LATEST',
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: Duration.hours(6).toSeconds(),
      destinationConfig: { onFailure: { destination: this.failed.queueArn } },
    });
    // Lambda checks that the role may send when the destination is set.
    config.node.addDependency(role);
  }

  #backToIngest(ingest: RollcallFunction): void {
    ingest.ownRole.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        resources: [this.failed.queueArn],
      }),
    );
    const mapping = new CfnEventSourceMapping(this, 'Redrive', {
      eventSourceArn: this.failed.queueArn,
      functionName: ingest.functionName,
      batchSize: 10,
      functionResponseTypes: ['ReportBatchItemFailures'],
      // So that a full queue does not take the search quota from the people who arrive now.
      scalingConfig: { maximumConcurrency: 2 },
    });
    mapping.node.addDependency(ingest.ownRole);
  }
}
