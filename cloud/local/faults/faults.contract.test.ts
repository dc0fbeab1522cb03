import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
  TooManyRequestsException,
} from '@aws-sdk/client-cognito-identity-provider';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as iot from '@aws-sdk/client-iot';
import * as iotData from '@aws-sdk/client-iot-data-plane';
import * as rekognition from '@aws-sdk/client-rekognition';
import * as s3 from '@aws-sdk/client-s3';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../gateway/service.ts';
import { type LocalServices, makeServices } from '../services.ts';
import { failedError, throttledError } from './aws-errors.ts';
import { apiServices } from './fault-rule.ts';

let services: LocalServices;
let dir: string;
let topicArn: string;
/** Of every client. */
let settings: {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
};

beforeAll(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'faults-'));
  let endpoint = '';
  services = makeServices({
    stateDir: dir,
    assetPath: () => undefined,
    awsUrl: () => endpoint,
    dashboardPort: 0,
    now: Date.now,
    log: { info: () => {}, warn: () => {} },
  });
  endpoint = await services.gateway.start(0);
  await services.records.open();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  settings = { endpoint, region: 'eu-central-1', credentials };
  const topic = services.providers.find(({ type }) => type === 'AWS::SNS::Topic');
  const properties = topic?.properties.parse({ TopicName: 'alerts' });
  const declared = { logicalId: 'Alerts', type: 'AWS::SNS::Topic', stackName: 'demo', properties };
  topicArn = (await topic?.create(declared))?.ref ?? '';
});
afterEach(() => services.faults.clear());
afterAll(async () => {
  await services.gateway.stop();
  await services.records.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('a rule that names what is not there', () => {
  it('is refused with the names that are', async () => {
    const misspelt = { service: 'rekognition', operation: 'SearchFaceByImage', kind: 'throttle' } as const;
    await expect(services.faults.add(misspelt)).rejects.toThrow(
      /rekognition has no operation SearchFaceByImage\. It has: .*SearchFacesByImage, .*\*/,
    );
    const gone = { service: 'lambda-events', operation: 'rollcall-dev-ingest', kind: 'duplicate' } as const;
    await expect(services.faults.add(gone)).rejects.toThrow(
      /lambda-events has no operation rollcall-dev-ingest/,
    );
    const service = { service: 'recognition', operation: '*', kind: 'throttle' };
    await expect(services.faults.add(service as never)).rejects.toThrow(/"rekognition"/);
    expect(services.faults.list()).toEqual([]);
  });

  it.each(apiServices)('cannot name %s without knowing its operations', (service) => {
    expect(services.gateway.operationsOf(service)?.length).toBeGreaterThan(0);
  });
});

const publishAlert = (client: sns.SNSClient) =>
  client.send(new sns.PublishCommand({ TopicArn: topicArn, Message: 'a gap' }));

/** One call of each API that the product uses, and what its client throws when the call is beyond a quota. */
const throttled: [service: string, operation: string, expected: object, call: () => Promise<unknown>][] = [
  [
    'rekognition',
    'SearchFacesByImage',
    { name: 'ProvisionedThroughputExceededException' },
    () =>
      new rekognition.RekognitionClient({ ...settings, maxAttempts: 1 }).send(
        new rekognition.SearchFacesByImageCommand({ CollectionId: 'c', Image: { Bytes: Buffer.from('x') } }),
      ),
  ],
  [
    'dynamodb',
    'GetItem',
    { name: 'ThrottlingException' },
    () =>
      new dynamodb.DynamoDBClient({ ...settings, maxAttempts: 1 }).send(
        new dynamodb.GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } }),
      ),
  ],
  [
    'sqs',
    'SendMessage',
    { name: 'RequestThrottled' },
    () =>
      new sqs.SQSClient({ ...settings, maxAttempts: 1 }).send(
        new sqs.SendMessageCommand({ QueueUrl: `${settings.endpoint}/000000000000/q`, MessageBody: 'x' }),
      ),
  ],
  [
    'sns',
    'Publish',
    { name: 'ThrottledException' },
    () => publishAlert(new sns.SNSClient({ ...settings, maxAttempts: 1 })),
  ],
  [
    's3',
    'GetObject',
    { name: 'SlowDown', $metadata: { httpStatusCode: 503 } },
    () =>
      new s3.S3Client({ ...settings, maxAttempts: 1 }).send(
        new s3.GetObjectCommand({ Bucket: 'bucket', Key: 'a/key' }),
      ),
  ],
  [
    's3',
    'ListObjectsV2',
    { name: 'SlowDown' },
    () =>
      new s3.S3Client({ ...settings, maxAttempts: 1 }).send(
        new s3.ListObjectsV2Command({ Bucket: 'bucket' }),
      ),
  ],
  [
    'iotdata',
    'Publish',
    { name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } },
    () =>
      new iotData.IoTDataPlaneClient({ ...settings, maxAttempts: 1 }).send(
        new iotData.PublishCommand({ topic: 'a/b', payload: Buffer.from('{}') }),
      ),
  ],
  [
    'iot',
    'DescribeThing',
    { name: 'ThrottlingException' },
    () =>
      new iot.IoTClient({ ...settings, maxAttempts: 1 }).send(
        new iot.DescribeThingCommand({ thingName: 't' }),
      ),
  ],
  [
    'cognito-idp',
    'AdminGetUser',
    { name: 'TooManyRequestsException' },
    () =>
      new CognitoIdentityProviderClient({ ...settings, maxAttempts: 1 }).send(
        new AdminGetUserCommand({ UserPoolId: 'eu-central-1_abcdefghi', Username: 'u' }),
      ),
  ],
];

describe('a fault, seen by the AWS SDK', () => {
  it.each(throttled)(
    'throttles %s %s with that service’s own exception',
    async (service, operation, expected, call) => {
      await services.faults.add({ service: service as 's3', operation, kind: 'throttle' });
      await expect(call()).rejects.toMatchObject(expected);
      expect(services.faults.list()).toMatchObject([{ struck: 1 }]);
    },
  );

  it('is an instance of the exception’s class where the SDK has one', async () => {
    await services.faults.add({ service: 'rekognition', kind: 'throttle' });
    await services.faults.add({ service: 'sqs', kind: 'throttle' });
    await services.faults.add({ service: 'cognito-idp', kind: 'throttle' });
    const errorOf = (service: string) =>
      throttled
        .find(([name]) => name === service)?.[3]()
        .catch((error: unknown) => error);
    expect(await errorOf('rekognition')).toBeInstanceOf(rekognition.ProvisionedThroughputExceededException);
    expect(await errorOf('sqs')).toBeInstanceOf(sqs.RequestThrottled);
    expect(await errorOf('cognito-idp')).toBeInstanceOf(TooManyRequestsException);
  });

  it('leaves the other operations of the service alone', async () => {
    await services.faults.add({ service: 'rekognition', operation: 'IndexFaces', kind: 'throttle' });
    const list = new rekognition.ListCollectionsCommand({});
    await expect(new rekognition.RekognitionClient(settings).send(list)).resolves.toMatchObject({
      $metadata: { attempts: 1 },
    });
  });

  it('is tried again by the SDK until it is over', async () => {
    await services.faults.add({ service: 'sns', operation: 'Publish', kind: 'throttle', times: 1 });
    await services.faults.add({ service: 'sns', kind: 'fail', status: 503, times: 1 });
    const before = services.sns.notifications().length;
    const answer = await publishAlert(new sns.SNSClient({ ...settings, maxAttempts: 3 }));
    expect(answer.$metadata.attempts).toBe(3);
    expect(services.sns.notifications()).toHaveLength(before + 1);
  });

  it('loses an answer, so that the SDK does the same thing twice', async () => {
    await services.faults.add({ service: 'sns', operation: 'Publish', kind: 'lose_answer', times: 1 });
    const before = services.sns.notifications().length;
    const answer = await publishAlert(new sns.SNSClient({ ...settings, maxAttempts: 3 }));
    expect(answer.$metadata.attempts).toBe(2);
    expect(services.sns.notifications()).toHaveLength(before + 2);
  });

  it('does a call twice behind its caller’s back', async () => {
    await services.faults.add({ service: 'sns', kind: 'duplicate', times: 1 });
    const before = services.sns.notifications().length;
    const answer = await publishAlert(new sns.SNSClient(settings));
    expect(answer.$metadata.attempts).toBe(1);
    expect(services.sns.notifications()).toHaveLength(before + 2);
  });

  it('strikes only who may ask at all', async () => {
    await services.faults.add({ service: 'sns', kind: 'throttle' });
    const guess = { accessKeyId: 'local', secretAccessKey: 'guess' };
    await expect(publishAlert(new sns.SNSClient({ ...settings, credentials: guess }))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
    expect(services.faults.list()).toMatchObject([{ struck: 0 }]);
  });
});

it('knows every service of the gateway, and how each words its errors', () => {
  const registered = Object.values(services).flatMap((part: object): readonly Service[] => {
    if ('service' in part) return [part.service as Service];
    return 'services' in part ? (part.services as readonly Service[]) : [];
  });
  const names = registered.map(({ signingNames: [first = ''] }) => first);
  expect(names.toSorted()).toEqual([...apiServices]);
  for (const service of names) {
    const place = { service, operation: '*' };
    expect(throttledError(place).status).toBeGreaterThanOrEqual(400);
    expect([failedError(place, 500).status, failedError(place, 503).status]).toEqual([500, 503]);
  }
});
