import { Duration } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  passagesRule,
  passagesTopic,
  sightingProperty,
  sightingsRule,
  sightingsTopic,
} from '#contract/topics.ts';
import { bindCollection, bindSearchBudget, bindSites, bindStage, bindTable, bindVerdicts } from './bind.ts';
import type { RollcallConfig } from './configuration.ts';
import type { FaceCollection } from './face-collection.ts';
import { FailedDeliveries } from './failed-deliveries.ts';
import { RollcallFunction } from './rollcall-function.ts';
import { ErrorQueue, TopicRule } from './topic-rule.ts';

type IngestProps = {
  readonly config: RollcallConfig;
  readonly table: TableV2;
  readonly faces: FaceCollection;
  readonly key: Key;
};

/** What a door publishes, from the IoT rules through the ingest function to the table and back as a verdict. */
export class Ingest extends Construct {
  readonly function: RollcallFunction;
  /** Deliveries that go back to ingest, and those that nobody settles but a person. */
  readonly queues: { readonly failed: Queue; readonly dead: Queue };

  constructor(scope: Construct, id: string, { config, table, faces, key }: IngestProps) {
    super(scope, id);

    // A minute, because a throttled search waits inside the invocation.
    const ingest = new RollcallFunction(this, 'Function', {
      config,
      name: 'ingest',
      timeout: Duration.seconds(60),
      memoryMb: 512,
      reservedConcurrency: config.ingestReservedConcurrency,
    });
    bindSites(ingest, config);
    bindSearchBudget(ingest, config);
    bindStage(ingest, config);
    bindCollection(ingest, faces, ['SearchFacesByImage']);
    bindTable(ingest, table, [
      'GetItem',
      'BatchGetItem',
      'Query',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'ConditionCheckItem',
    ]);
    bindVerdicts(ingest, config);

    const queues = new FailedDeliveries(this, 'FailedDeliveries', { config, key, ingest });
    const failures = new ErrorQueue(this, 'RuleErrors', { queue: queues.dead, key });

    // A rule cannot hand bytes to Lambda, hence base64; only clientid() is vouched for by the broker.
    new TopicRule(this, 'Sightings', {
      name: sightingsRule(config.stage),
      sql:
        `SELECT encode(*, 'base64') AS image, get(get_user_properties('${sightingProperty}'), 0) AS sighting, ` +
        `clientid() AS thingName, timestamp() AS receivedAt FROM '${sightingsTopic('+')}'`,
      target: ingest,
      failures,
    });
    new TopicRule(this, 'Passages', {
      name: passagesRule(config.stage),
      sql:
        `SELECT encode(*, 'base64') AS passage, clientid() AS thingName, timestamp() AS receivedAt ` +
        `FROM '${passagesTopic('+')}'`,
      target: ingest,
      failures,
    });
    this.function = ingest;
    this.queues = queues;
  }
}
