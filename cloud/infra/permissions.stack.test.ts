import { describe, expect, it } from 'vitest';
import { config } from '../../rollcall.config.ts';
import { readable, resourcesOf, statementsOf, synthesiseForTests } from './template-for-tests.ts';

const template = synthesiseForTests(config);
const roles = resourcesOf(template, 'AWS::IAM::Role');
const policies = resourcesOf(template, 'AWS::IAM::Policy');

/** Every wildcard that a role may use, and why it is no wider than it must be. */
const reasons: Readonly<Record<string, string>> = {
  'topic/rollcall/v1/rollcall-dev-*/verdicts': 'one topic per door of this stage',
  'thing/rollcall-dev-*': 'the things that provisioning makes for this stage',
  'cert/*': 'a certificate has no name before its door asks for it',
  '*': 'three lists of provisioning, and DetectFaces, for which AWS knows no resource types',
  '/check-in/*': 'one key for each picture of the class',
  ':s3:::cdk-hnb659fds-assets-': 'the CDK’s own copy job reads its asset bucket',
  DashboardBucket: 'the CDK’s own copy job writes the dashboard’s bucket',
};

describe('permissions', () => {
  it('come from no AWS-managed policy, of which nobody here would notice the changes', () => {
    for (const { Properties } of roles) expect(Properties).not.toHaveProperty('ManagedPolicyArns');
  });

  it('name every action and every resource, or are listed here with a reason', () => {
    const wild = policies
      .flatMap(({ Properties }) => statementsOf(Properties.PolicyDocument))
      .flatMap(({ actions, resources }) =>
        actions.flatMap((action) => resources.map((resource) => [action, resource])),
      )
      .filter(([action, resource]) => `${action}${resource}`.includes('*'));
    const known = (resource: string | undefined) =>
      Object.keys(reasons).filter((reason) =>
        reason === '*' ? resource === reason : resource?.includes(reason),
      );
    expect(wild.filter(([, resource]) => known(resource).length === 0)).toEqual([]);
    expect(new Set(wild.flatMap(([, resource]) => known(resource)))).toEqual(new Set(Object.keys(reasons)));
  });

  it.each([
    ['DoorsHookRole', ['table: GetItem PutItem UpdateItem']],
    [
      'IngestFunctionRole',
      [
        'collection: SearchFacesByImage',
        'failed queue: DeleteMessage GetQueueAttributes ReceiveMessage',
        'failed queue: SendMessage',
        'key: Decrypt GenerateDataKey',
        'table: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem',
        'verdicts: Publish',
      ],
    ],
    ['IngestRuleErrorsRole', ['dead queue: SendMessage', 'key: Decrypt GenerateDataKey']],
    [
      'WatchFunctionRole',
      [
        'alerts: Publish',
        'gsi1: Query',
        'gsi2: Query',
        'key: Decrypt GenerateDataKey',
        'table: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem',
      ],
    ],
    ['WatchScheduleRole', ['watch: InvokeFunction', 'watch’s dead queue: SendMessage']],
    ['DaysFunctionRole', ['gsi1: Query', 'table: BatchGetItem DeleteItem GetItem PutItem Query']],
    ['DaysScheduleRole', ['days: InvokeFunction', 'days’ dead queue: SendMessage']],
    [
      'ApiattendanceRole',
      [
        'gsi1: Query',
        'gsi2: Query',
        'table: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query',
      ],
    ],
    [
      'ApipeopleRole',
      [
        'collection: DeleteFaces IndexFaces',
        'gsi1: Query',
        'table: ConditionCheckItem DeleteItem GetItem PutItem Query',
      ],
    ],
    [
      'ApicheckinRole',
      [
        'all: DetectFaces',
        'check-in pictures: PutObject',
        'collection: SearchFacesByImage',
        'key: GenerateDataKey',
        'table: BatchGetItem ConditionCheckItem GetItem PutItem Query UpdateItem',
      ],
    ],
    ['ApischeduleRole', ['gsi1: Query', 'table: DeleteItem GetItem PutItem Query']],
    ['ApidoorsRole', ['gsi1: Query', 'table: GetItem PutItem Query']],
  ])('give %s what its work needs, and no more', (role, needed) => {
    const policy = policies.find(({ id }) => id.startsWith(role));
    const granted = statementsOf(policy?.Properties.PolicyDocument)
      .filter(({ actions }) => !actions.some((action) => action.startsWith('logs:')))
      .map(({ actions, resources }) => {
        const names = actions.map((action) => action.split(':')[1]).sort();
        return `${resources.map(shortName)}: ${names.join(' ')}`;
      });
    expect(granted.sort()).toEqual(needed);
  });

  it('let provisioning attach a door’s certificate, which AWS IoT asks of both the thing and the certificate', () => {
    const policy = policies.find(({ id }) => id.startsWith('DoorsProvisioningRole'));
    const [attach] = statementsOf(policy?.Properties.PolicyDocument).filter(({ actions }) =>
      actions.includes('iot:AttachThingPrincipal'),
    );
    expect(attach?.resources.map((resource) => resource.split(':').at(-1))).toEqual([
      'thing/rollcall-dev-*',
      'cert/*',
    ]);
  });

  it('let nobody do anything everywhere, but for provisioning to read three lists, and to look for faces in a picture', () => {
    const everywhere = policies
      .flatMap(({ Properties }) => statementsOf(Properties.PolicyDocument))
      .filter(({ resources }) => resources.includes('*'));
    expect(everywhere.flatMap(({ actions }) => actions)).toEqual([
      'iot:ListAttachedPolicies',
      'iot:ListPrincipalThings',
      'iot:ListThingPrincipals',
      'rekognition:DetectFaces',
    ]);
  });

  it('let a service act in a role for this account only', () => {
    const trusted = roles.map(({ id, Properties }) => {
      const { Statement } = readable(Properties.AssumeRolePolicyDocument) as {
        Statement: { Principal: { Service: string }; Condition?: unknown }[];
      };
      return Statement.map(({ Principal, Condition }) => ({ id, service: Principal.Service, Condition }));
    });
    // Lambda assumes a function's role for that function alone, so there is no deputy to confuse.
    const others = trusted.flat().filter(({ service }) => service !== 'lambda.amazonaws.com');
    expect(others.map(({ service }) => service).sort()).toEqual([
      'iot.amazonaws.com',
      'iot.amazonaws.com',
      'scheduler.amazonaws.com',
      'scheduler.amazonaws.com',
    ]);
    for (const { Condition } of others) {
      expect(Condition).toEqual({ StringEquals: { 'aws:SourceAccount': '123456789012' } });
    }
  });

  it('let nobody call a function but the one rule, template or API that is named, of this account', () => {
    const callers = resourcesOf(template, 'AWS::Lambda::Permission').map(
      ({ Properties }) => readable(Properties) as Record<string, string>,
    );
    for (const { Principal, SourceArn, SourceAccount } of callers) {
      expect(SourceArn, Principal).toMatch(
        /^(<\w+Rule\w+\.Arn>|arn:[^*]+:provisioningtemplate\/[\w-]+|arn:.*execute-api.*<ApiHttp)/,
      );
      if (Principal !== 'apigateway.amazonaws.com') expect(SourceAccount).toBe('123456789012');
    }
    expect(callers).toHaveLength(9);
  });
});

const shortNames: readonly (readonly [RegExp, string])[] = [
  [/^<FacesCollection/, 'collection'],
  [/^<StorageTable\w+\.Arn>\/index\//, 'gsi'],
  [/^<StorageTable/, 'table'],
  [/^<EncryptionKey/, 'key'],
  [/^<IngestFailedDeliveriesFailed/, 'failed queue'],
  [/^<IngestFailedDeliveriesDead/, 'dead queue'],
  [/^<WatchDead/, 'watch’s dead queue'],
  [/^<WatchFunction/, 'watch'],
  [/^<DaysDead/, 'days’ dead queue'],
  [/^<DaysFunction/, 'days'],
  [/^<AlertsTopic/, 'alerts'],
  [/^<StorageImages\w+\.Arn>\/check-in\/\*$/, 'check-in pictures'],
  [/^\*$/, 'all'],
];

/** What a grant is about, in one word. */
const shortName = (resource: string): string => {
  const [, known] = shortNames.find(([pattern]) => pattern.test(resource)) ?? [];
  if (known === undefined || known === 'gsi') return resource.split('/').at(-1) ?? resource;
  return known;
};
