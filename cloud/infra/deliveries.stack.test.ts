import { describe, expect, it } from 'vitest';
import { config } from '../../rollcall.config.ts';
import { WatchEvent } from '../functions/watch/events.ts';
import { readable, resourcesOf, synthesiseForTests } from './template-for-tests.ts';

const template = synthesiseForTests(config);
const named = (type: string) =>
  resourcesOf(template, type).map(({ id, Properties }) => ({
    id,
    ...(readable(Properties) as Readonly<Record<string, unknown>>),
  })) as readonly (Readonly<Record<string, unknown>> & { readonly id: string })[];

const rules = new Map(
  named('AWS::IoT::TopicRule').map(({ id, RuleName, TopicRulePayload }) => [
    String(RuleName),
    { id, ...(TopicRulePayload as Readonly<Record<string, unknown>>) },
  ]),
);
const queue = (name: string) => named('AWS::SQS::Queue').find(({ QueueName }) => QueueName === name);
const failed = queue('rollcall-dev-ingest-failed');
const dead = queue('rollcall-dev-ingest-dead');
const idOf = (functionName: string) =>
  named('AWS::Lambda::Function').find((candidate) => candidate.FunctionName === functionName)?.id;
const ingest = idOf('rollcall-dev-ingest');
const watch = idOf('rollcall-dev-watch');

describe('what a door publishes', () => {
  it('reaches ingest through the two rules of the contract, with the thing name that the broker vouches for', () => {
    const toIngest = {
      AwsIotSqlVersion: '2016-03-23',
      RuleDisabled: false,
      Actions: [{ Lambda: { FunctionArn: `<${ingest}.Arn>` } }],
    };
    expect(rules.get('rollcall_dev_sightings')).toMatchObject({
      ...toIngest,
      Sql:
        "SELECT encode(*, 'base64') AS image, get(get_user_properties('sighting'), 0) AS sighting, " +
        "clientid() AS thingName, timestamp() AS receivedAt FROM 'rollcall/v1/+/sightings'",
    });
    expect(rules.get('rollcall_dev_passages')).toMatchObject({
      ...toIngest,
      Sql:
        "SELECT encode(*, 'base64') AS passage, clientid() AS thingName, timestamp() AS receivedAt " +
        "FROM 'rollcall/v1/+/passages'",
    });
  });

  it('waits for a person when a rule cannot hand it on', () => {
    const [role] = resourcesOf(template, 'AWS::IAM::Role').filter(({ id }) =>
      id.startsWith('IngestRuleErrors'),
    );
    const intoDead = { Sqs: { QueueUrl: `<${dead?.id}>`, RoleArn: `<${role?.id}.Arn>`, UseBase64: false } };
    expect(rules.get('rollcall_dev_sightings')).toMatchObject({ ErrorAction: intoDead });
    expect(rules.get('rollcall_dev_passages')).toMatchObject({ ErrorAction: intoDead });
  });

  it.each([
    ['ingest', ingest, ['rollcall_dev_sightings', 'rollcall_dev_passages']],
    ['watch', watch, ['rollcall_dev_reports']],
  ])('may be handed to %s by its own rules and by nobody else', (_name, fn, itsRules) => {
    const callers = named('AWS::Lambda::Permission').filter(
      ({ FunctionName }) => FunctionName === `<${fn}.Arn>`,
    );
    expect(
      callers.map(({ Principal, SourceArn, SourceAccount }) => [Principal, SourceArn, SourceAccount]),
    ).toEqual(itsRules.map((rule) => ['iot.amazonaws.com', `<${rules.get(rule)?.id}.Arn>`, '123456789012']));
  });
});

describe('a delivery that ingest cannot settle', () => {
  it('is tried three times within six hours and then kept', () => {
    expect(named('AWS::Lambda::EventInvokeConfig')).toMatchObject([
      {
        FunctionName: `<${ingest}>`,
        Qualifier: '$LATEST',
        MaximumRetryAttempts: 2,
        MaximumEventAgeInSeconds: 6 * 3600,
        DestinationConfig: { OnFailure: { Destination: `<${failed?.id}.Arn>` } },
      },
    ]);
    expect(failed).toMatchObject({ MessageRetentionPeriod: 4 * 24 * 3600 });
  });

  it('comes back two at a time, each on its own, so that it takes no quota from who arrives now', () => {
    expect(named('AWS::Lambda::EventSourceMapping')).toMatchObject([
      {
        EventSourceArn: `<${failed?.id}.Arn>`,
        FunctionName: `<${ingest}>`,
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 2 },
      },
    ]);
  });

  it('is hidden for six times as long as a try may take, as Lambda advises', () => {
    const [timeout] = named('AWS::Lambda::Function')
      .filter(({ id }) => id === ingest)
      .map((fn) => Number(fn.Timeout));
    expect(failed?.VisibilityTimeout).toBe(6 * Number(timeout));
  });

  it('survives an outage of two hours, and after that waits ten more days for a person', () => {
    const redrive = failed?.RedrivePolicy as Readonly<Record<string, unknown>> | undefined;
    expect(Number(redrive?.maxReceiveCount) * Number(failed?.VisibilityTimeout)).toBeGreaterThanOrEqual(7200);
    expect(redrive?.deadLetterTargetArn).toBe(`<${dead?.id}.Arn>`);
    expect(dead).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 3600 });
  });
});

describe('the gap detector', () => {
  it('hears the reports of this stage’s doors, from the topic that only the broker publishes to', () => {
    expect(rules.get('rollcall_dev_reports')).toMatchObject({
      Sql:
        'SELECT state.reported AS report, topic(3) AS thingName, timestamp() AS reportedAt ' +
        "FROM '$aws/things/+/shadow/name/agent/update/accepted' " +
        "WHERE NOT isUndefined(state.reported) AND startswith(topic(3), 'rollcall-dev-')",
      Actions: [{ Lambda: { FunctionArn: `<${watch}.Arn>` } }],
    });
  });

  it('looks once a minute, with an event that it understands', () => {
    const [schedule] = named('AWS::Scheduler::Schedule');
    const target = schedule?.Target as Readonly<Record<string, unknown>>;
    expect(schedule?.ScheduleExpression).toBe('rate(1 minute)');
    expect(target.Arn).toBe(`<${watch}.Arn>`);
    const sent = String(target.Input).replace('<aws.scheduler.scheduled-time>', '2026-03-02T07:30:00Z');
    const at = Date.parse('2026-03-02T07:30:00.000Z');
    expect(WatchEvent.parse(JSON.parse(sent))).toEqual({ kind: 'check-gaps', at });
  });

  it('leaves a trace of a check that could not be started', () => {
    const [schedule] = named('AWS::Scheduler::Schedule');
    expect(schedule?.Target).toMatchObject({
      DeadLetterConfig: { Arn: `<${queue('rollcall-dev-watch-dead')?.id}.Arn>` },
      RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 1 },
    });
  });
});

describe('ingest', () => {
  const concurrency = (from: typeof template) =>
    resourcesOf(from, 'AWS::Lambda::Function')
      .filter(({ Properties }) => 'ReservedConcurrentExecutions' in Properties)
      .map(({ Properties }) => [Properties.FunctionName, Properties.ReservedConcurrentExecutions]);

  it('takes no concurrency from others unless the installation says so, for new accounts cannot grant it', () => {
    expect(concurrency(template)).toEqual([]);
    const reserved = synthesiseForTests({ ...config, ingestReservedConcurrency: 5 });
    expect(concurrency(reserved)).toEqual([['rollcall-dev-ingest', 5]]);
  });
});
