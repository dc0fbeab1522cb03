import { Duration } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { thingName } from '#contract/names.ts';
import { shadowTopic } from '#contract/shadow.ts';
import { reportsRule } from '#contract/topics.ts';
import { checkGaps } from '../functions/watch/events.ts';
import { bindAlerts, bindSearchBudget, bindSites, bindStage, bindTable } from './bind.ts';
import type { RollcallConfig } from './configuration.ts';
import { loggedEvents } from './logged-events.ts';
import { RollcallFunction } from './rollcall-function.ts';
import { callOnSchedule } from './scheduled-call.ts';
import { TopicRule } from './topic-rule.ts';

type WatchProps = {
  readonly config: RollcallConfig;
  readonly table: TableV2;
  readonly alerts: Topic;
  readonly key: Key;
};

/** Who notices that something is missing: the doors' reports and, once a minute, a look for gaps in what they delivered. */
export class Watch extends Construct {
  readonly function: RollcallFunction;
  /** How often it looked for gaps. */
  readonly checks: Metric;
  /** Schedule events that never reached the function. */
  readonly dead: Queue;

  constructor(scope: Construct, id: string, { config, table, alerts, key }: WatchProps) {
    super(scope, id);
    const watch = new RollcallFunction(this, 'Function', {
      config,
      name: 'watch',
      timeout: Duration.seconds(30),
      memoryMb: 256,
    });
    bindStage(watch, config);
    bindSites(watch, config);
    bindSearchBudget(watch, config);
    // A report may tell the clock by which sightings have waited to be counted; so it does with the table what ingest does.
    bindTable(
      watch,
      table,
      ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
      'gsi1',
      'gsi2',
    );
    bindAlerts(watch, alerts, key);

    // A report that is lost is followed by the next a minute later, so nothing is kept of one that fails. Shadow topics belong to the
    // whole account, so the other stages' doors are left out by name.
    new TopicRule(this, 'Reports', {
      name: reportsRule(config.stage),
      sql:
        `SELECT state.reported AS report, topic(3) AS thingName, timestamp() AS reportedAt ` +
        `FROM '${shadowTopic('+', 'update')}/accepted' ` +
        `WHERE NOT isUndefined(state.reported) AND startswith(topic(3), '${thingName(config.stage, '')}')`,
      target: watch,
    });

    this.function = watch;
    this.checks = loggedEvents(this, 'Checks', {
      config,
      by: watch,
      event: 'gaps.checked',
      metric: 'GapChecks',
    });
    this.dead = callOnSchedule(this, {
      ...{ config, target: watch, of: 'watch', name: 'check-gaps', input: checkGaps },
      every: Duration.minutes(1),
    });
  }
}
