import { describe, expect, it } from 'vitest';
import { parseResourcePolicy } from './resource-policy.ts';

const policy = (...Statement: object[]) => parseResourcePolicy({ Version: '2012-10-17', Statement });
const question = { action: 'sqs:SendMessage', resource: 'arn:aws:sqs:eu-central-1:000000000000:q' };
const statement = { Effect: 'Allow', Action: 'sqs:*', Resource: '*' };
const root = { AWS: 'arn:aws:iam::000000000000:root' };

describe('a resource policy', () => {
  it('lets in the services that it names, and no other', () => {
    const sns = policy({ ...statement, Principal: { Service: ['sns.amazonaws.com'] } });
    expect(sns.forService('sns.amazonaws.com', question)).toBe('allow');
    expect(sns.forService('s3.amazonaws.com', question)).toBe('implicit_deny');
    expect(sns.forEveryone(question)).toBe('implicit_deny');
  });

  it('takes loopback for TLS', () => {
    const overTls = policy({
      ...statement,
      Effect: 'Deny',
      Principal: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    expect(overTls.forEveryone(question)).toBe('implicit_deny');
  });

  it('denies services what it denies everybody', () => {
    const closed = policy(
      { ...statement, Principal: { Service: 'sns.amazonaws.com' } },
      { ...statement, Effect: 'Deny', Principal: { AWS: '*' } },
    );
    expect(closed.forService('sns.amazonaws.com', question)).toBe('deny');
    expect(closed.forEveryone(question)).toBe('deny');
  });

  it('leaves the account its own policies where it names the account', () => {
    expect(policy({ ...statement, Principal: root }).forAccount(question)).toBe('allow');
    expect(policy({ ...statement, Principal: { Service: 'x' } }).forAccount(question)).toBe('implicit_deny');
  });

  it.each([
    ['everybody', { ...statement, Principal: '*' }],
    [
      'a role, which has policies of its own',
      { ...statement, Principal: { AWS: 'arn:aws:iam::000000000000:role/r' } },
    ],
    [
      'an unknown condition',
      { ...statement, Principal: root, Condition: { StringEquals: { 'aws:Odd': 'x' } } },
    ],
  ])('is an error when it lets in %s', (_, given) => {
    expect(() => policy(given)).toThrow();
  });
});
