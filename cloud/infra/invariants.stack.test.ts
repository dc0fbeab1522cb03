import { Runtime, RuntimeFamily } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { config } from '../../rollcall.config.ts';
import { defineRollcall } from './configuration.ts';
import { readable, resourcesOf, statementsOf, synthesiseForTests } from './template-for-tests.ts';

/** A real installation, with every option used. */
const production = defineRollcall({
  ...config,
  stage: 'prod',
  keepDataOnDelete: true,
  alertAddresses: ['facilities@example.com', 'hr@example.com'],
  ingestReservedConcurrency: 5,
});
const dev = synthesiseForTests(config);
const prod = synthesiseForTests(production);

describe.each([
  ['the demo', dev],
  ['a real installation', prod],
])('in %s', (_name, template) => {
  const named = (type: string) =>
    resourcesOf(template, type).map((resource) => ({
      ...resource,
      Properties: readable(resource.Properties) as Readonly<Record<string, unknown>>,
    }));
  const functions = named('AWS::Lambda::Function');
  const ours = functions.filter(({ Properties }) => Properties.FunctionName !== undefined);

  it('every function has a role and a log group of its own', () => {
    const own = (key: (properties: Readonly<Record<string, unknown>>) => unknown) =>
      new Set(functions.map(({ Properties }) => JSON.stringify(key(Properties)))).size;
    expect(own(({ Role }) => Role)).toBe(functions.length);
    expect(own(({ LoggingConfig }) => LoggingConfig)).toBe(functions.length);
    expect(ours).toHaveLength(9);
  });

  it('every function of ours runs on 64-bit ARM and the newest Node that the CDK offers', () => {
    const versions = Object.values(Runtime)
      .filter((value): value is Runtime => value instanceof Runtime && value.family === RuntimeFamily.NODEJS)
      .map(({ name }) => Number(/^nodejs(\d+)\.x$/.exec(name)?.[1] ?? 0));
    for (const { Properties } of ours) {
      expect(Properties.Architectures).toEqual(['arm64']);
      expect(Properties.Runtime).toBe(`nodejs${Math.max(...versions)}.x`);
    }
  });

  it('every log group forgets', () => {
    for (const { Properties } of named('AWS::Logs::LogGroup')) expect(Properties.RetentionInDays).toBe(30);
  });

  it('every queue has a dead-letter queue or is one', () => {
    const queues = named('AWS::SQS::Queue');
    const targets = [
      ...queues.map(({ Properties }) => Properties.RedrivePolicy),
      ...named('AWS::Scheduler::Schedule').map(({ Properties }) => Properties.Target),
    ];
    for (const { id, Properties } of queues) {
      const isTarget = JSON.stringify(targets).includes(`<${id}.Arn>`);
      expect(isTarget || Properties.RedrivePolicy !== undefined, id).toBe(true);
    }
    expect(queues).toHaveLength(4);
  });

  it('every queue is encrypted, under our key where it holds faces, and answers over TLS only', () => {
    const policies = named('AWS::SQS::QueuePolicy');
    for (const { id, Properties } of named('AWS::SQS::Queue')) {
      const sealed = String(Properties.QueueName).includes('-ingest-')
        ? expect.stringMatching(/^<EncryptionKey\w+\.Arn>$/)
        : undefined;
      expect(Properties.KmsMasterKeyId).toEqual(sealed);
      if (sealed === undefined) expect(Properties.SqsManagedSseEnabled).toBe(true);
      const policy = policies.find(
        (candidate) => JSON.stringify(candidate.Properties.Queues) === `["<${id}>"]`,
      );
      expect(statementsOf(policy?.Properties.PolicyDocument)).toContainEqual(deniesPlainHttp);
    }
  });

  it('every bucket blocks public access, is encrypted and answers over TLS only', () => {
    const policies = named('AWS::S3::BucketPolicy');
    for (const { id, Properties } of named('AWS::S3::Bucket')) {
      const blocked = Object.values(Properties.PublicAccessBlockConfiguration as object);
      expect(blocked).toEqual([true, true, true, true]);
      expect(Properties.BucketEncryption).toBeDefined();
      const policy = policies.find((candidate) => candidate.Properties.Bucket === `<${id}>`);
      expect(statementsOf(policy?.Properties.PolicyDocument)).toContainEqual(deniesPlainHttp);
    }
    expect(named('AWS::S3::Bucket')).toHaveLength(2);
  });

  it('pictures lie under our key, which is renewed every year', () => {
    const images = named('AWS::S3::Bucket').find(({ id }) => id.startsWith('StorageImages'));
    expect(JSON.stringify(images?.Properties.BucketEncryption)).toMatch(/"<EncryptionKey\w+\.Arn>"/);
    expect(named('AWS::KMS::Key')).toMatchObject([{ Properties: { EnableKeyRotation: true } }]);
  });

  it('a deleted picture is gone: no bucket keeps versions', () => {
    for (const { Properties } of named('AWS::S3::Bucket')) {
      expect(Properties).not.toHaveProperty('VersioningConfiguration');
    }
  });

  it('the table can be restored for as long as the configuration says, and no longer', () => {
    const [table] = named('AWS::DynamoDB::GlobalTable');
    expect(table?.Properties.Replicas).toMatchObject([
      {
        PointInTimeRecoverySpecification: {
          PointInTimeRecoveryEnabled: true,
          RecoveryPeriodInDays: config.retention.backupDays,
        },
      },
    ]);
  });

  it('asynchronous events end in a queue, or are followed by the next within a minute', () => {
    const asynchronous = new Set(
      resourcesOf(template, 'AWS::IoT::TopicRule').map(
        ({ Properties }) => /"FunctionArn":"<(\w+)\.Arn>"/.exec(JSON.stringify(readable(Properties)))?.[1],
      ),
    );
    const destinations = named('AWS::Lambda::EventInvokeConfig').map(
      ({ Properties }) => Properties.FunctionName,
    );
    const without = [...asynchronous].filter((id) => !destinations.includes(`<${id}>`));
    expect(without).toEqual([expect.stringMatching(/^WatchFunction/)]);
  });
});

const deniesPlainHttp = expect.objectContaining({
  effect: 'Deny',
  condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

describe('a deleted stack', () => {
  const data = [
    'AWS::DynamoDB::GlobalTable',
    'AWS::Cognito::UserPool',
    'AWS::Rekognition::Collection',
    'AWS::KMS::Key',
  ];
  const imagesOf = (template: typeof dev) =>
    resourcesOf(template, 'AWS::S3::Bucket').filter(({ id }) => id.startsWith('StorageImages'));

  it('leaves people’s data behind when the installation says so, and refuses to delete table and users', () => {
    const kept = [...data.flatMap((type) => resourcesOf(prod, type)), ...imagesOf(prod)];
    expect(kept).toHaveLength(5);
    for (const resource of kept) {
      expect(resource).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
    expect(JSON.stringify(resourcesOf(prod, 'AWS::DynamoDB::GlobalTable'))).toContain(
      '"DeletionProtectionEnabled":true',
    );
    expect(resourcesOf(prod, 'AWS::Cognito::UserPool')).toMatchObject([
      { Properties: { DeletionProtection: 'ACTIVE' } },
    ]);
  });

  it('leaves nothing behind of a demo', () => {
    const all = [...data.flatMap((type) => resourcesOf(dev, type)), ...imagesOf(dev)];
    for (const resource of all) expect(resource.DeletionPolicy).toBe('Delete');
  });
});

describe('two stages in one account', () => {
  /** Properties that give a resource a name of its own in the account, in the Region or in the world. */
  const names = (template: typeof dev): readonly string[] =>
    Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) =>
      Object.entries((readable(Properties) ?? {}) as Record<string, unknown>)
        .filter(([key]) => /Name$|^Name$|^Domain$|CollectionId$/.test(key) && !isReference(Type, key))
        .map(([key, value]) => `${Type} ${key} ${value} ${/^</.test(String(value)) ? id : ''}`),
    );
  /** Names of something else, or names that need to be unique in their own parent only. */
  const isReference = (type: string, key: string): boolean =>
    [
      'AWS::Lambda::Permission FunctionName',
      'AWS::Lambda::EventInvokeConfig FunctionName',
      'AWS::Lambda::EventSourceMapping FunctionName',
      'AWS::IAM::Policy PolicyName',
      'AWS::ApiGatewayV2::Stage StageName',
      'AWS::ApiGatewayV2::Authorizer Name',
      'AWS::Cognito::UserPoolClient ClientName',
      'AWS::Cognito::UserPoolGroup GroupName',
      'AWS::Cognito::UserPoolResourceServer Name',
      'AWS::CloudWatch::Alarm MetricName',
      'AWS::SNS::Topic DisplayName',
      'AWS::Logs::MetricFilter LogGroupName',
      'Custom::CDKBucketDeployment DestinationBucketName',
    ].includes(`${type} ${key}`);

  it('share no physical name', () => {
    const other = new Set(names(synthesiseForTests({ ...config, stage: 'trial' })));
    const mine = names(dev);
    expect(mine.length).toBeGreaterThan(40);
    expect(mine.filter((name) => other.has(name))).toEqual([]);
  });

  it('export nothing, so neither stands in the way of the other', () => {
    expect(JSON.stringify(dev.Outputs)).not.toContain('"Export"');
  });

  it('name themselves in the e-mails: alarms, topic and budget', () => {
    const told = ['AWS::CloudWatch::Alarm', 'AWS::SNS::Topic', 'AWS::Budgets::Budget'];
    for (const resource of told.flatMap((type) => resourcesOf(prod, type))) {
      expect(JSON.stringify(resource.Properties)).toMatch(/"rollcall-prod[-"]/);
    }
  });
});
