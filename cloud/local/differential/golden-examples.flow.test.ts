import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDynamoDb } from '../dynamodb/dynamodb.ts';
import { startTestS3, type TestS3 } from '../s3/s3-for-tests.ts';
import { serveForTests } from '../serve-for-tests.ts';
import { type ClientPrograms, makeClientPrograms } from './client-programs.ts';

// The request and response pairs of AWS's API documentation, as botocore ships them (`examples-1.json` of each service):
// boto3 sends the documented requests to the local cloud, and what comes back is what the documentation shows.

type Json = Readonly<Record<string, unknown>>;
type Example = { readonly title: string; readonly input: Json; readonly output: Json };

const run = promisify(execFile);
const examplesOf = async (service: string) => {
  const script =
    'import botocore.session,json,sys;' +
    "load=botocore.session.get_session().get_component('data_loader').load_service_model;" +
    "json.dump(load(sys.argv[1],'examples-1')['examples'],sys.stdout)";
  const { stdout } = await run('/usr/bin/python3', ['-c', script, service]);
  const operations: Readonly<Record<string, readonly Example[]>> = JSON.parse(stdout);
  return (operation: string, title: string): Example => {
    const found = operations[operation]?.find((example) => example.title.trim() === title);
    if (found === undefined) throw new Error(`botocore has no example ${operation} "${title}"`);
    return found;
  };
};

let home: string;
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'rollcall-golden-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe('DynamoDB', () => {
  let programs: ClientPrograms;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    const dynamoDb = makeDynamoDb({ stateDir: home, now: Date.now, log: { info() {}, warn() {} } });
    await dynamoDb.start();
    const server = await serveForTests(dynamoDb.service);
    programs = makeClientPrograms(server.config.endpoint, 'eu-central-1', home);
    stop = async () => {
      await server.close();
      await dynamoDb.stop();
    };
  });
  afterAll(() => stop());

  it('answers the documented calls on the table Music as documented', async () => {
    const example = await examplesOf('dynamodb');
    const { ProvisionedThroughput: _, ...table } = example('CreateTable', 'To create a table').input;
    const story = [
      ['batch_write_item', example('BatchWriteItem', 'To add multiple items to a table')],
      ['get_item', example('GetItem', 'To read an item from a table')],
      ['scan', example('Scan', 'To scan a table')],
      ['query', example('Query', 'To query an item')],
      ['update_item', example('UpdateItem', 'To update an item in a table')],
      ['batch_get_item', example('BatchGetItem', 'To retrieve multiple items from a table')],
      ['put_item', example('PutItem', 'To add an item to a table')],
    ] as const;
    const outcomes = await programs.boto3([
      {
        service: 'dynamodb',
        operation: 'create_table',
        parameters: { ...table, BillingMode: 'PAY_PER_REQUEST' },
      },
      ...story.map(([operation, { input }]) => ({
        service: 'dynamodb',
        operation,
        parameters: input,
      })),
    ]);
    const answers = outcomes.slice(1).map(({ answer }) => answer);
    const documented = story.map(([, { output }]) => sorted(output) as Json);
    const [written, read, scanned, queried, updated, readTogether, put] = answers.map(
      (answer) => sorted(answer) as Json,
    );
    expect(written).toMatchObject(documented[0] ?? {});
    expect(read).toEqual(documented[1]);
    // Where the request does not ask for consumed capacity, the documentation shows it empty.
    expect({ ...scanned, ConsumedCapacity: {} }).toEqual(documented[2]);
    // It shows one of the two items that it counts.
    const { Items: shownItems, ...counts } = documented[3] as Json & { Items: readonly unknown[] };
    expect({ ...queried, ConsumedCapacity: {} }).toMatchObject(counts);
    expect(queried?.Items).toEqual(expect.arrayContaining([...shownItems]));
    expect(updated).toEqual(documented[4]);
    expect(readTogether).toMatchObject(documented[5] ?? {});
    expect(put).toEqual(documented[6]);
  });
});

/** With every list in one order, since neither a scan nor a batch has one. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted).toSorted(byText);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(byText)
      .map(([name, each]) => [name, sorted(each)]),
  );
};
const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

describe('S3', () => {
  let s3: TestS3;
  let programs: ClientPrograms;

  beforeAll(async () => {
    s3 = await startTestS3({ BucketName: 'examplebucket', BucketEncryption: undefined });
    programs = makeClientPrograms(s3.server.config.endpoint, 'eu-central-1', home);
  });
  afterAll(() => s3.stop());

  it('answers the documented calls on examplebucket as documented', async () => {
    const example = await examplesOf('s3');
    const range = example('GetObject', 'To retrieve a byte range of an object');
    const list = example('ListObjectsV2', 'To get object list');
    const metadata = example('PutObject', 'To upload object and specify user-defined metadata');
    const bytes = (length: number) => ({
      $bytes: Buffer.alloc(length, 'x').toString('base64'),
    });
    const call = (operation: string, parameters: object) => ({
      service: 's3',
      operation,
      parameters: { Bucket: 'examplebucket', ...parameters },
    });
    const outcomes = await programs.boto3([
      call('put_object', { Key: 'SampleFile.txt', Body: bytes(43), ContentType: 'text/plain' }),
      call('get_object', range.input),
      call('delete_object', { Key: 'SampleFile.txt' }),
      call('put_object', { Key: 'happyface.jpg', Body: bytes(11) }),
      call('put_object', { Key: 'test.jpg', Body: bytes(4_192_256) }),
      call('put_object', { Key: 'test2.jpg', Body: bytes(1) }),
      call('list_objects_v2', { ...list.input, MaxKeys: Number(list.input.MaxKeys) }),
      call('put_object', { ...metadata.input, Body: bytes(12) }),
      call('head_object', { Key: metadata.input.Key }),
    ]);
    const [, ranged, , , , , listed, , head] = outcomes.map(({ answer }) => answer);
    const { AcceptRanges, ContentRange, ContentType } = range.output;
    const ContentLength = Number(range.output.ContentLength);
    expect(ranged).toMatchObject({
      AcceptRanges,
      ContentRange,
      ContentType,
      ContentLength,
      Metadata: range.output.Metadata,
    });
    const { IsTruncated, Name, Prefix, KeyCount, MaxKeys, Contents } = list.output as {
      Contents: readonly Json[];
      [name: string]: unknown;
    };
    expect(listed).toMatchObject({
      IsTruncated,
      Name,
      Prefix,
      KeyCount: Number(KeyCount),
      MaxKeys: Number(MaxKeys),
      NextContinuationToken: expect.any(String),
      Contents: Contents.map(({ Key, Size, StorageClass }) => ({ Key, Size, StorageClass })),
    });
    expect(head).toMatchObject({ Metadata: metadata.input.Metadata });
  });
});
