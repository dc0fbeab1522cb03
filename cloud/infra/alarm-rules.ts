import { Duration } from 'aws-cdk-lib';
import { type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { passagesRule, reportsRule, sightingsRule } from '#contract/topics.ts';
import { type AlarmRule, awsMetric, ownMetric, queryOf, sumOf } from './alarms.ts';
import type { RollcallConfig } from './configuration.ts';

/** Everything that is watched. */
export type Watched = {
  readonly config: RollcallConfig;
  readonly ingest: IFunction;
  readonly watch: IFunction;
  readonly hook: IFunction;
  readonly refusals: IMetric;
  /** How often the gap detector looked. */
  readonly checks: IMetric;
  /** Who keeps the days; how often it did, and how often a date was found open that should long be closed. */
  readonly days: {
    readonly function: IFunction;
    readonly kept: IMetric;
    readonly overdue: IMetric;
    readonly dead: IQueue;
  };
  /** Every function of the stack, at most ten. */
  readonly functions: readonly IFunction[];
  readonly queues: { readonly failed: IQueue; readonly dead: IQueue; readonly watchDead: IQueue };
  readonly table: TableV2;
  readonly api: { readonly id: string };
};

/** Every alarm of an installation, in the order in which a passage travels. The budget is not a CloudWatch alarm (alerts.ts). */
export const alarmRules = (watched: Watched): readonly AlarmRule[] => [
  ...doorAlarms(watched),
  ...ingestAlarms(watched),
  ...rekognitionAlarms(),
  ...tableAlarms(watched),
  ...watchAlarms(watched),
  ...daysAlarms(watched),
  ...browserAlarms(watched),
];

const lambda = (fn: IFunction, metricName: string, statistic: string = Stats.SUM) =>
  awsMetric('AWS/Lambda', metricName, { FunctionName: fn.functionName }, statistic);

const queue = (of: IQueue, metricName: string) =>
  awsMetric('AWS/SQS', metricName, { QueueName: of.queueName }, Stats.MAXIMUM);

const doorAlarms = ({ config, hook, refusals }: Watched): readonly AlarmRule[] => {
  const rules = [sightingsRule, passagesRule, reportsRule].map((name) => name(config.stage));
  // AWS IoT counts an action by rule and type of action together, and documents no list of the types; a query sums up over them.
  const ofRules = (metricName: string) =>
    queryOf(
      metricName,
      `SELECT SUM(${metricName}) FROM SCHEMA("AWS/IoT", ActionType, RuleName) ` +
        `WHERE ${rules.map((rule) => `RuleName = '${rule}'`).join(' OR ')}`,
    );
  return [
    {
      id: 'door-refused',
      meaning: 'A device tried to enrol as a door and was refused five times within five minutes.',
      metric: refusals,
      threshold: 5,
    },
    {
      id: 'door-enrolment-broken',
      meaning: 'The provisioning hook failed, so that no door can enrol.',
      metric: lambda(hook, 'Errors'),
      threshold: 1,
    },
    {
      id: 'door-rules-failing',
      meaning: 'An IoT rule could not hand on what a door sent.',
      metric: ofRules('Failure'),
      threshold: 1,
    },
    {
      id: 'door-rules-lost',
      meaning: 'An IoT rule could neither hand on what a door sent nor put it aside. It is lost.',
      metric: ofRules('ErrorActionFailure'),
      threshold: 1,
    },
    {
      id: 'door-rules-throttled',
      meaning:
        'AWS IoT left out messages of doors, because more arrive than the account’s quota for rules allows.',
      metric: sumOf(
        'throttled messages',
        rules.map((RuleName) => awsMetric('AWS/IoT', 'RuleMessageThrottled', { RuleName })),
      ),
      threshold: 1,
    },
    {
      id: 'gap',
      meaning:
        'A door delivered something that is not in the table; the log event gap.detected names door and numbers.',
      metric: ownMetric(config, 'Gaps', Stats.SUM, Duration.minutes(1)),
      threshold: 1,
    },
  ];
};

const ingestAlarms = ({ config, ingest, functions, queues }: Watched): readonly AlarmRule[] => [
  {
    id: 'ingest-errors',
    meaning:
      'Ingest failed at least ten times in each of three periods of five minutes; the deliveries wait.',
    metric: lambda(ingest, 'Errors'),
    threshold: 10,
    periods: 3,
  },
  {
    id: 'ingest-waiting',
    meaning: 'A delivery has waited for more than fifteen minutes for ingest.',
    metric: lambda(ingest, 'AsyncEventAge', Stats.MAXIMUM),
    threshold: Duration.minutes(15).toMilliseconds(),
  },
  {
    id: 'ingest-dropped',
    meaning:
      'Lambda gave up at least ten deliveries within five minutes and put them into the queue of failed ones.',
    // Counted also when the destination took the event.
    metric: lambda(ingest, 'AsyncEventsDropped'),
    threshold: 10,
  },
  {
    id: 'ingest-lost',
    meaning: 'Lambda could not put a delivery that it gave up into the queue of failed ones. It may be lost.',
    metric: lambda(ingest, 'DestinationDeliveryFailures'),
    threshold: 1,
  },
  {
    id: 'ingest-failed-waiting',
    meaning: 'Failed deliveries have been waiting to be settled for half an hour.',
    // Not the age of the oldest: SQS leaves out of it what was received three times, which here is eighteen minutes.
    metric: sumOf('failed deliveries', [
      queue(queues.failed, 'ApproximateNumberOfMessagesVisible'),
      queue(queues.failed, 'ApproximateNumberOfMessagesNotVisible'),
    ]),
    threshold: 1,
    periods: 6,
  },
  {
    id: 'ingest-dead',
    meaning: 'A delivery is in the dead-letter queue. It is kept for 14 days and needs a person.',
    metric: queue(queues.dead, 'ApproximateNumberOfMessagesVisible'),
    threshold: 1,
  },
  {
    id: 'sightings-rejected',
    meaning: 'At least twenty deliveries within five minutes were refused as invalid.',
    metric: ownMetric(config, 'Rejections'),
    threshold: 20,
  },
  {
    id: 'functions-throttled',
    meaning:
      'Functions were not started because the concurrency of the account, or that set aside for ingest, was used up.',
    metric: sumOf(
      'throttled invocations',
      functions.map((fn) => lambda(fn, 'Throttles')),
    ),
    threshold: 1,
    periods: 3,
  },
];

const rekognitionAlarms = (): readonly AlarmRule[] => {
  const search = { Operation: 'SearchFacesByImage' };
  return [
    {
      id: 'rekognition-throttled',
      meaning:
        'Searches have been refused for a quarter of an hour: more people arrive than the quota allows.',
      metric: awsMetric('AWS/Rekognition', 'ThrottledCount', search),
      threshold: 10,
      periods: 3,
    },
    {
      id: 'rekognition-errors',
      meaning: 'Rekognition itself has been failing for ten minutes; deliveries wait and are tried again.',
      metric: awsMetric('AWS/Rekognition', 'ServerErrorCount', search),
      threshold: 5,
      periods: 2,
    },
  ];
};

const tableAlarms = ({ table }: Watched): readonly AlarmRule[] => {
  const dimensions = { TableName: table.tableName };
  const operations = ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'TransactWriteItems'];
  return [
    {
      id: 'table-throttled',
      meaning: 'The table refused requests because of their rate, three times five minutes in a row.',
      // An index is throttled by itself, and holds up the writes of the table.
      metric: sumOf(
        'throttled requests',
        [{}, { GlobalSecondaryIndexName: 'gsi1' }, { GlobalSecondaryIndexName: 'gsi2' }].flatMap((index) => [
          awsMetric('AWS/DynamoDB', 'ReadThrottleEvents', { ...dimensions, ...index }),
          awsMetric('AWS/DynamoDB', 'WriteThrottleEvents', { ...dimensions, ...index }),
        ]),
      ),
      threshold: 1,
      periods: 3,
    },
    {
      id: 'table-errors',
      meaning: 'DynamoDB itself failed at requests to the table.',
      metric: sumOf(
        'system errors',
        operations.map((Operation) =>
          awsMetric('AWS/DynamoDB', 'SystemErrors', { ...dimensions, Operation }),
        ),
      ),
      threshold: 1,
      periods: 2,
    },
  ];
};

const watchAlarms = ({ watch, checks, queues }: Watched): readonly AlarmRule[] => [
  {
    id: 'watch-errors',
    meaning: 'The gap detector failed in each of three periods of five minutes.',
    metric: lambda(watch, 'Errors'),
    threshold: 1,
    periods: 3,
  },
  {
    id: 'watch-silent',
    meaning: 'The gap detector has not looked for ten minutes: nobody would notice a loss.',
    // Not the function's invocations, for the doors' reports call it too.
    metric: checks,
    threshold: 1,
    periods: 2,
    whenSilent: true,
  },
  {
    id: 'watch-dead',
    meaning: 'The schedule could not call the gap detector.',
    metric: queue(queues.watchDead, 'ApproximateNumberOfMessagesVisible'),
    threshold: 1,
  },
];

const daysAlarms = ({ days }: Watched): readonly AlarmRule[] => [
  {
    id: 'days-errors',
    meaning: 'Attendance days of somebody, or of a whole site, could not be derived for half an hour.',
    metric: lambda(days.function, 'Errors'),
    threshold: 1,
    periods: 6,
  },
  {
    id: 'days-silent',
    meaning: 'No site’s attendance days have been brought up to date for twenty minutes.',
    metric: days.kept,
    threshold: 1,
    periods: 4,
    whenSilent: true,
  },
  {
    id: 'days-overdue',
    meaning:
      'A date has been over for three days and is still open; the log event closing.overdue names site and date.',
    metric: days.overdue,
    threshold: 1,
    periods: 3,
  },
  {
    id: 'days-dead',
    meaning: 'The schedule could not call the function that keeps attendance days.',
    metric: queue(days.dead, 'ApproximateNumberOfMessagesVisible'),
    threshold: 1,
  },
];

const browserAlarms = ({ api }: Watched): readonly AlarmRule[] => [
  {
    id: 'api-errors',
    meaning: 'The API answered with 5xx at least three times within five minutes.',
    metric: awsMetric('AWS/ApiGateway', '5xx', { ApiId: api.id }),
    threshold: 3,
  },
];
