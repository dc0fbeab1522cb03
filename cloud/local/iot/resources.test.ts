import { describe, expect, it } from 'vitest';
import { declare, deploy } from './testing/test-stack.ts';

const { iot } = await deploy();
const rule = (change: object) => ({
  RuleName: 'tested',
  TopicRulePayload: {
    Sql: "SELECT * FROM 'a'",
    AwsIotSqlVersion: '2016-03-23',
    Actions: [{ Lambda: { FunctionArn: 'arn:f' } }],
    ...change,
  },
});
const base = 'arn:aws:iot:eu-central-1:000000000000';
const allowAll = { Effect: 'Allow', Action: 'iot:*', Resource: '*' };
const policy = (Statement: unknown) => ({
  PolicyName: 'p',
  PolicyDocument: { Version: '2012-10-17', Statement },
});

describe('IoT resources', () => {
  it('have the references that CloudFormation gives them', async () => {
    expect(await declare(iot, 'AWS::IoT::TopicRule', rule({}))).toEqual({
      ref: 'tested',
      attributes: { Arn: `${base}:rule/tested` },
    });
    expect(await declare(iot, 'AWS::IoT::Policy', policy(allowAll))).toEqual({
      ref: 'p',
      attributes: { Arn: `${base}:policy/p`, Id: 'p' },
    });
  });

  it.each([
    ['an action other than Lambda', { Actions: [{ Sqs: { QueueUrl: 'q' } }] }, 'Sqs'],
    ['another error action', { ErrorAction: { S3: { BucketName: 'b' } } }, 'ErrorAction'],
    ['another SQL version', { AwsIotSqlVersion: '2015-10-08' }, 'AwsIotSqlVersion'],
    ['a function that is not emulated', { Sql: "SELECT rand() AS r FROM 'a'" }, 'rand'],
  ])('refuse a rule with %s, naming it', async (_, change, name) => {
    await expect(declare(iot, 'AWS::IoT::TopicRule', rule(change))).rejects.toThrow(name);
  });

  it('refuse an error action whose role does not trust AWS IoT for this rule', async () => {
    const asked: unknown[] = [];
    const { iot: guarded } = await deploy({
      iam: {
        decideAs: () => 'allow',
        mayAssume: (role, service, context) => {
          asked.push([role, service, context]);
          return !role.includes('stranger');
        },
      },
    });
    const Sqs = { QueueUrl: 'q', RoleArn: 'arn:aws:iam::000000000000:role/stranger', UseBase64: false };
    await expect(declare(guarded, 'AWS::IoT::TopicRule', rule({ ErrorAction: { Sqs } }))).rejects.toThrow(
      'error action',
    );
    expect(asked.at(-1)).toEqual([
      Sqs.RoleArn,
      'iot.amazonaws.com',
      { 'aws:SourceArn': `${base}:rule/tested` },
    ]);
  });

  it('refuse a policy that AWS would find too long', async () => {
    const long = { ...allowAll, Resource: Array.from({ length: 60 }, (_, n) => `${base}:topic/a/${n}`) };
    await expect(declare(iot, 'AWS::IoT::Policy', policy(long))).rejects.toThrow('2048');
  });

  it('refuse a template name beyond 36 characters', async () => {
    const properties = { TemplateName: 'x'.repeat(37), TemplateBody: '{}', ProvisioningRoleArn: 'r' };
    await expect(declare(iot, 'AWS::IoT::ProvisioningTemplate', properties)).rejects.toThrow('36');
  });

  it('refuse a provisioning role that does not trust AWS IoT', async () => {
    const asked: string[] = [];
    const deployment = deploy({
      iam: {
        decideAs: () => 'allow',
        mayAssume: (role, service) => {
          asked.push(`${service} as ${role}`);
          return !role.endsWith('provisioning');
        },
      },
    });
    await expect(deployment).rejects.toThrow('provisioning role');
    expect(asked).toContain('iot.amazonaws.com as arn:aws:iam::000000000000:role/provisioning');
  });

  it('refuse a claim for a policy that the stack does not have', async () => {
    await expect(iot.issueClaim('nothing')).rejects.toThrow('nothing');
  });
});
