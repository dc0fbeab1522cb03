import { describe, expect, it } from 'vitest';
import { makeIam } from './iam.ts';

const trustOf = (service: string, condition?: object): object => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { Service: service },
      ...(condition === undefined ? {} : { Condition: condition }),
    },
  ],
});
const policyFor = (action: string): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
});
const arnOf = (name: string): string => `arn:aws:iam::000000000000:role/${name}`;

const setUp = () => {
  const iam = makeIam();
  const create = async (type: string, properties: object) => {
    const provider = iam.providers.find((candidate) => candidate.type === type);
    return provider?.create({
      logicalId: 'Thing',
      type,
      stackName: 'demo',
      properties: provider.properties.parse(properties),
    });
  };
  const role = (name: string, more: object = {}) =>
    create('AWS::IAM::Role', {
      RoleName: name,
      AssumeRolePolicyDocument: trustOf('lambda.amazonaws.com'),
      ...more,
    });
  const decide = (name: string, action: string) => {
    const principal = iam.principalOf(iam.credentialsOf(arnOf(name)).accessKeyId);
    return principal && iam.decide(principal, { action, resource: 'arn:x' });
  };
  return { iam, create, role, decide };
};

describe('roles', () => {
  it('are known by an access key of their own', async () => {
    const { iam, role } = setUp();
    await role('one');
    await role('two');
    const [one, two] = [iam.credentialsOf(arnOf('one')), iam.credentialsOf(arnOf('two'))];
    expect(one.accessKeyId).not.toBe(two.accessKeyId);
    expect(one.secretAccessKey).not.toBe(two.secretAccessKey);
    expect(iam.principalOf(one.accessKeyId)).toMatchObject({ kind: 'role', roleName: 'one' });
    expect(iam.secretOf(two.accessKeyId)).toBe(two.secretAccessKey);
  });

  it('keep their access key id across starts, but not its secret', async () => {
    const keys = await Promise.all(
      [setUp(), setUp()].map(async ({ iam, role }) => {
        await role('one');
        return iam.credentialsOf(arnOf('one'));
      }),
    );
    expect(keys[0]?.accessKeyId).toBe(keys[1]?.accessKeyId);
    expect(keys[0]?.secretAccessKey).not.toBe(keys[1]?.secretAccessKey);
  });

  it('may do what their inline and attached policies grant, and nothing else', async () => {
    const { create, role, decide } = setUp();
    await role('one', { Policies: [{ PolicyName: 'p', PolicyDocument: policyFor('s3:GetObject') }] });
    await create('AWS::IAM::Policy', {
      PolicyName: 'q',
      PolicyDocument: policyFor('s3:PutObject'),
      Roles: ['one'],
    });
    await role('two');
    expect(decide('one', 's3:GetObject')).toBe('allow');
    expect(decide('one', 's3:PutObject')).toBe('allow');
    expect(decide('one', 's3:DeleteObject')).toBe('implicit_deny');
    expect(decide('two', 's3:GetObject')).toBe('implicit_deny');
  });

  it('may be assumed by the services that they trust, under their conditions', async () => {
    const { iam, role } = setUp();
    const condition = { StringEquals: { 'aws:SourceAccount': '111122223333' } };
    await role('open');
    await role('strict', { AssumeRolePolicyDocument: trustOf('iot.amazonaws.com', condition) });
    expect(iam.mayAssume(arnOf('open'), 'lambda.amazonaws.com')).toBe(true);
    expect(iam.mayAssume(arnOf('open'), 'iot.amazonaws.com')).toBe(false);
    expect(iam.mayAssume(arnOf('strict'), 'iot.amazonaws.com')).toBe(false);
    expect(iam.mayAssume(arnOf('strict'), 'iot.amazonaws.com', { 'aws:SourceAccount': '111122223333' })).toBe(
      true,
    );
  });

  it('take the managed policies that only log and trace, and no other', async () => {
    const { role, decide } = setUp();
    const basic = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
    await role('one', { ManagedPolicyArns: [basic] });
    expect([decide('one', 'logs:PutLogEvents'), decide('one', 's3:GetObject')]).toEqual([
      'allow',
      'implicit_deny',
    ]);
    const admin = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await expect(role('two', { ManagedPolicyArns: [admin] })).rejects.toThrow(
      /AdministratorAccess is not emulated/,
    );
  });

  it('hold at most 10,240 characters of inline policy', async () => {
    const { create, role } = setUp();
    await role('one');
    const attach = () =>
      create('AWS::IAM::Policy', {
        PolicyName: 'q',
        PolicyDocument: policyFor(`s3:${'x'.repeat(6000)}`),
        Roles: ['one'],
      });
    await attach();
    await expect(attach()).rejects.toThrow(/Maximum policy size of 10240/);
  });

  it.each([
    ['a name with a space', ['to write']],
    ['the same name twice', ['write', 'write']],
  ])('take no policy whose statements have %s', async (_, sids) => {
    const { role } = setUp();
    const Statement = sids.map((Sid) => ({ Sid, Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }));
    const PolicyDocument = { Version: '2012-10-17', Statement };
    await expect(role('one', { Policies: [{ PolicyName: 'p', PolicyDocument }] })).rejects.toThrow(
      /Statement IDs/,
    );
  });

  it('are refused when they do not exist', async () => {
    const { iam, create } = setUp();
    expect(() => iam.credentialsOf(arnOf('nobody'))).toThrow(/no role .*nobody/);
    await expect(
      create('AWS::IAM::Policy', { PolicyName: 'q', PolicyDocument: policyFor('s3:*'), Roles: ['nobody'] }),
    ).rejects.toThrow(/no role nobody/);
  });
});

it('lets the administrator do everything', () => {
  const { iam } = setUp();
  const principal = iam.principalOf('local');
  expect(principal && iam.decide(principal, { action: 'any:Thing', resource: 'arn:x' })).toBe('allow');
});
