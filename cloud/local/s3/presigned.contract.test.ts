import { randomUUID } from 'node:crypto';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientSettings, givenTarget } from '../differential/environment.ts';
import { startTestS3, testBucket } from './s3-for-tests.ts';

// Presigned URLs of the local S3, or of the given target's bucket for pictures.

let settings: S3ClientConfig;
let client: S3Client;
let Bucket: string;
let stop = async (): Promise<void> => {};

beforeAll(async () => {
  const target = givenTarget();
  if (target === undefined) {
    const local = await startTestS3();
    settings = { ...local.server.config, forcePathStyle: true };
    Bucket = testBucket;
    stop = local.stop;
  } else {
    settings = { ...clientSettings(target), forcePathStyle: target.endpoint !== undefined };
    Bucket = target.bucket;
  }
  client = new S3Client({ ...settings, requestChecksumCalculation: 'WHEN_REQUIRED' });
});
afterAll(async () => {
  await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: created } }));
  client.destroy();
  await stop();
});

const created: { readonly Key: string }[] = [];
const createKey = (): string => {
  const Key = `unmatched/contract-${randomUUID()}`;
  created.push({ Key });
  return Key;
};
const seconds = (offset: number): Date => new Date(Date.now() + offset * 1000);
/** What a URL answers: the status, and S3's code or the body. */
const ask = async (url: string, init: RequestInit = {}) => {
  const response = await fetch(url, init);
  const text = await response.text();
  return [response.status, /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? text];
};
const urlToPut = (Key: string, by = client) =>
  getSignedUrl(by, new PutObjectCommand({ Bucket, Key }), { expiresIn: 60 });
const urlToGet = (Key: string, signedSecondsAgo = 0) =>
  getSignedUrl(client, new GetObjectCommand({ Bucket, Key }), {
    expiresIn: 60,
    signingDate: seconds(-signedSecondsAgo),
  });

it('lets who has the URL put one object and get it, without keys of their own', async () => {
  const Key = createKey();
  expect(await ask(await urlToPut(Key), { method: 'PUT', body: 'picture' })).toEqual([200, '']);
  expect(await ask(await urlToGet(Key))).toEqual([200, 'picture']);
  const download = new GetObjectCommand({ Bucket, Key, ResponseContentDisposition: 'attachment' });
  const answer = await fetch(await getSignedUrl(client, download, { expiresIn: 60 }));
  expect(answer.headers.get('content-disposition')).toBe('attachment');
});

it('keeps a condition that was signed', async () => {
  const Key = createKey();
  const once = new PutObjectCommand({ Bucket, Key, IfNoneMatch: '*' });
  const url = await getSignedUrl(client, once, { expiresIn: 60 });
  const put = () => ask(url, { method: 'PUT', body: 'x', headers: { 'if-none-match': '*' } });
  expect([await put(), await put()]).toEqual([
    [200, ''],
    [412, 'PreconditionFailed'],
  ]);
  expect(await ask(url, { method: 'PUT', body: 'x' })).toEqual([403, 'SignatureDoesNotMatch']);
});

it('is over when its time is over', async () => {
  const Key = createKey();
  await ask(await urlToPut(Key), { method: 'PUT', body: 'picture' });
  expect(await ask(await urlToGet(Key, 50))).toEqual([200, 'picture']);
  expect(await ask(await urlToGet(Key, 61))).toEqual([403, 'AccessDenied']);
});

it.each<[string, (url: string) => string, string]>([
  ['another object', (url) => url.replace('/contract-', '/contract-x'), 'SignatureDoesNotMatch'],
  ['a longer life', (url) => url.replace('X-Amz-Expires=60', 'X-Amz-Expires=6000'), 'SignatureDoesNotMatch'],
  ['a later date', (url) => url.replace(/(?<=X-Amz-Date=)\w+/, amzDate(30)), 'SignatureDoesNotMatch'],
  ['another answer', (url) => `${url}&response-content-type=text%2Fhtml`, 'SignatureDoesNotMatch'],
  ['another key', (url) => url.replace('X-Amz-Credential=', 'X-Amz-Credential=X'), 'InvalidAccessKeyId'],
  ['no signature', (url) => url.replace(/\?.*/, ''), 'AccessDenied'],
])('cannot be turned into one for %s', async (_, change, code) => {
  expect(await ask(change(await urlToGet(createKey())))).toEqual([403, code]);
});

it('serves its own method only', async () => {
  const url = await urlToGet(createKey());
  expect(await ask(url, { method: 'PUT', body: 'x' })).toEqual([403, 'SignatureDoesNotMatch']);
});

it('of an SDK that signs a checksum takes only the body that has it, which is the empty one', async () => {
  // Why whoever presigns uploads needs `requestChecksumCalculation: 'WHEN_REQUIRED'`.
  const careless = new S3Client(settings);
  const url = await urlToPut(createKey(), careless);
  careless.destroy();
  expect(await ask(url, { method: 'PUT', body: 'picture' })).toEqual([400, 'BadDigest']);
});

const amzDate = (offsetSeconds: number): string =>
  seconds(offsetSeconds)
    .toISOString()
    .replace(/[-:]|\.\d{3}/g, '');
