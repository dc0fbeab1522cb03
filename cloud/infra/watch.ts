import { Duration } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { thingName } from '#contract/names.ts';
import { shadowTopic } from '#contract/shadow.ts';
import { reportsRule } from '#contract/topics.ts';
import { checkGaps } from '../functions/watch/events.ts';
import { acknowledge } from './acknowledge.ts';
import { bindAlerts, bindSites, bindStage, bindTable } from './bind.ts';
import type { RollcallConfig } from './configuration.ts';
import { inThisAccount } from './in-this-account.ts';
import { loggedEvents } from './logged-events.ts';
import { RollcallFunction } from './rollcall-function.ts';
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
    // A report may tell the clock by which sightings have waited to be counted; so it does with the table what ingest does.
    bindTable(
      watch,
      table,
      ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
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
    this.dead = new Queue(this, 'Dead', {
      queueName: `rollcall-${config.stage}-watch-dead`,
      encryption: QueueEncryption.SQS_MANAGED, // nothing in it is about anybody
      retentionPeriod: Duration.days(4),
      enforceSSL: true,
    });
    acknowledge(
      this.dead,
      'SQS3',
      'It is a dead-letter queue: that of the schedule, where cdk-nag does not look.',
    );
    this.#everyMinute(config);
  }

  #everyMinute(config: RollcallConfig): void {
    const role = new Role(this, 'ScheduleRole', {
      assumedBy: inThisAccount('scheduler.amazonaws.com'),
    });
    const allow = (action: string, resource: string) =>
      role.addToPolicy(new PolicyStatement({ actions: [action], resources: [resource] }));
    allow('lambda:InvokeFunction', this.function.functionArn);
    allow('sqs:SendMessage', this.dead.queueArn);

    const schedule = new CfnSchedule(this, 'Schedule', {
      name: `rollcall-${config.stage}-check-gaps`,
      scheduleExpression: 'rate(1 minute)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: this.function.functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify(checkGaps),
        // An old check is worth nothing: the next one sees the same.
        retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 1 },
        deadLetterConfig: { arn: this.dead.queueArn },
      },
    });
    schedule.node.addDependency(role);
  }
}
