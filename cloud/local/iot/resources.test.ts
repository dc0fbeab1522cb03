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
    ['an error action', { ErrorAction: { Lambda: { FunctionArn: 'arn:f' } } }, 'ErrorAction'],
    ['another SQL version', { AwsIotSqlVersion: '2015-10-08' }, 'AwsIotSqlVersion'],
    ['a function that is not emulated', { Sql: "SELECT rand() AS r FROM 'a'" }, 'rand'],
  ])('refuse a rule with %s, naming it', async (_, change, name) => {
    await expect(declare(iot, 'AWS::IoT::TopicRule', rule(change))).rejects.toThrow(name);
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
          return false;
        },
      },
    });
    await expect(deployment).rejects.toThrow('provisioning role');
    expect(asked).toEqual(['iot.amazonaws.com as arn:aws:iam::000000000000:role/provisioning']);
  });

  it('refuse a claim for a policy that the stack does not have', async () => {
    await expect(iot.issueClaim('nothing')).rejects.toThrow('nothing');
  });
});
