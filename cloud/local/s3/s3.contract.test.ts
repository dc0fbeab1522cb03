import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
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
import type { PolicyQuestion } from '../iam/policy.ts';
import { serveForTests } from '../serve-for-tests.ts';
import { makeS3, type S3 } from './s3.ts';

const Bucket = 'pictures';
const bucketArn = 'arn:aws:s3:::pictures';
const dayMs = 24 * 60 * 60_000;

let dir: string;
let nowMs: number;
let allows: (question: PolicyQuestion) => boolean;
let s3: S3;
let server: Awaited<ReturnType<typeof serveForTests>>;
let client: S3Client;

const start = async () => {
  s3 = makeS3({
    stateDir: dir,
    now: () => nowMs,
    log: { info() {}, warn() {} },
    assets: { directoryOf: () => dir },
  });
  await s3.start();
  const provider = s3.providers.find(({ type }) => type === 'AWS::S3::Bucket');
  await provider?.create({
    logicalId: 'Pictures',
    type: 'AWS::S3::Bucket',
    stackName: 'Test',
    properties: provider.properties.parse({
      BucketName: Bucket,
      LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: 30, Prefix: 'check-in/' }] },
    }),
  });
  server = await serveForTests(s3.service, (question) => allows(question));
  client = new S3Client({ ...server.config, forcePathStyle: true });
};
const stop = async () => {
  client.destroy();
  await server.close();
  await s3.stop();
};

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'rollcall-s3-'));
  nowMs = Date.parse('2026-11-23T08:00:00.000Z');
  allows = () => true;
  await start();
});
afterEach(async () => {
  await stop();
  await rm(dir, { recursive: true, force: true });
});

const put = (
  Key: string,
  Body: NonNullable<PutObjectCommandInput['Body']>,
  more: Omit<PutObjectCommandInput, 'Bucket' | 'Key' | 'Body'> = {},
) => client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = async (Key: string) => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
const keys = async () =>
  ((await client.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key);

describe('one object', () => {
  it('comes back byte for byte, whether it was sent as a buffer or as a stream', async () => {
    const bytes = randomBytes(200_001);
    await put('buffer', bytes);
    await put('stream', Readable.from([bytes.subarray(0, 70_000), bytes.subarray(70_000)]), {
      ContentLength: bytes.length,
    });
    expect((await get('buffer')).equals(bytes)).toBe(true);
    expect((await get('stream')).equals(bytes)).toBe(true);
  });

  it('keeps its type, caching, metadata and name, however odd, over a restart', async () => {
    const key = 'a b/ä+ü&<x>%41?.jpg';
    await put(key, 'picture', {
      ContentType: 'image/jpeg',
      CacheControl: 'no-store',
      Metadata: { door: 'front' },
    });
    await stop();
    await start();
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: key }));
    expect(head).toMatchObject({
      ContentType: 'image/jpeg',
      CacheControl: 'no-store',
      ContentLength: 7,
      Metadata: { door: 'front' },
    });
    expect(head.LastModified?.getTime()).toBe(nowMs);
    expect(await keys()).toEqual([key]);
  });

  it('answers ranges, and refuses one outside the object', async () => {
    await put('digits', '0123456789');
    const ranged = async (Range: string) => {
      const { Body, ContentRange } = await client.send(
        new GetObjectCommand({ Bucket, Key: 'digits', Range }),
      );
      return [await Body?.transformToString(), ContentRange];
    };
    expect(await ranged('bytes=2-4')).toEqual(['234', 'bytes 2-4/10']);
    expect(await ranged('bytes=-3')).toEqual(['789', 'bytes 7-9/10']);
    await expect(ranged('bytes=10-')).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  it('is created once when fifty writers ask for it not to be there', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) => put('once', `writer ${n}`, { IfNoneMatch: '*' })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = results.find((result) => result.status === 'rejected');
    expect(refused?.reason).toMatchObject({ name: 'PreconditionFailed' });
  });

  it('is replaced only by who names its current entity tag', async () => {
    const { ETag } = await put('x', 'one');
    await put('x', 'two', { IfMatch: ETag });
    await expect(put('x', 'three', { IfMatch: ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect((await get('x')).toString()).toBe('two');
    expect(await readdir(path.join(dir, Bucket))).toHaveLength(2);
  });

  it('is not sent again to a reader that has it', async () => {
    const { ETag } = await put('x', 'one');
    const again = client.send(new GetObjectCommand({ Bucket, Key: 'x', IfNoneMatch: ETag }));
    await expect(again).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
  });

  it('is refused when its checksum does not fit, and then not kept', async () => {
    await expect(put('x', 'one', { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(get('x')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('is refused when its name is over 1,024 bytes', async () => {
    await expect(put('ä'.repeat(513), 'x')).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });
});

describe('many objects', () => {
  it('are listed in order, in pages and by folder', async () => {
    for (const key of ['b/2', 'a', 'b/1', 'c', 'b/3']) await put(key, 'x');
    const list = (more: object) => client.send(new ListObjectsV2Command({ Bucket, ...more }));
    const first = await list({ MaxKeys: 2 });
    const second = await list({ MaxKeys: 9, ContinuationToken: first.NextContinuationToken });
    expect([...(first.Contents ?? []), ...(second.Contents ?? [])].map(({ Key }) => Key)).toEqual([
      'a',
      'b/1',
      'b/2',
      'b/3',
      'c',
    ]);
    const folders = await list({ Delimiter: '/' });
    expect(folders.CommonPrefixes).toEqual([{ Prefix: 'b/' }]);
    expect(folders.Contents?.map(({ Key }) => Key)).toEqual(['a', 'c']);
  });

  it('are deleted together, each by its own permission', async () => {
    for (const key of ['a&b', 'kept', 'c']) await put(key, 'x');
    allows = ({ action, resource }) => action !== 's3:DeleteObject' || !resource.endsWith('/kept');
    const answer = await client.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: ['a&b', 'kept', 'never-there'].map((Key) => ({ Key })) },
      }),
    );
    expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(['a&b', 'never-there']);
    expect(answer.Errors).toMatchObject([{ Key: 'kept', Code: 'AccessDenied' }]);
    expect(await keys()).toEqual(['c', 'kept']);
  });

  it("are kept from deletion by the bucket's policy, one by one or together", async () => {
    await put('ledger', 'x');
    const provider = s3.providers.find(({ type }) => type === 'AWS::S3::BucketPolicy');
    const Statement = [
      { Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource: `${bucketArn}/ledger` },
    ];
    await provider?.create({
      logicalId: 'Policy',
      type: 'AWS::S3::BucketPolicy',
      stackName: 'Test',
      properties: { Bucket, PolicyDocument: { Version: '2012-10-17', Statement } },
    });
    await expect(client.send(new DeleteObjectCommand({ Bucket, Key: 'ledger' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    const Delete = { Objects: [{ Key: 'ledger' }] };
    expect((await client.send(new DeleteObjectsCommand({ Bucket, Delete }))).Errors).toMatchObject([
      { Key: 'ledger', Code: 'AccessDenied' },
    ]);
    expect(await keys()).toEqual(['ledger']);
  });

  it('leave when their bucket says they expire, by the injected clock', async () => {
    await put('check-in/1.jpg', 'picture');
    await put('other', 'x');
    nowMs += 30 * dayMs - 1;
    expect(await s3.sweepExpired()).toBe(0);
    nowMs += 1;
    expect(await s3.sweepExpired()).toBe(1);
    expect(await keys()).toEqual(['other']);
    expect(await readdir(path.join(dir, Bucket))).toHaveLength(2);
  });
});

describe('refusals', () => {
  it('names what it does not implement instead of doing something else', async () => {
    await put('x', 'one');
    const tagging = client.send(
      new PutObjectTaggingCommand({ Bucket, Key: 'x', Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }),
    );
    await expect(tagging).rejects.toThrow('"tagging"');
    const copy = client.send(new CopyObjectCommand({ Bucket, Key: 'y', CopySource: `${Bucket}/x` }));
    await expect(copy).rejects.toThrow('"x-amz-copy-source"');
    expect((await get('x')).toString()).toBe('one');
  });

  it('says which bucket there is not', async () => {
    const elsewhere = client.send(new GetObjectCommand({ Bucket: 'elsewhere', Key: 'x' }));
    await expect(elsewhere).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('refuses a wrong secret', async () => {
    const stranger = new S3Client({
      ...server.config,
      forcePathStyle: true,
      credentials: { accessKeyId: 'local', secretAccessKey: 'guessed' },
    });
    const written = stranger.send(new PutObjectCommand({ Bucket, Key: 'x', Body: 'x' }));
    await expect(written).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    stranger.destroy();
  });
});

describe('permissions', () => {
  it('asks for the object, or for the bucket when listing', async () => {
    await put('folder/x', 'one');
    await get('folder/x');
    await keys();
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'folder/x' }));
    expect(server.asked.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      `s3:PutObject ${bucketArn}/folder/x`,
      `s3:GetObject ${bucketArn}/folder/x`,
      `s3:ListBucket ${bucketArn}`,
      `s3:DeleteObject ${bucketArn}/folder/x`,
    ]);
  });

  it('tells only who may list that an object is missing', async () => {
    await expect(get('missing')).rejects.toMatchObject({ name: 'NoSuchKey' });
    allows = ({ action }) => action !== 's3:ListBucket';
    await expect(get('missing')).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
