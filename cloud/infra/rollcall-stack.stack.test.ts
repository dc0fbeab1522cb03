import { describe, expect, it } from 'vitest';
import { apiBase, routes } from '#contract/routes.ts';
import { config } from '../../rollcall.config.ts';
import { defineRollcall } from './configuration.ts';
import { synthesise } from './synthesise.ts';
import { readable, resourcesOf, statementsOf, synthesiseForTests } from './template-for-tests.ts';

const template = synthesiseForTests(config);
const properties = (type: string): readonly (Record<string, unknown> & { readonly id: string })[] =>
  resourcesOf(template, type).map(({ id, Properties }) => ({
    ...(readable(Properties) as Record<string, unknown>),
    id,
  }));
const functions = resourcesOf(template, 'AWS::Lambda::Function');
const ours = functions.filter(({ Properties }) => String(Properties.FunctionName).startsWith('rollcall-'));

/** Every wildcard that a role may use, and why it is no wider than it must be. */
const reasons: Readonly<Record<string, string>> = {
  'topic/rollcall/v1/rollcall-dev-*/verdicts': 'one topic per door of this stage',
  'thing/rollcall-dev-*': 'the things that provisioning makes for this stage',
  'cert/*': 'a certificate has no name before its door asks for it',
  ':s3:::cdk-hnb659fds-assets-': 'the CDK’s own copy job reads its asset bucket',
  DashboardBucket: 'the CDK’s own copy job writes the dashboard’s bucket',
};

describe('permissions', () => {
  it('give every function a role of its own, without AWS-managed policies', () => {
    const roles = functions.map(({ Properties }) => JSON.stringify(Properties.Role));
    expect(new Set(roles).size).toBe(functions.length);
    expect(ours).toHaveLength(5);
    for (const { Properties } of resourcesOf(template, 'AWS::IAM::Role')) {
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
    }
  });

  it('name every action and every resource, or are listed here with a reason', () => {
    const wild = resourcesOf(template, 'AWS::IAM::Policy')
      .flatMap(({ Properties }) => statementsOf(Properties.PolicyDocument))
      .flatMap(({ actions, resources }) =>
        actions.flatMap((action) => resources.map((resource) => [action, resource])),
      )
      .filter(([action, resource]) => `${action}${resource}`.includes('*'));
    const unexplained = wild.filter(
      ([, resource]) => !Object.keys(reasons).some((known) => resource?.includes(known)),
    );
    expect(unexplained).toEqual([]);
    expect(wild.map(([, resource]) => resource)).not.toContain('*');
  });

  it.each([
    ['DoorsHookRole', ['table: GetItem PutItem UpdateItem']],
    [
      'IngestFunctionRole',
      [
        'collection: SearchFacesByImage',
        'table: BatchGetItem ConditionCheckItem GetItem PutItem Query UpdateItem',
        'verdicts: Publish',
      ],
    ],
    ['ApiattendanceRole', ['gsi1: Query', 'table: BatchGetItem GetItem Query']],
    [
      'ApipeopleRole',
      ['collection: DeleteFaces IndexFaces', 'gsi1: Query', 'table: ConditionCheckItem GetItem PutItem'],
    ],
    ['ApidoorsRole', ['gsi1: Query', 'table: GetItem PutItem']],
  ])('give %s the calls that the tests of its function see, and no other', (role, needed) => {
    const policy = resourcesOf(template, 'AWS::IAM::Policy').find(({ id }) => id.startsWith(role));
    const granted = statementsOf(policy?.Properties.PolicyDocument)
      .filter(({ actions }) => !actions.some((action) => action.startsWith('logs:')))
      .map(({ actions, resources }) => {
        const names = actions.map((action) => action.split(':')[1]).sort();
        return `${resources.map(shortName)}: ${names.join(' ')}`;
      });
    expect(granted.sort()).toEqual(needed);
  });
});

/** What a grant is about, in one word. */
const shortName = (resource: string): string => {
  if (resource.startsWith('<FacesCollection')) return 'collection';
  if (resource.startsWith('<StorageTable')) return resource.split('/index/')[1] ?? 'table';
  return resource.split('/').at(-1) ?? resource;
};

describe('functions', () => {
  it('write to log groups that forget', () => {
    const groups = new Map(
      resourcesOf(template, 'AWS::Logs::LogGroup').map(({ id, Properties }) => [id, Properties]),
    );
    for (const { Properties } of functions) {
      const { LogGroup } = readable(Properties.LoggingConfig) as { LogGroup: string };
      expect(groups.get(LogGroup.slice(1, -1))?.RetentionInDays).toBe(30);
    }
  });

  it('run on the newest Node and 64-bit ARM, like the door', () => {
    for (const { Properties } of ours) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
      });
    }
  });

  it('answer a provisioning door within the 5 seconds that AWS IoT waits', () => {
    const hook = ours.find(({ Properties }) => Properties.FunctionName === 'rollcall-dev-provisioning-hook');
    expect(hook?.Properties.Timeout).toBe(5);
  });
});

describe('the API', () => {
  it('has the routes of the contract and no other, each behind the authorizer and its scope', () => {
    const [authorizer] = properties('AWS::ApiGatewayV2::Authorizer');
    const declared = properties('AWS::ApiGatewayV2::Route').map((route) => ({
      key: route.RouteKey,
      type: route.AuthorizationType,
      authorizer: route.AuthorizerId,
      scopes: route.AuthorizationScopes,
    }));
    const wanted = Object.values(routes).map(({ method, path, scope }) => ({
      key: `${method} ${apiBase}${path}`,
      type: 'JWT',
      authorizer: `<${authorizer?.id}>`,
      scopes: [scope],
    }));
    expect(declared).toHaveLength(wanted.length);
    expect(declared).toEqual(expect.arrayContaining(wanted));
  });

  it('takes tokens of the dashboard’s client only', () => {
    const [client] = properties('AWS::Cognito::UserPoolClient');
    expect(properties('AWS::ApiGatewayV2::Authorizer')).toMatchObject([
      { AuthorizerType: 'JWT', JwtConfiguration: { Audience: [`<${client?.id}>`] } },
    ]);
  });

  it('may call each of its functions by one permission', () => {
    const fromApi = properties('AWS::Lambda::Permission').filter(
      ({ Principal }) => Principal === 'apigateway.amazonaws.com',
    );
    const duties = new Set(Object.values(routes).map((route) => route.function));
    expect(new Set(fromApi.map(({ FunctionName }) => FunctionName)).size).toBe(duties.size);
    expect(fromApi).toHaveLength(duties.size);
  });
});

describe('sign-in', () => {
  it('is open, but by code and PKCE alone and without a secret', () => {
    expect(properties('AWS::Cognito::UserPool')).toMatchObject([
      {
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
        AliasAttributes: ['email'],
        UsernameConfiguration: { CaseSensitive: false },
      },
    ]);
    expect(properties('AWS::Cognito::UserPoolClient')).toMatchObject([
      {
        GenerateSecret: false,
        AllowedOAuthFlows: ['code'],
        ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'],
        RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
        EnableTokenRevocation: true,
        PreventUserExistenceErrors: 'ENABLED',
        AccessTokenValidity: 15,
      },
    ]);
  });

  it('knows the groups of the contract', () => {
    const groups = properties('AWS::Cognito::UserPoolGroup').map((group) => group.GroupName);
    expect(groups).toEqual(['admin', 'hr', 'manager', 'facilities', 'staff', 'kiosk']);
  });
});

describe('data', () => {
  it('lies in buckets that are closed to the public and to plain HTTP', () => {
    const buckets = properties('AWS::S3::Bucket');
    expect(buckets).toHaveLength(2);
    const policies = resourcesOf(template, 'AWS::S3::BucketPolicy');
    for (const bucket of buckets) {
      expect(Object.values(bucket.PublicAccessBlockConfiguration as object)).toEqual([
        true,
        true,
        true,
        true,
      ]);
      const policy = policies.find(({ Properties }) => readable(Properties.Bucket) === `<${bucket.id}>`);
      expect(statementsOf(policy?.Properties.PolicyDocument)).toContainEqual(
        expect.objectContaining({ effect: 'Deny', condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
    }
  });

  it('outlives a deleted stack when the installation says so', () => {
    const kept = synthesiseForTests({ ...config, stage: 'prod', keepDataOnDelete: true });
    const types = ['AWS::DynamoDB::GlobalTable', 'AWS::Cognito::UserPool', 'AWS::Rekognition::Collection'];
    for (const type of types) expect(resourcesOf(kept, type)).toMatchObject([{ DeletionPolicy: 'Retain' }]);
    const images = resourcesOf(kept, 'AWS::S3::Bucket').find(({ id }) => id.startsWith('StorageImages'));
    expect(images?.DeletionPolicy).toBe('Retain');
  });
});

describe('the template', () => {
  it('is the same for every account and Region, and holds nothing but resources and outputs', () => {
    expect(Object.keys(template).sort()).toEqual(['Description', 'Outputs', 'Resources']);
    expect(Object.values(template.Resources).filter(({ Metadata }) => Metadata !== undefined)).toEqual([]);
    expect(JSON.stringify(template)).not.toMatch(/arn:aws:/);
  });

  it('takes its stage from the context before the configuration', () => {
    expect(synthesiseForTests(config, { stage: 'trial' }).Outputs).toMatchObject({
      Stage: { Value: 'trial' },
      ProvisioningTemplateName: { Value: 'rollcall-trial' },
    });
  });

  it('is not written before the dashboard is built', () => {
    expect(() => synthesise({ outdir: '/nonexistent', config, dashboardDir: '/nonexistent/dist' })).toThrow(
      /is missing: run npm run build/,
    );
  });

  it('reports every mistake of the configuration at once', () => {
    const wrong = { ...config, stage: 'Dev', sites: [] };
    expect(() => defineRollcall(wrong)).toThrow(/stage[\s\S]*sites|sites[\s\S]*stage/);
  });
});
