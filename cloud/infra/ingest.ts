import { Aws, Duration } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import { Construct } from 'constructs';
import {
  passagesRule,
  passagesTopic,
  sightingProperty,
  sightingsRule,
  sightingsTopic,
} from '#contract/topics.ts';
import { bindCollection, bindSites, bindTable, bindVerdicts } from './bind.ts';
import type { RollcallConfig } from './configuration.ts';
import type { FaceCollection } from './face-collection.ts';
import { RollcallFunction } from './rollcall-function.ts';

type IngestProps = {
  readonly config: RollcallConfig;
  readonly table: TableV2;
  readonly faces: FaceCollection;
};

/** What a door publishes, from the IoT rules through the ingest function to the table and back as a verdict. */
export class Ingest extends Construct {
  constructor(scope: Construct, id: string, { config, table, faces }: IngestProps) {
    super(scope, id);

    // A minute, because a throttled search waits inside the invocation.
    const ingest = new RollcallFunction(this, 'Function', {
      config,
      name: 'ingest',
      timeout: Duration.seconds(60),
      memoryMb: 512,
    });
    bindSites(ingest, config);
    bindCollection(ingest, faces, ['SearchFacesByImage']);
    bindTable(ingest, table, [
      'GetItem',
      'BatchGetItem',
      'Query',
      'PutItem',
      'UpdateItem',
      'ConditionCheckItem',
    ]);
    bindVerdicts(ingest, config);

    // A rule cannot hand bytes to Lambda, hence base64; only clientid() is vouched for by the broker.
    this.#rule('Sightings', ingest, {
      name: sightingsRule(config.stage),
      sql:
        `SELECT encode(*, 'base64') AS image, get(get_user_properties('${sightingProperty}'), 0) AS sighting, ` +
        `clientid() AS thingName, timestamp() AS receivedAt FROM '${sightingsTopic('+')}'`,
    });
    this.#rule('Passages', ingest, {
      name: passagesRule(config.stage),
      sql:
        `SELECT encode(*, 'base64') AS passage, clientid() AS thingName, timestamp() AS receivedAt ` +
        `FROM '${passagesTopic('+')}'`,
    });
  }

  #rule(id: string, ingest: RollcallFunction, { name, sql }: { name: string; sql: string }): void {
    const rule = new CfnTopicRule(this, `${id}Rule`, {
      ruleName: name,
      topicRulePayload: {
        sql,
        awsIotSqlVersion: '2016-03-23',
        ruleDisabled: false,
        actions: [{ lambda: { functionArn: ingest.functionArn } }],
      },
    });
    ingest.addPermission(`From${id}Rule`, {
      principal: new ServicePrincipal('iot.amazonaws.com'),
      sourceArn: rule.attrArn,
      sourceAccount: Aws.ACCOUNT_ID,
    });
  }
}
