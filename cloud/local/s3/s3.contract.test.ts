import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clientSettings, givenTarget } from '../differential/environment.ts';
import { startTestS3, testBucket } from './s3-for-tests.ts';

// What the product expects of S3, of the local one or of the given target's bucket for pictures.

let client: S3Client;
let Bucket: string;
let folder: string;
let stop = async (): Promise<void> => {};

beforeAll(async () => {
  const target = givenTarget();
  if (target !== undefined) {
    client = new S3Client({ ...clientSettings(target), forcePathStyle: target.endpoint !== undefined });
    Bucket = target.bucket;
    return;
  }
  const local = await startTestS3();
  client = new S3Client({ ...local.server.config, forcePathStyle: true });
  Bucket = testBucket;
  stop = local.stop;
});
afterAll(async () => {
  client.destroy();
  await stop();
});
beforeEach(() => {
  folder = `all/contract-${randomUUID()}/`;
});
afterEach(async () => {
  const Objects = (await keys()).map((key) => ({ Key: folder + key }));
  if (Objects.length > 0) await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
});

const at = (key: string) => ({ Bucket, Key: folder + key });
const put = (
  key: string,
  Body: NonNullable<PutObjectCommandInput['Body']>,
  more: Omit<PutObjectCommandInput, 'Bucket' | 'Key' | 'Body'> = {},
) => client.send(new PutObjectCommand({ ...at(key), Body, ...more }));
const get = async (key: string) => {
  const { Body } = await client.send(new GetObjectCommand(at(key)));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
const list = (more: object = {}) =>
  client.send(new ListObjectsV2Command({ Bucket, Prefix: folder, ...more }));
const keys = async () => ((await list()).Contents ?? []).map(({ Key = '' }) => Key.slice(folder.length));

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

  it('keeps its type, caching, metadata and name, however odd', async () => {
    const key = 'a b/ä+ü&<x>%41?(1)*.jpg';
    const sent = { ContentType: 'image/jpeg', CacheControl: 'no-store', Metadata: { door: 'front' } };
    await put(key, 'picture', sent);
    expect(await client.send(new HeadObjectCommand(at(key)))).toMatchObject({ ...sent, ContentLength: 7 });
    expect(await keys()).toEqual([key]);
  });

  it('rests under the key of its bucket, and says so', async () => {
    const answers = [await put('x', 'one'), await client.send(new HeadObjectCommand(at('x')))];
    for (const answer of answers)
      expect(answer).toMatchObject({
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId: expect.stringMatching(/^arn:aws:kms:[\w-]+:\d{12}:key\//),
        BucketKeyEnabled: true,
      });
  });

  it('is said to expire at a midnight, by the rule of its class', async () => {
    const Key = `check-in/contract-${randomUUID()}`;
    const { Expiration } = await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
    expect(Expiration).toMatch(/^expiry-date="\w{3}, \d\d \w{3} \d{4} 00:00:00 GMT", rule-id="check-in"$/);
  });

  it('answers ranges, and refuses one outside the object', async () => {
    await put('digits', '0123456789');
    const ranged = async (Range: string) => {
      const { Body, ContentRange } = await client.send(new GetObjectCommand({ ...at('digits'), Range }));
      return [await Body?.transformToString(), ContentRange];
    };
    expect(await ranged('bytes=2-4')).toEqual(['234', 'bytes 2-4/10']);
    expect(await ranged('bytes=-3')).toEqual(['789', 'bytes 7-9/10']);
    expect(await ranged('bytes=7-99')).toEqual(['789', 'bytes 7-9/10']);
    await expect(ranged('bytes=10-')).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  it('is refused when its checksum does not fit, and then not kept', async () => {
    await expect(put('x', 'one', { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(get('x')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('is refused when its name is over 1,024 bytes', async () => {
    await expect(put('ä'.repeat(513), 'x')).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });

  it('that nobody put is missing, as is a bucket that nobody made', async () => {
    await expect(get('missing')).rejects.toMatchObject({ name: 'NoSuchKey' });
    const elsewhere = new GetObjectCommand({ Bucket: `rollcall-${randomUUID()}`, Key: 'x' });
    await expect(client.send(elsewhere)).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });
});

describe('conditions', () => {
  it('let one of twenty writers create what must not be there', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => put('once', `writer ${n}`, { IfNoneMatch: '*' })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(put('once', 'late', { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
  });

  it('let only who names the current entity tag replace an object', async () => {
    const { ETag } = await put('x', 'one');
    await put('x', 'two', { IfMatch: ETag });
    await expect(put('x', 'three', { IfMatch: ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(put('y', 'new', { IfMatch: ETag })).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect((await get('x')).toString()).toBe('two');
  });

  it('spare a reader what it has, and tell it when that is no longer so', async () => {
    const { ETag } = await put('x', 'one');
    const { LastModified = new Date(0) } = await client.send(new HeadObjectCommand(at('x')));
    const before = new Date(LastModified.getTime() - 60_000);
    const status = async (condition: object) => {
      const seen: (number | undefined)[] = [];
      for (const Command of [GetObjectCommand, HeadObjectCommand])
        seen.push(
          await client.send(new Command({ ...at('x'), ...condition }) as GetObjectCommand).then(
            ({ $metadata }) => $metadata.httpStatusCode,
            ({ $metadata }: { $metadata: { httpStatusCode: number } }) => $metadata.httpStatusCode,
          ),
        );
      return seen;
    };
    expect(await status({ IfNoneMatch: ETag })).toEqual([304, 304]);
    expect(await status({ IfNoneMatch: '"other"' })).toEqual([200, 200]);
    expect(await status({ IfMatch: ETag })).toEqual([200, 200]);
    expect(await status({ IfMatch: '"other"' })).toEqual([412, 412]);
    expect(await status({ IfModifiedSince: LastModified })).toEqual([304, 304]);
    expect(await status({ IfModifiedSince: before })).toEqual([200, 200]);
    expect(await status({ IfUnmodifiedSince: LastModified })).toEqual([200, 200]);
    expect(await status({ IfUnmodifiedSince: before })).toEqual([412, 412]);
    // GetObject, S3 API reference: an entity tag outweighs a time, for both pairs of conditions.
    expect(await status({ IfMatch: ETag, IfUnmodifiedSince: before })).toEqual([200, 200]);
    expect(await status({ IfNoneMatch: ETag, IfModifiedSince: before })).toEqual([304, 304]);
  });
});

describe('many objects', () => {
  it('are listed in order, in pages and by folder', async () => {
    for (const key of ['b/2', 'a', 'b/1', 'c', 'b/3']) await put(key, 'x');
    const first = await list({ MaxKeys: 2 });
    const second = await list({ MaxKeys: 9, ContinuationToken: first.NextContinuationToken });
    const listed = [...(first.Contents ?? []), ...(second.Contents ?? [])].map(({ Key }) => Key);
    expect(listed).toEqual(['a', 'b/1', 'b/2', 'b/3', 'c'].map((key) => folder + key));
    const folders = await list({ Delimiter: '/' });
    expect(folders.CommonPrefixes).toEqual([{ Prefix: `${folder}b/` }]);
    expect(folders.Contents?.map(({ Key }) => Key)).toEqual([`${folder}a`, `${folder}c`]);
  });

  it('are deleted together, whether they were there or not', async () => {
    for (const key of ['a&b', 'c', 'kept']) await put(key, 'x');
    const Objects = ['a&b', 'c', 'never-there'].map((key) => ({ Key: folder + key }));
    const answer = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(answer.Deleted?.map(({ Key }) => Key).sort()).toEqual(Objects.map(({ Key }) => Key).sort());
    expect(await keys()).toEqual(['kept']);
    await client.send(new DeleteObjectCommand(at('never-there')));
  });
});
