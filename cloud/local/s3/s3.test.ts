import { readdir } from 'node:fs/promises';
import path from 'node:path';
import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testBucket as Bucket, startTestS3, type TestS3, testKeyArn } from './s3-for-tests.ts';

// What only the local S3 can show: its files, its clock, whom it asks for permission, what it names as missing.

const bucketArn = `arn:aws:s3:::${Bucket}`;
const cloudFront = {
  principal: 'cloudfront.amazonaws.com',
  sourceArn: 'arn:aws:cloudfront::0:distribution/D',
};

let test: TestS3;
let client: S3Client;
const connect = () => {
  client = new S3Client({ ...test.server.config, forcePathStyle: true });
};

beforeEach(async () => {
  test = await startTestS3();
  connect();
});
afterEach(async () => {
  client.destroy();
  await test.stop();
});

const put = (Key: string, Body: string, more: Partial<PutObjectCommandInput> = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = async (Key: string) => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? '';
};
const keys = async () =>
  ((await client.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key);
const createPolicy = (...Statement: object[]) =>
  test.create('AWS::S3::BucketPolicy', { Bucket, PolicyDocument: { Version: '2012-10-17', Statement } });

describe('on disk', () => {
  it('keeps an object over a restart, and of a replaced one nothing', async () => {
    await put('x', 'one');
    await put('x', 'two', { ContentType: 'image/jpeg' });
    client.destroy();
    await test.restart();
    connect();
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'x' }));
    expect(head).toMatchObject({ ContentType: 'image/jpeg', ContentLength: 3 });
    expect(head.LastModified?.getTime()).toBe(test.clock.ms);
    expect(await get('x')).toBe('two');
    expect(await readdir(path.join(test.dir, Bucket))).toHaveLength(2);
  });
});

describe('expiry', () => {
  it('comes at the midnight after the days of the class, by the injected clock', async () => {
    await put('unmatched/1.jpg', 'picture');
    await put('check-in/1.jpg', 'picture');
    const { Expiration } = await client.send(new HeadObjectCommand({ Bucket, Key: 'unmatched/1.jpg' }));
    // Uploaded on the 23rd at 8:00: two days later is the 25th at 8:00, and the next midnight ends that day.
    expect(Expiration).toBe('expiry-date="Thu, 26 Nov 2026 00:00:00 GMT", rule-id="unmatched"');
    test.clock.ms = Date.parse('2026-11-25T23:59:59.999Z');
    expect(await test.s3.sweepExpired()).toBe(0);
    test.clock.ms += 1;
    expect(await test.s3.sweepExpired()).toBe(1);
    expect(await keys()).toEqual(['check-in/1.jpg']);
    expect(await readdir(path.join(test.dir, Bucket))).toHaveLength(2);
  });

  it('comes by the rule for everything where no other speaks of an object, and by none that is off', async () => {
    const { Expiration } = await put('mistyped/1.jpg', 'picture');
    expect(Expiration).toBe('expiry-date="Tue, 23 Nov 2027 00:00:00 GMT", rule-id="everything"');
  });
});

describe('permissions', () => {
  it('are asked for on the object and its key, or on the bucket when listing', async () => {
    await put('folder/x', 'one');
    await get('folder/x');
    await client.send(new HeadObjectCommand({ Bucket, Key: 'folder/x' }));
    await keys();
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'folder/x' }));
    expect(test.server.asked.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      `s3:PutObject ${bucketArn}/folder/x`,
      `kms:GenerateDataKey ${testKeyArn}`,
      `s3:GetObject ${bucketArn}/folder/x`,
      `kms:Decrypt ${testKeyArn}`,
      `s3:GetObject ${bucketArn}/folder/x`,
      `s3:ListBucket ${bucketArn}`,
      `s3:DeleteObject ${bucketArn}/folder/x`,
    ]);
    expect(test.server.asked[1]?.context).toMatchObject({
      'kms:ViaService': 's3.eu-central-1.amazonaws.com',
    });
  });

  it('on the key are needed to write and to read, and without them nothing is kept', async () => {
    await put('x', 'one');
    test.policy.allows = ({ action }) => !action.startsWith('kms:');
    await expect(put('x', 'two')).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('kms:GenerateDataKey'),
    });
    await expect(get('x')).rejects.toThrow('kms:Decrypt');
    test.policy.allows = () => true;
    expect(await get('x')).toBe('one');
  });

  it('to list decide whether a caller learns that an object is missing', async () => {
    test.policy.allows = ({ action }) => action !== 's3:ListBucket';
    await expect(get('missing')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('to delete count for each object, also of those deleted together', async () => {
    for (const key of ['a', 'kept']) await put(key, 'x');
    test.policy.allows = ({ action, resource }) =>
      action !== 's3:DeleteObject' || !resource.endsWith('/kept');
    const Delete = { Objects: ['a', 'kept'].map((Key) => ({ Key })) };
    const answer = await client.send(new DeleteObjectsCommand({ Bucket, Delete }));
    expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(['a']);
    expect(answer.Errors).toMatchObject([{ Key: 'kept', Code: 'AccessDenied' }]);
    expect(await keys()).toEqual(['kept']);
  });

  it("end where the bucket's policy denies, one by one or together", async () => {
    await put('ledger', 'x');
    await createPolicy({
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:DeleteObject',
      Resource: `${bucketArn}/ledger`,
    });
    const alone = client.send(new DeleteObjectCommand({ Bucket, Key: 'ledger' }));
    await expect(alone).rejects.toMatchObject({ name: 'AccessDenied' });
    const Delete = { Objects: [{ Key: 'ledger' }] };
    const together = await client.send(new DeleteObjectsCommand({ Bucket, Delete }));
    expect(together.Errors).toMatchObject([{ Key: 'ledger', Code: 'AccessDenied' }]);
    expect(await keys()).toEqual(['ledger']);
  });

  it('of a service do not reach into a bucket under a key that no service was given', async () => {
    await put('index.html', 'x');
    await createPolicy({
      Effect: 'Allow',
      Principal: { Service: cloudFront.principal },
      Action: 's3:GetObject',
      Resource: `${bucketArn}/*`,
    });
    expect(await test.s3.readObject(Bucket, 'index.html', cloudFront)).toBeUndefined();
    expect(test.logged).toEqual(['s3.key_not_open_to_services']);
  });
});

describe('what is not emulated', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    [
      'tags',
      () => client.send(new PutObjectTaggingCommand({ Bucket, Key: 'x', Tagging: { TagSet: [] } })),
      '"tagging"',
    ],
    [
      'copies',
      () => client.send(new CopyObjectCommand({ Bucket, Key: 'y', CopySource: `${Bucket}/x` })),
      '"x-amz-copy-source"',
    ],
    [
      'multipart uploads',
      () => client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'x' })),
      'no multipart uploads',
    ],
    ['storage classes', () => put('x', 'two', { StorageClass: 'GLACIER' }), '"x-amz-storage-class"'],
    ['access lists', () => put('x', 'two', { ACL: 'public-read' }), '"x-amz-acl"'],
    ['another encryption', () => put('x', 'two', { ServerSideEncryption: 'AES256' }), 'AES256'],
    ['another key', () => put('x', 'two', { SSEKMSKeyId: testKeyArn }), 'aws-kms-key-id'],
    ['checksums that cannot be verified', () => put('x', 'two', { ChecksumCRC32C: 'AAAAAA==' }), 'crc32c'],
    [
      'versions',
      () => client.send(new GetObjectCommand({ Bucket, Key: 'x', VersionId: '1' })),
      '"versionId"',
    ],
    ['parts', () => client.send(new GetObjectCommand({ Bucket, Key: 'x', PartNumber: 1 })), '"partNumber"'],
    [
      'conditions on a deletion',
      () => client.send(new DeleteObjectCommand({ Bucket, Key: 'x', IfMatch: '*' })),
      '"if-match"',
    ],
  ])('is refused by name and does nothing: %s', async (_, call, name) => {
    await put('x', 'one');
    await expect(call()).rejects.toMatchObject({
      message: expect.stringContaining(name),
      $metadata: { httpStatusCode: 501 },
    });
    expect(await get('x')).toBe('one');
    expect(await keys()).toEqual(['x']);
  });

  it.each([
    ['versions', { VersioningConfiguration: { Status: 'Enabled' } }],
    ['a key that is no ARN', { BucketEncryption: encryption('alias/mine') }],
    ['rules by the size of an object', { LifecycleConfiguration: { Rules: [{ ObjectSizeLessThan: '1' }] } }],
  ])('is refused in the template: %s', async (_, change) => {
    await expect(startTestS3(change)).rejects.toThrow(/unrecognized_keys|invalid_format/);
  });
});

function encryption(KMSMasterKeyID: string) {
  const ServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID };
  return { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault }] };
}
