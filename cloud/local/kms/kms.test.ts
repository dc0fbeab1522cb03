import { describe, expect, it } from 'vitest';
import { makeKms } from './kms.ts';

const root = { AWS: 'arn:aws:iam::000000000000:root' };
const KeyPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'kms:*', Principal: root, Resource: '*' }],
};

const start = () => {
  const kms = makeKms({ denials: { record: () => {} } });
  const create = async (type: string, properties: object) => {
    const provider = kms.providers.find((candidate) => candidate.type === type);
    return provider?.create({
      logicalId: 'Key',
      type,
      stackName: 'demo',
      properties: provider.properties.parse(properties),
    });
  };
  return { kms, create };
};

describe('a key', () => {
  it('is found by its id, its ARN and its alias, under the same id at every start', async () => {
    const { kms, create } = start();
    const key = await create('AWS::KMS::Key', { KeyPolicy, EnableKeyRotation: true });
    await create('AWS::KMS::Alias', { AliasName: 'alias/rollcall', TargetKeyId: key?.ref });
    const arn = key?.attributes.Arn ?? '';
    expect(arn).toMatch(
      /^arn:aws:kms:eu-central-1:000000000000:key\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    );
    expect([key?.ref ?? '', arn, 'alias/rollcall'].map(kms.arnOf)).toEqual([arn, arn, arn]);
    expect((await start().create('AWS::KMS::Key', { KeyPolicy }))?.attributes.Arn).toBe(arn);
  });

  it('of AWS needs no grant, and one that is not there is an error', () => {
    const { kms } = start();
    expect(kms.arnOf('alias/aws/sqs')).toBeUndefined();
    expect(() => kms.arnOf('alias/none')).toThrow('there is no KMS key alias/none');
  });

  it.each([
    ['switched off', { Enabled: false }],
    ['for signatures', { KeyUsage: 'SIGN_VERIFY' }],
    ['in several Regions', { MultiRegion: true }],
    [
      'open to everybody',
      { KeyPolicy: { ...KeyPolicy, Statement: [{ ...KeyPolicy.Statement[0], Principal: '*' }] } },
    ],
  ])('is refused %s', async (_, given) => {
    await expect(start().create('AWS::KMS::Key', { KeyPolicy, ...given })).rejects.toThrow();
  });
});
