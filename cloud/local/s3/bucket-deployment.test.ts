import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { BucketDeploymentProperties } from './bucket-deployment.ts';
import { makeS3, type S3 } from './s3.ts';

let dir: string;
let s3: S3;
const cloudFront = {
  principal: 'cloudfront.amazonaws.com',
  sourceArn: 'arn:aws:cloudfront::000000000000:distribution/D1',
};

const properties: z.input<typeof BucketDeploymentProperties> = {
  ServiceToken: 'arn:aws:lambda:eu-central-1:000000000000:function:deploy',
  SourceBucketNames: ['assets', 'assets'],
  SourceObjectKeys: ['pages.zip', 'data.zip'],
  SourceMarkers: [
    {},
    { '<<marker:0>>': 'https://cognito-idp.eu-central-1.amazonaws.com/p"1', '<<marker:1>>': 'rollcall' },
  ],
  SourceMarkersConfig: [{}, { jsonEscape: true }],
  DestinationBucketName: 'web',
  SystemMetadata: { 'cache-control': 'no-cache' },
};

const provide = (type: string, declared: object) => {
  const provider = s3.providers.find((candidate) => candidate.type === type);
  return provider?.create({
    logicalId: 'It',
    type,
    stackName: 'Test',
    properties: provider.properties.parse(declared),
  });
};
const file = async (name: string, text: string) => {
  await mkdir(path.dirname(path.join(dir, name)), { recursive: true });
  await writeFile(path.join(dir, name), text);
};
const read = async (key: string) => (await s3.readObject('web', key, cloudFront))?.body.toString();

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'rollcall-deployment-'));
  s3 = makeS3({
    stateDir: path.join(dir, 'state'),
    now: () => 0,
    log: { info() {}, warn() {} },
    assets: { directoryOf: (key) => path.join(dir, key.replace('.zip', '')) },
  });
  await s3.start();
  await provide('AWS::S3::Bucket', { BucketName: 'web' });
  await provide('AWS::S3::BucketPolicy', {
    Bucket: 'web',
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: cloudFront.principal },
          Action: 's3:GetObject',
          Resource: 'arn:aws:s3:::web/*',
          Condition: { StringEquals: { 'AWS:SourceArn': cloudFront.sourceArn } },
        },
      ],
    },
  });
  await file('pages/index.html', '<p><<marker:1>></p>');
  await file('pages/assets/app.js', 'go();');
  await file(
    'data/config.json',
    '{"issuer":"<<marker:0>>","signIn":"https://<<marker:1>>.auth.eu-central-1.amazoncognito.com","n":1}',
  );
});
afterEach(async () => {
  await s3.stop();
  await rm(dir, { recursive: true, force: true });
});

describe('the bucket deployment', () => {
  it('copies every file with the type of its extension and the declared caching', async () => {
    await provide('Custom::CDKBucketDeployment', properties);
    expect(await s3.readObject('web', 'assets/app.js', cloudFront)).toMatchObject({
      headers: { 'cache-control': 'no-cache', 'content-type': 'text/javascript; charset=utf-8' },
    });
    expect((await s3.readObject('web', 'index.html', cloudFront))?.headers['content-type']).toBe(
      'text/html; charset=utf-8',
    );
  });

  it('fills markers in the source that has them, and in no other', async () => {
    await provide('Custom::CDKBucketDeployment', properties);
    expect(JSON.parse((await read('config.json')) ?? '')).toMatchObject({
      issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/p"1',
      n: 1,
    });
    expect(await read('index.html')).toBe('<p><<marker:1>></p>');
  });

  it('removes what an earlier deployment left', async () => {
    await provide('Custom::CDKBucketDeployment', properties);
    await rm(path.join(dir, 'pages/assets/app.js'));
    await provide('Custom::CDKBucketDeployment', properties);
    expect(await read('assets/app.js')).toBeUndefined();
    expect(await read('index.html')).toBeDefined();
  });

  it('is read by the distribution that the bucket policy names, and by no other', async () => {
    await provide('Custom::CDKBucketDeployment', properties);
    const other = { ...cloudFront, sourceArn: `${cloudFront.sourceArn}2` };
    expect(await s3.readObject('web', 'index.html', other)).toBeUndefined();
  });

  it('refuses filters, which it would have to obey', () => {
    const parsed = BucketDeploymentProperties.safeParse({ ...properties, Exclude: ['*.map'] });
    expect(parsed.error?.issues[0]).toMatchObject({ keys: ['Exclude'] });
  });
});
