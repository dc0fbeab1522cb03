import { describe, expect, it } from 'vitest';
import { parseBucketPolicy } from './bucket-policy.ts';

const object = 'arn:aws:s3:::web/index.html';
const policyOf = (...Statement: object[]) => parseBucketPolicy({ Version: '2012-10-17', Statement });
const deny = (Condition: object) => ({
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: 's3:*',
  Resource: 'arn:aws:s3:::web/*',
  Condition,
});

describe('a bucket policy', () => {
  it('that refuses plain HTTP refuses nothing here, where loopback stands in for TLS', () => {
    const policy = policyOf(deny({ Bool: { 'aws:SecureTransport': 'false' } }));
    expect(() => policy.refuseIfDenied('s3:GetObject', object)).not.toThrow();
  });

  it('refuses what it denies to everyone', () => {
    const policy = policyOf(deny({ Bool: { 'aws:SecureTransport': 'true' } }));
    expect(() => policy.refuseIfDenied('s3:GetObject', object)).toThrow('denies s3:GetObject');
  });

  it('that opens the bucket to everyone, or names somebody that is not emulated, is an error', () => {
    const open = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: object };
    expect(() => policyOf(open)).toThrow('no public buckets');
    const person = { ...open, Principal: { AWS: 'arn:aws:iam::111111111111:root' } };
    expect(() => policyOf(person)).toThrow('not valid here');
  });
});
