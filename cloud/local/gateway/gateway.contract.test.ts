import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { ListCollectionsCommand, RekognitionClient } from '@aws-sdk/client-rekognition';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand as PublishMailCommand, SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeIam } from '../iam/iam.ts';
import { makeGateway } from './gateway.ts';
import { type Service, ServiceError, type ServiceRequest } from './service.ts';

const silent = { info: () => {}, warn: () => {} };
const roleArn = 'arn:aws:iam::000000000000:role/reader';
const admin = { accessKeyId: 'local', secretAccessKey: 'local' };
const tableArn = (name: string): string => `arn:aws:dynamodb:eu-central-1:000000000000:table/${name}`;

/** A service that keeps what it was asked and answers as told. */
const makeDouble = (
  protocol: Service['protocol'],
  signingName: string,
  answer: (request: ServiceRequest) => string,
): Service & { readonly requests: ServiceRequest[] } => {
  const requests: ServiceRequest[] = [];
  return {
    signingNames: [signingName],
    protocol,
    requests,
    handle: async (request) => {
      requests.push(request);
      return { status: 200, body: answer(request) };
    },
  };
};

/** A gateway with one role `reader`, which may read table `allowed`. */
const start = async (services: readonly Service[], now = Date.now) => {
  const iam = makeIam();
  await iam.providers[0]?.create({
    logicalId: 'Reader',
    type: 'AWS::IAM::Role',
    stackName: 'demo',
    properties: {
      RoleName: 'reader',
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
      ManagedPolicyArns: [],
      Policies: [
        {
          PolicyName: 'read',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: tableArn('allowed') }],
          },
        },
      ],
    },
  });
  const gateway = makeGateway({ iam, now, log: silent });
  for (const service of services) gateway.register(service);
  const endpoint = await gateway.start(0);
  onTestFinished(() => gateway.stop());
  return { gateway, settings: { endpoint, region: 'eu-central-1' }, reader: iam.credentialsOf(roleArn) };
};

const dynamoDb = () =>
  makeDouble('json', 'dynamodb', (request) => {
    const { TableName } = JSON.parse(request.body.toString());
    request.authorize('dynamodb:GetItem', tableArn(TableName));
    if (TableName === 'missing') throw new ServiceError('ResourceNotFoundException', 'no such table');
    if (TableName === 'broken') throw new Error('a bug');
    return JSON.stringify({ Item: { pk: { S: 'it' } } });
  });

const getItem = (table: string): GetItemCommand =>
  new GetItemCommand({ TableName: table, Key: { pk: { S: 'é x' } } });

describe('the gateway, asked by the AWS SDK', () => {
  it('passes a signed call of the administrator to its service', async () => {
    const service = dynamoDb();
    const { settings } = await start([service]);
    const client = new DynamoDBClient({ ...settings, credentials: admin });
    expect((await client.send(getItem('any'))).Item).toEqual({ pk: { S: 'it' } });
    expect(service.requests[0]).toMatchObject({ operation: 'GetItem', principal: { kind: 'administrator' } });
  });

  it('lets a role do what its policy grants', async () => {
    const { settings, reader } = await start([dynamoDb()]);
    const client = new DynamoDBClient({ ...settings, credentials: reader });
    expect((await client.send(getItem('allowed'))).Item).toBeDefined();
  });

  it("refuses what no policy grants, in AWS's words, and remembers it", async () => {
    const { gateway, settings, reader } = await start([dynamoDb()]);
    const client = new DynamoDBClient({ ...settings, credentials: reader });
    await expect(client.send(getItem('secret'))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: arn:aws:sts::000000000000:assumed-role/reader/local is not authorized to perform: dynamodb:GetItem on resource: ${tableArn('secret')} because no identity-based policy allows the dynamodb:GetItem action`,
      $metadata: { httpStatusCode: 400 },
    });
    expect(gateway.denied()).toEqual([
      {
        principalArn: 'arn:aws:sts::000000000000:assumed-role/reader/local',
        action: 'dynamodb:GetItem',
        resource: tableArn('secret'),
      },
    ]);
  });

  it('tells a client of before the JSON protocol so, in XML that it can read', async () => {
    const { settings } = await start([{ ...makeDouble('json', 'sns', () => ''), target: 'Topics' }]);
    const client = new SNSClient({ ...settings, credentials: admin });
    await expect(client.send(new PublishMailCommand({ Message: 'a', TopicArn: 't' }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('speaks its JSON protocol: use a newer SDK or AWS CLI'),
    });
  });

  it.each([
    ['a wrong secret', { accessKeyId: 'local', secretAccessKey: 'guess' }, 'InvalidSignatureException'],
    ['an unknown key', { accessKeyId: 'nobody', secretAccessKey: 'x' }, 'UnrecognizedClientException'],
    ['a session token that nobody issued', { ...admin, sessionToken: 'x' }, 'UnrecognizedClientException'],
  ])('refuses %s as the JSON services do', async (_, credentials, name) => {
    const service = dynamoDb();
    const { settings } = await start([service]);
    const client = new DynamoDBClient({ ...settings, credentials });
    await expect(client.send(getItem('allowed'))).rejects.toMatchObject({ name });
    expect(service.requests).toEqual([]);
  });

  it.each([
    ['a wrong secret', { accessKeyId: 'local', secretAccessKey: 'guess' }, 'SignatureDoesNotMatch'],
    ['an unknown key', { accessKeyId: 'nobody', secretAccessKey: 'x' }, 'InvalidAccessKeyId'],
  ])('refuses %s as S3 does', async (_, credentials, name) => {
    const { settings } = await start([makeDouble('rest-xml', 's3', () => '')]);
    const client = new S3Client({ ...settings, credentials });
    await expect(client.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }))).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('refuses a region that is not here', async () => {
    const { settings } = await start([dynamoDb()]);
    const client = new DynamoDBClient({ ...settings, region: 'us-east-1', credentials: admin });
    await expect(client.send(getItem('any'))).rejects.toThrow(/eu-central-1/);
  });

  it('tells who signs for S3 in another region which one it is', async () => {
    const { settings } = await start([makeDouble('rest-xml', 's3', () => '')]);
    const client = new S3Client({ ...settings, region: 'us-east-1', credentials: admin });
    await expect(client.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }))).rejects.toMatchObject({
      name: 'AuthorizationHeaderMalformed',
      Region: 'eu-central-1',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('verifies S3 paths, which are encoded once, and uploads that are signed in chunks', async () => {
    const service = makeDouble('rest-xml', 's3', () => '');
    const { settings } = await start([service]);
    const client = new S3Client({ ...settings, credentials: admin });
    const key = 'a folder/é+(1)*.jpg';
    await client.send(new PutObjectCommand({ Bucket: 'bucket', Key: key, Body: 'hello' }));
    await client.send(new HeadObjectCommand({ Bucket: 'bucket', Key: key }));
    expect(service.requests.map(({ method }) => method)).toEqual(['PUT', 'HEAD']);
    expect(decodeURIComponent(service.requests[0]?.path ?? '')).toBe(`/bucket/${key}`);
  });

  it('verifies paths of other services, which are encoded twice', async () => {
    const service = makeDouble('rest-json', 'iotdata', () => '');
    const signing: Service = { ...service, signingNames: ['iotdata', 'iotdevicegateway'] };
    const { settings } = await start([signing]);
    const client = new IoTDataPlaneClient({ ...settings, credentials: admin });
    await client.send(
      new PublishCommand({ topic: 'rollcall/v1/a door/verdicts', qos: 1, payload: Buffer.from('{}') }),
    );
    expect(service.requests[0]?.path).toBe('/topics/rollcall%2Fv1%2Fa%20door%2Fverdicts');
  });

  it('hands on the error of a service with its own name', async () => {
    const { settings } = await start([dynamoDb()]);
    const client = new DynamoDBClient({ ...settings, credentials: admin });
    await expect(client.send(getItem('missing'))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'no such table',
    });
  });

  it('answers 500 when a service fails, without its reason', async () => {
    const { settings } = await start([dynamoDb()]);
    const client = new DynamoDBClient({ ...settings, credentials: admin, maxAttempts: 1 });
    await expect(client.send(getItem('broken'))).rejects.toMatchObject({
      name: 'InternalFailure',
      $metadata: { httpStatusCode: 500 },
    });
  });

  it('names a service that is not emulated', async () => {
    const { settings } = await start([dynamoDb()]);
    const client = new RekognitionClient({ ...settings, credentials: admin });
    await expect(client.send(new ListCollectionsCommand({}))).rejects.toThrow(
      /no service rekognition.*dynamodb/,
    );
  });

  it('refuses a call that was signed long ago', async () => {
    const { settings } = await start([dynamoDb()], () => Date.now() + 3_600_000);
    const client = new DynamoDBClient({ ...settings, credentials: admin, maxAttempts: 1 });
    await expect(client.send(getItem('any'))).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  });

  it('refuses a call without a signature', async () => {
    const { settings } = await start([dynamoDb()]);
    const response = await fetch(settings.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'DynamoDB_20120810.GetItem' },
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ __type: 'MissingAuthenticationToken' });
  });

  it("refuses another service's operation under a service's own signature", async () => {
    const service = { ...dynamoDb(), target: 'RekognitionService' };
    const { settings } = await start([service]);
    const client = new DynamoDBClient({ ...settings, credentials: admin });
    await expect(client.send(getItem('any'))).rejects.toMatchObject({ name: 'UnknownOperationException' });
    expect(service.requests).toEqual([]);
  });

  it('refuses a body that is too long', async () => {
    const { settings } = await start([dynamoDb()]);
    const response = await fetch(settings.endpoint, { method: 'POST', body: Buffer.alloc(33 * 1024 * 1024) });
    expect(response.status).toBe(413);
  });
});
