import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CognitoIdentityProviderClient, ListUsersCommand } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { ListCollectionsCommand, RekognitionClient } from '@aws-sdk/client-rekognition';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemblyDir } from '../../../scripts/assembly.ts';
import { type LocalCloud, startLocalCloud } from '../local-cloud.ts';
import { type Boto3Call, type ClientPrograms, makeClientPrograms } from './client-programs.ts';

// Three clients that share no code, the AWS CLI, boto3 and the SDK for JavaScript, read the same from the local cloud.

let cloud: LocalCloud;
let programs: ClientPrograms;
let folder: string;
let skewMs = 0;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'rollcall-differential-'));
  cloud = await startLocalCloud({
    assemblyDir,
    stateDir: path.join(folder, 'state'),
    dashboardPort: 0,
    now: () => Date.now() + skewMs,
    log: { info() {}, warn() {} },
  });
  programs = makeClientPrograms(cloud.awsUrl, cloud.region, folder);
});
afterAll(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const output = (name: string): string => {
  const value = cloud.outputs[name];
  if (value === undefined) throw new Error(`the stack has no output ${name}`);
  return value;
};
const settings = (change: object = {}) => ({
  endpoint: cloud.awsUrl,
  region: cloud.region,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
  forcePathStyle: true,
  ...change,
});
/** What the CLI prints; throws with its own words when it fails. */
const aws = async (...args: string[]) => {
  const { code, stdout, stderr } = await programs.aws(args);
  if (code !== 0) throw new Error(stderr);
  return stdout.trim().startsWith('{') ? JSON.parse(stdout) : stdout.trim();
};
const boto3 = async (service: string, operation: string, parameters: object) => {
  const [outcome] = await programs.boto3([{ service, operation, parameters: { ...parameters } }]);
  if (outcome?.answer === undefined) throw new Error(`boto3 was refused: ${JSON.stringify(outcome)}`);
  return outcome.answer;
};
/** As the CLI and boto3-calls.py show an answer: bytes in base64, times in epoch milliseconds, without metadata. */
const shown = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Date) return value.getTime();
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, each]) => name !== '$metadata' && each !== undefined)
      .map(([name, each]) => [name, shown(each)]),
  );
};
const writeInput = (value: unknown): string => {
  const file = path.join(folder, `${randomBytes(6).toString('hex')}.json`);
  writeFileSync(file, JSON.stringify(value));
  return `file://${file}`;
};

describe('DynamoDB', () => {
  it('gives all three the same bytes of what the CLI wrote in one transaction', async () => {
    const TableName = output('TableName');
    const pk = { S: 'DIFFERENTIAL' };
    const items = [
      {
        pk,
        sk: { S: '1' },
        words: { S: 'Ä "quoted" \\ 😀 \u0000' },
        number: { N: '12345678901234567890.123456789012345678' },
        small: { N: '-1E-130' },
        bytes: { B: randomBytes(99).toString('base64') },
        nested: { L: [{ M: { yes: { BOOL: true }, no: { NULL: true } } }, { L: [] }, { S: '' }] },
      },
      { pk, sk: { S: '2' }, texts: { SS: ['a', 'b'] }, numbers: { NS: ['1', '2.5'] } },
    ];
    const writes = items.map((Item) => ({ Put: { TableName, Item } }));
    await aws('dynamodb', 'transact-write-items', '--transact-items', writeInput(writes));

    const query = {
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ReturnConsumedCapacity: 'TOTAL',
    } as const;
    const client = new DynamoDBClient(settings());
    const bySdk = shown(await client.send(new QueryCommand(query)));
    expect(bySdk).toMatchObject({ Count: 2, Items: [{ bytes: items[0]?.bytes }, items[1]] });
    expect(await boto3('dynamodb', 'query', query)).toEqual(bySdk);
    expect(await aws('dynamodb', 'query', '--cli-input-json', writeInput(query))).toEqual(bySdk);
    expect(await aws('dynamodb', 'scan', '--table-name', TableName)).toEqual(
      // The CLI reads all pages into one, and says so by an empty field.
      expect.objectContaining(shown(await client.send(new ScanCommand({ TableName }))) as object),
    );
    client.destroy();
  });
});

describe('S3', () => {
  it('gives all three the same bytes, whoever sent them', async () => {
    const Bucket = output('ImageBucketName');
    const bytes = randomBytes(300_001);
    const file = path.join(folder, 'picture.jpg');
    writeFileSync(file, bytes);
    await aws('s3', 'cp', file, `s3://${Bucket}/all/differential/cli ä.jpg`, '--only-show-errors');
    await boto3('s3', 'put_object', {
      Bucket,
      Key: 'all/differential/boto3.jpg',
      Body: { $bytes: bytes.toString('base64') },
      ContentType: 'image/jpeg',
      ChecksumAlgorithm: 'SHA256',
    });
    const client = new S3Client(settings());
    for (const Key of ['all/differential/cli ä.jpg', 'all/differential/boto3.jpg']) {
      const copy = `${file}.copy`;
      await aws('s3', 'cp', `s3://${Bucket}/${Key}`, copy, '--only-show-errors');
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      const byBoto3 = await boto3('s3', 'get_object', { Bucket, Key });
      expect(readFileSync(copy).equals(bytes)).toBe(true);
      expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
      expect(byBoto3).toMatchObject({ Body: bytes.toString('base64'), ContentType: 'image/jpeg' });
      const { Expiration, ...head } = await client.send(new HeadObjectCommand({ Bucket, Key }));
      expect(await boto3('s3', 'head_object', { Bucket, Key })).toMatchObject({
        ...(shown(head) as object),
        Expiration,
      });
    }
    const list = new ListObjectsV2Command({ Bucket, Prefix: 'all/differential/' });
    const { Contents = [] } = await client.send(list);
    const listed = await boto3('s3', 'list_objects_v2', { Bucket, Prefix: 'all/differential/' });
    expect(listed.Contents).toEqual(shown(Contents));
    expect(await aws('s3', 'ls', `s3://${Bucket}/all/differential/`)).toMatch(
      /^\S+ \S+ +300001 boto3\.jpg\n\S+ \S+ +300001 cli ä\.jpg$/,
    );
    const url = await aws('s3', 'presign', `s3://${Bucket}/all/differential/boto3.jpg`);
    expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(bytes)).toBe(true);
    expect((await fetch(url.replace('boto3', 'cli'))).status).toBe(403);
    client.destroy();
  });

  it('tells who signs for another Region which one it is, and boto3 follows', async () => {
    const Bucket = output('ImageBucketName');
    const list = { service: 's3', operation: 'list_objects_v2', parameters: { Bucket } };
    const [followed] = await programs.boto3([{ ...list, settings: { region_name: 'us-east-1' } }]);
    expect(followed?.answer).toMatchObject({ Name: Bucket });
  });

  it('takes 9 MB in one piece, and names multipart uploads, to which the CLI turns at 8 MB, as missing', async () => {
    const Bucket = output('ImageBucketName');
    const file = path.join(folder, 'large');
    writeFileSync(file, Buffer.alloc(9 * 1024 * 1024, 'x'));
    const parts = await programs.aws(['s3', 'cp', file, `s3://${Bucket}/all/large`]);
    expect(parts.code).toBe(1);
    expect(parts.stderr).toContain('no multipart uploads');
    const whole = await aws('s3api', 'put-object', '--bucket', Bucket, '--key', 'all/large', '--body', file);
    expect(whole.ServerSideEncryption).toBe('aws:kms');
  });
});

describe('Cognito', () => {
  it('gives all three the same users after the CLI has created one and put them into a group', async () => {
    const UserPoolId = output('UserPoolId');
    const user = ['--user-pool-id', UserPoolId, '--username', 'differential'];
    const attributes = ['Name=email,Value=differential@example.org', 'Name=email_verified,Value=true'];
    const { User } = await aws(
      ...['cognito-idp', 'admin-create-user', ...user, '--message-action', 'SUPPRESS'],
      ...['--user-attributes', ...attributes],
    );
    expect(User).toMatchObject({ Username: 'differential', UserStatus: 'FORCE_CHANGE_PASSWORD' });
    await aws('cognito-idp', 'admin-add-user-to-group', ...user, '--group-name', 'hr');
    const groups = await boto3('cognito-idp', 'admin_list_groups_for_user', {
      UserPoolId,
      Username: 'differential',
    });
    expect(groups.Groups).toMatchObject([{ GroupName: 'hr' }]);

    const client = new CognitoIdentityProviderClient(settings());
    const { Users = [] } = await client.send(new ListUsersCommand({ UserPoolId }));
    client.destroy();
    expect(Users.map(({ Username }) => Username)).toEqual(['differential']);
    expect((await boto3('cognito-idp', 'list_users', { UserPoolId })).Users).toEqual(shown(Users));
    const byCli = await aws('cognito-idp', 'list-users', '--user-pool-id', UserPoolId);
    const inMs = (date: unknown): number => Date.parse(String(date));
    expect(
      byCli.Users.map((each: Record<string, unknown>) => ({
        ...each,
        UserCreateDate: inMs(each.UserCreateDate),
        UserLastModifiedDate: inMs(each.UserLastModifiedDate),
      })),
    ).toEqual(shown(Users));
  });
});

describe('Rekognition and IoT', () => {
  it('give all three the same collections', async () => {
    const client = new RekognitionClient(settings());
    const bySdk = shown(await client.send(new ListCollectionsCommand({})));
    client.destroy();
    expect(bySdk).toMatchObject({ CollectionIds: [output('CollectionId')] });
    expect(await boto3('rekognition', 'list_collections', {})).toEqual(bySdk);
    expect(await aws('rekognition', 'list-collections')).toEqual(bySdk);
  });

  it('take a message from all three', async () => {
    const topic = 'rollcall/v1/a door/verdicts';
    const payload = Buffer.from('{"é":1}');
    const client = new IoTDataPlaneClient(settings());
    const { $metadata } = await client.send(new PublishCommand({ topic, payload, qos: 1 }));
    client.destroy();
    expect($metadata.httpStatusCode).toBe(200);
    await boto3('iot-data', 'publish', { topic, payload: { $bytes: payload.toString('base64') }, qos: 1 });
    const sent = ['--topic', topic, '--qos', '1', '--payload', payload.toString('base64')];
    expect(await aws('iot-data', 'publish', ...sent)).toBe('');
  });
});

describe('a caller who cannot prove who they are', () => {
  const calls = (): Omit<Boto3Call, 'settings'>[] => [
    { service: 'dynamodb', operation: 'list_tables', parameters: {} },
    { service: 'rekognition', operation: 'list_collections', parameters: {} },
    { service: 'cognito-idp', operation: 'list_users', parameters: { UserPoolId: output('UserPoolId') } },
    { service: 'iot-data', operation: 'publish', parameters: { topic: 'a' } },
    { service: 's3', operation: 'list_objects_v2', parameters: { Bucket: output('ImageBucketName') } },
  ];
  const refusals = async (change: Partial<Boto3Call>) =>
    (await programs.boto3(calls().map((call) => ({ ...call, ...change })))).map(({ error }) => error?.code);

  it.each<[string, Partial<Boto3Call>, readonly string[]]>([
    [
      'a wrong secret',
      { settings: { aws_secret_access_key: 'guess', aws_access_key_id: 'local' } },
      [...Array(4).fill('InvalidSignatureException'), 'SignatureDoesNotMatch'],
    ],
    [
      'a key that nobody has',
      { settings: { aws_secret_access_key: 'local', aws_access_key_id: 'nobody' } },
      [...Array(4).fill('UnrecognizedClientException'), 'InvalidAccessKeyId'],
    ],
    [
      'another Region',
      { settings: { region_name: 'us-east-1' } },
      // S3 says which one is right, and boto3 signs once more for that.
      [...Array(4).fill('InvalidSignatureException'), undefined],
    ],
    [
      'no signature',
      { unsigned: true },
      // Nothing in an unsigned call tells the IoT data plane from S3, whose words it therefore gets; boto3 shows the status.
      [...Array(3).fill('MissingAuthenticationToken'), '403', 'AccessDenied'],
    ],
  ])('is refused with %s by every service, in its own words', async (_, change, codes) => {
    expect(await refusals(change)).toEqual(codes);
  });

  it('is refused when the clocks are 16 minutes apart, either way, and not when they are 14', async () => {
    const codes: unknown[] = [];
    for (const minutes of [-16, 14, 16]) {
      skewMs = minutes * 60_000;
      codes.push(await refusals({}));
    }
    skewMs = 0;
    const refused = [...Array(4).fill('InvalidSignatureException'), 'RequestTimeTooSkewed'];
    expect(codes).toEqual([refused, Array(5).fill(undefined), refused]);
  });

  it('is told so by the CLI, too', async () => {
    const list = ['rekognition', 'list-collections'];
    const wrong = await programs.aws(list, { AWS_SECRET_ACCESS_KEY: 'guess' });
    expect([wrong.code, wrong.stderr]).toEqual([254, expect.stringContaining('InvalidSignatureException')]);
    const unsigned = await programs.aws(['--no-sign-request', ...list]);
    expect([unsigned.code, unsigned.stderr]).toEqual([
      254,
      expect.stringContaining('MissingAuthenticationToken'),
    ]);
  });
});
