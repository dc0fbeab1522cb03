import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { config } from '../../rollcall.config.ts';
import { makeMetrics } from '../functions/metrics.ts';
import { repositoryRoot } from './repository-root.ts';
import { readable, resourcesOf, statementsOf, synthesiseForTests } from './template-for-tests.ts';

const alertAddresses = ['facilities@example.com', 'hr@example.com'];
const template = synthesiseForTests({ ...config, alertAddresses });
const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(
  ({ Properties }) => readable(Properties) as Readonly<Record<string, unknown>>,
);
const [topic] = resourcesOf(template, 'AWS::SNS::Topic');

const runbook = readFileSync(path.join(repositoryRoot, 'docs/runbook.md'), 'utf8');
/** Text below each heading of the runbook. */
const chapters = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((chapter) => [chapter.split('\n')[0]?.trim() ?? '', chapter]),
);
const idOf = (alarm: Readonly<Record<string, unknown>>) =>
  String(alarm.AlarmName).replace('rollcall-dev-', '');

type Dimensions = readonly { readonly Name: string }[] | undefined;
type Stat = {
  readonly Metric: {
    readonly Namespace: string;
    readonly MetricName: string;
    readonly Dimensions: Dimensions;
  };
};

/** The metrics that an alarm reads, with the names of their dimensions; those of a query are in its text. */
const metricsOf = (alarm: Readonly<Record<string, unknown>>) => {
  const stats = ((alarm.Metrics ?? []) as readonly { readonly MetricStat?: Stat }[]).flatMap(
    ({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat.Metric]),
  );
  const all = Array.isArray(alarm.Metrics) ? stats : [alarm as Stat['Metric']];
  return all.map(({ Namespace, MetricName, Dimensions }) => ({
    name: `${Namespace} ${MetricName}`,
    dimensions: (Dimensions ?? [])
      .map(({ Name }) => Name)
      .sort()
      .join('+'),
  }));
};

describe('every alarm', () => {
  it.each(alarms.map((alarm) => [idOf(alarm), alarm]))(
    '%s is explained in the runbook, with commands to type, and names its chapter',
    (id, alarm) => {
      expect(chapters.get(id)).toMatch(/```sh\n\S[\s\S]*?```/);
      expect(alarm.AlarmDescription).toContain(`docs/runbook.md, "${id}"`);
    },
  );

  it('tells people when it goes off and when it is over', () => {
    for (const { AlarmActions, OKActions } of alarms) {
      expect([AlarmActions, OKActions]).toEqual([[`<${topic?.id}>`], [`<${topic?.id}>`]]);
    }
    expect(alarms).toHaveLength(26);
  });

  it('takes silence for health, except those that watch for it', () => {
    const breaching = alarms.filter(({ TreatMissingData }) => TreatMissingData !== 'notBreaching');
    expect(breaching.map(idOf)).toEqual(['watch-silent', 'days-silent']);
  });

  it('watches metrics by exactly the dimensions by which they are written', () => {
    const watched = new Set(
      alarms.flatMap(metricsOf).map(({ name, dimensions }) => `${name} by ${dimensions}`),
    );
    const ours = [...watched].filter((metric) => metric.startsWith('Rollcall ')).sort();
    expect(ours).toEqual([
      'Rollcall ClosingsOverdue-dev by ',
      'Rollcall DaysKept-dev by ',
      'Rollcall DoorsRefused-dev by ',
      'Rollcall GapChecks-dev by ',
      'Rollcall Gaps by Stage',
      'Rollcall Rejections by Stage',
    ]);
    const written = new Set<string>();
    const metrics = makeMetrics({ stage: 'dev', now: Date.now, write: (line) => written.add(line) });
    metrics.put('Gaps', 1);
    metrics.put('Rejections', 1, 'not_a_jpeg');
    for (const line of written)
      expect(JSON.parse(line)._aws.CloudWatchMetrics[0].Dimensions).toContainEqual(['Stage']);
    const filters = resourcesOf(template, 'AWS::Logs::MetricFilter').flatMap(
      ({ Properties }) => Properties.MetricTransformations as readonly { MetricName: string }[],
    );
    expect(filters.map(({ MetricName }) => `Rollcall ${MetricName} by `).sort()).toEqual(ours.slice(0, 4));

    // As their services document them (CloudWatch metrics and dimensions of each).
    const theirs = [...watched].filter((metric) => metric.startsWith('AWS/')).sort();
    expect(theirs).toEqual([
      'AWS/ApiGateway 5xx by ApiId',
      'AWS/DynamoDB ReadThrottleEvents by GlobalSecondaryIndexName+TableName',
      'AWS/DynamoDB ReadThrottleEvents by TableName',
      'AWS/DynamoDB SystemErrors by Operation+TableName',
      'AWS/DynamoDB WriteThrottleEvents by GlobalSecondaryIndexName+TableName',
      'AWS/DynamoDB WriteThrottleEvents by TableName',
      'AWS/IoT RuleMessageThrottled by RuleName',
      'AWS/Lambda AsyncEventAge by FunctionName',
      'AWS/Lambda AsyncEventsDropped by FunctionName',
      'AWS/Lambda DestinationDeliveryFailures by FunctionName',
      'AWS/Lambda Errors by FunctionName',
      'AWS/Lambda Throttles by FunctionName',
      'AWS/Rekognition ServerErrorCount by Operation',
      'AWS/Rekognition ThrottledCount by Operation',
      'AWS/SQS ApproximateNumberOfMessagesNotVisible by QueueName',
      'AWS/SQS ApproximateNumberOfMessagesVisible by QueueName',
    ]);
  });

  it('counts the failures of each rule whatever the type of its action', () => {
    for (const [id, metric] of [
      ['door-rules-failing', 'Failure'],
      ['door-rules-lost', 'ErrorActionFailure'],
    ]) {
      const alarm = alarms.find((candidate) => idOf(candidate) === id);
      expect(alarm?.Metrics).toMatchObject([
        {
          Expression:
            `SELECT SUM(${metric}) FROM SCHEMA("AWS/IoT", ActionType, RuleName) WHERE ` +
            "RuleName = 'rollcall_dev_sightings' OR RuleName = 'rollcall_dev_passages' OR RuleName = 'rollcall_dev_reports'",
          Period: 300,
          ReturnData: true,
        },
      ]);
    }
  });

  it('notices the gap detector’s silence by its own checks, not by the doors’ reports', () => {
    const [silent] = alarms.filter((alarm) => idOf(alarm) === 'watch-silent');
    expect(silent).toMatchObject({ MetricName: 'GapChecks-dev', ComparisonOperator: 'LessThanThreshold' });
    const [filter] = resourcesOf(template, 'AWS::Logs::MetricFilter').filter(({ id }) =>
      id.startsWith('Watch'),
    );
    expect(filter?.Properties.FilterPattern).toBe('{ $.event = "gaps.checked" }');
  });

  it('adds up no more metrics than CloudWatch takes', () => {
    for (const { Metrics } of alarms) {
      expect(Array.isArray(Metrics) ? Metrics.length : 1).toBeLessThanOrEqual(11); // ten and the sum
    }
  });
});

describe('the runbook', () => {
  it('has a chapter for each alarm and for the budgets, and none for an alarm that is gone', () => {
    expect([...chapters.keys()].sort()).toEqual([...alarms.map(idOf), 'budget', 'search-budget'].sort());
  });
});

describe('alerts', () => {
  it('go to every address, under our key', () => {
    const subscriptions = resourcesOf(template, 'AWS::SNS::Subscription').map(
      ({ Properties }) => readable(Properties) as Record<string, string>,
    );
    expect(subscriptions.map(({ Protocol, Endpoint, TopicArn }) => [Protocol, Endpoint, TopicArn])).toEqual(
      alertAddresses.map((address) => ['email', address, `<${topic?.id}>`]),
    );
    expect(readable(topic?.Properties)).toMatchObject({
      KmsMasterKeyId: expect.stringMatching(/^<EncryptionKey/),
    });
  });

  it('may be written by this account’s alarms and budgets, over TLS only', () => {
    const [policy] = resourcesOf(template, 'AWS::SNS::TopicPolicy');
    const { Statement } = readable(policy?.Properties.PolicyDocument) as {
      Statement: readonly Readonly<Record<string, unknown>>[];
    };
    const allowed = Statement.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.map(({ Principal }) => Principal)).toEqual([
      { Service: 'cloudwatch.amazonaws.com' },
      { Service: 'budgets.amazonaws.com' },
    ]);
    for (const { Condition } of allowed) {
      expect(Condition).toMatchObject({ StringEquals: { 'aws:SourceAccount': '123456789012' } });
    }
    expect(statementsOf(policy?.Properties.PolicyDocument)).toContainEqual(
      expect.objectContaining({ effect: 'Deny', condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
  });

  it('can be encrypted by the services that write them', () => {
    const [key] = resourcesOf(template, 'AWS::KMS::Key');
    expect(JSON.stringify(readable(key?.Properties))).toContain(
      '"Service":["cloudwatch.amazonaws.com","budgets.amazonaws.com"]',
    );
  });
});

describe('the budget', () => {
  it('speaks up at 80 % of the month’s limit, and when the forecast exceeds it', () => {
    const [budget] = resourcesOf(template, 'AWS::Budgets::Budget').map(({ Properties }) =>
      readable(Properties),
    );
    const tells = { Subscribers: [{ SubscriptionType: 'SNS', Address: `<${topic?.id}>` }] };
    expect(budget).toMatchObject({
      Budget: { BudgetLimit: { Amount: config.monthlyBudgetUsd, Unit: 'USD' }, TimeUnit: 'MONTHLY' },
      NotificationsWithSubscribers: [
        { Notification: { NotificationType: 'ACTUAL', Threshold: 80 }, ...tells },
        { Notification: { NotificationType: 'FORECASTED', Threshold: 100 }, ...tells },
      ],
    });
  });
});
