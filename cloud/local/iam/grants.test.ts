import { describe, expect, it } from 'vitest';
import { makeIam } from './iam.ts';

const table = 'arn:aws:dynamodb:eu-central-1:000000000000:table/t';
const roleArn = 'arn:aws:iam::000000000000:role/reader';

const start = async () => {
  const iam = makeIam();
  const provider = iam.providers.find(({ type }) => type === 'AWS::IAM::Role');
  await provider?.create({
    logicalId: 'Reader',
    type: 'AWS::IAM::Role',
    stackName: 'demo',
    properties: provider.properties.parse({
      RoleName: 'reader',
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
      Policies: [
        {
          PolicyName: 'read',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Action: ['dynamodb:GetItem', 'dynamodb:Query'],
                Resource: [table, `${table}/index/*`],
              },
              { Effect: 'Allow', Action: 's3:*', Resource: '*' },
              { Effect: 'Deny', Action: 's3:DeleteBucket', Resource: '*' },
            ],
          },
        },
      ],
    }),
  });
  const ask = (action: string, resource: string) => iam.decideAs(roleArn, { action, resource });
  const used = () =>
    iam
      .grants()
      .filter((grant) => grant.used > 0)
      .map(({ action, resource, used: times }) => [action, resource, times]);
  return { iam, ask, used };
};

describe('the grants of a role', () => {
  it('are listed as the policies write them, with how often each was needed', async () => {
    const { iam, ask, used } = await start();
    expect(iam.grants()).toHaveLength(5);
    expect(used()).toEqual([]);
    ask('dynamodb:Query', `${table}/index/gsi1`);
    ask('dynamodb:Query', `${table}/index/gsi2`);
    ask('s3:GetObject', 'arn:aws:s3:::b/k');
    expect(used()).toEqual([
      ['dynamodb:Query', `${table}/index/*`, 2],
      ['s3:*', '*', 1],
    ]);
    expect(iam.grants()[0]).toEqual({
      roleName: 'reader',
      action: 'dynamodb:GetItem',
      resource: table,
      used: 0,
    });
  });

  it('are not used by what is refused', async () => {
    const { ask, used } = await start();
    expect(ask('s3:DeleteBucket', 'arn:aws:s3:::b')).toBe('deny');
    expect(ask('dynamodb:PutItem', table)).toBe('implicit_deny');
    expect(used()).toEqual([]);
  });

  it('are counted anew when asked to', async () => {
    const { iam, ask, used } = await start();
    ask('dynamodb:GetItem', table);
    iam.forgetUses();
    expect(used()).toEqual([]);
  });
});

describe('a grant that is withdrawn', () => {
  it('is gone, and it alone, until it is given back', async () => {
    const { iam, ask } = await start();
    const restore = iam.withdraw('reader', 'dynamodb:Query');
    expect(ask('dynamodb:Query', table)).toBe('implicit_deny');
    expect(ask('dynamodb:GetItem', table)).toBe('allow');
    restore();
    expect(ask('dynamodb:Query', table)).toBe('allow');
  });

  it('may be that on one resource alone', async () => {
    const { iam, ask } = await start();
    const restore = iam.withdraw('reader', 'dynamodb:Query', `${table}/index/*`);
    expect(ask('dynamodb:Query', `${table}/index/gsi1`)).toBe('implicit_deny');
    expect(ask('dynamodb:Query', table)).toBe('allow');
    restore();
    expect(ask('dynamodb:Query', `${table}/index/gsi1`)).toBe('allow');
    expect(() => iam.withdraw('reader', 'dynamodb:Query', 'arn:other')).toThrow(/no grant/);
  });

  it.each([
    ['another role', 'writer', 'dynamodb:Query'],
    ['an action that no policy writes so', 'reader', 's3:GetObject'],
    ['a denial', 'reader', 's3:DeleteBucket'],
  ])('has to be there: not %s', async (_, role, action) => {
    const { iam } = await start();
    expect(() => iam.withdraw(role, action)).toThrow(`The role ${role} has no grant of ${action}`);
  });
});
