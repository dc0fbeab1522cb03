import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { describe, expect, it, vi } from 'vitest';
import { ContractTable } from './contract-table-for-tests.ts';

// What the product expects of items and queries, of the local DynamoDB or of the given target's table.

const table = new ContractTable((settings) => DynamoDBDocumentClient.from(new DynamoDBClient(settings)));
const put = (Item: Record<string, unknown>) =>
  table.client.send(new PutCommand({ TableName: table.name, Item }));
const get = async (pk: string, sk = 'E') => {
  const key = { TableName: table.name, Key: { pk, sk }, ConsistentRead: true };
  return (await table.client.send(new GetCommand(key))).Item;
};
/** The bytes of attribute `blob` that make an item with this key, under the sort key `E`, as large as asked. */
const blobFor = (pk: string, itemBytes: number) =>
  'x'.repeat(itemBytes - Buffer.byteLength(pk) - 'pkskEblob'.length);

describe('an index', () => {
  it('is queried newest first, page by page', async () => {
    const site = table.own('SITE');
    for (const n of [1, 2, 3])
      await put({ pk: table.own(`P${n}`), sk: 'E', gsi1pk: site, gsi1sk: `2026-11-2${n}`, name: `n${n}` });
    const page = {
      TableName: table.name,
      IndexName: 'gsi1',
      KeyConditionExpression: 'gsi1pk = :s',
      ExpressionAttributeValues: { ':s': site },
      ScanIndexForward: false,
      Limit: 2,
    };
    // An index follows its table after a moment.
    await vi.waitFor(async () => {
      const first = await table.client.send(new QueryCommand(page));
      const from = { ExclusiveStartKey: first.LastEvaluatedKey };
      const second = await table.client.send(new QueryCommand({ ...page, ...from }));
      const names = [...(first.Items ?? []), ...(second.Items ?? [])].map(({ name }) => name);
      expect(names).toEqual(['n3', 'n2', 'n1']);
    });
  });

  it('is never read consistently', async () => {
    const query = new QueryCommand({
      TableName: table.name,
      IndexName: 'gsi1',
      KeyConditionExpression: 'gsi1pk = :s',
      ExpressionAttributeValues: { ':s': 'x' },
      ConsistentRead: true,
    });
    await expect(table.client.send(query)).rejects.toThrow(/Consistent reads are not supported/);
  });

  it.each([
    ['an empty key', '', /empty string value.*IndexKey: gsi1pk/],
    ['a partition key over 2,048 bytes', 'x'.repeat(2049), /Size of hashkey has exceeded/],
    ['a key that is no text', 7, /Type mismatch for Index Key gsi1pk/],
  ])('keeps an item with %s out of the table', async (_, gsi1pk, message) => {
    const pk = table.own('P');
    await expect(put({ pk, sk: 'E', gsi1pk, gsi1sk: 'x' })).rejects.toThrow(message);
    expect(await get(pk)).toBeUndefined();
  });
});

describe('an item', () => {
  it('answers a failed condition with itself as it is', async () => {
    const pk = table.own('P');
    await put({ pk, sk: 'E', version: 7 });
    const refused = await table.client
      .send(
        new PutItemCommand({
          TableName: table.name,
          Item: { pk: { S: pk }, sk: { S: 'E' } },
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConditionalCheckFailedException);
    expect((refused as ConditionalCheckFailedException).Item).toMatchObject({ version: { N: '7' } });
  });

  it('loses no increment when fifty updates race', async () => {
    const pk = table.own('COUNTER');
    const add = new UpdateCommand({
      TableName: table.name,
      Key: { pk, sk: 'E' },
      UpdateExpression: 'ADD hits :one',
      ExpressionAttributeValues: { ':one': 1 },
    });
    await Promise.all(Array.from({ length: 50 }, () => table.client.send(add)));
    expect(await get(pk)).toMatchObject({ hits: 50 });
  });

  it('may be 400 KB large and not a byte more', async () => {
    const pk = table.own('P');
    await put({ pk, sk: 'E', blob: blobFor(pk, 409_600) });
    await expect(put({ pk, sk: 'E', blob: blobFor(pk, 409_601) })).rejects.toThrow('maximum allowed size');
    const grow = new UpdateCommand({
      TableName: table.name,
      Key: { pk, sk: 'E' },
      UpdateExpression: 'SET more = :x',
      ExpressionAttributeValues: { ':x': 'x' },
    });
    await expect(table.client.send(grow)).rejects.toThrow(
      'Item size to update has exceeded the maximum allowed size',
    );
  });

  it('may be nested 32 levels deep and no deeper', async () => {
    const nested = (levels: number): unknown => (levels === 0 ? 'x' : [nested(levels - 1)]);
    await put({ pk: table.own('P'), sk: 'E', deep: nested(32) });
    await expect(put({ pk: table.own('P'), sk: 'E', deep: nested(33) })).rejects.toThrow(
      /nested up to 32 levels/,
    );
  });

  it.each([
    ['a partition key over 2,048 bytes', { pk: 'x'.repeat(2049), sk: 'E' }, /Size of hashkey has exceeded/],
    ['a sort key over 1,024 bytes', { pk: 'x', sk: 'x'.repeat(1025) }, /Aggregated size of all range keys/],
    ['an empty key', { pk: '', sk: 'E' }, /empty string value\. Key: pk/],
    ['no sort key', { pk: 'x' }, /Missing the key sk in the item/],
    ['a key that is no text', { pk: 'x', sk: 7 }, /Type mismatch for key sk/],
  ])('is refused with %s', async (_, item, message) => {
    await expect(put(item)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['a reserved word', 'SET status = :v', /reserved keyword: status/],
    ['a value that is not given', 'SET a = :w', /attribute value used in expression is not defined.*:w/],
    ['a value that is not used', 'SET a = b', /unused in expressions: keys: \{:v\}/],
    ['its key as the target', 'SET pk = :v', /part of the key/],
  ])('is not updated by an expression with %s', async (_, UpdateExpression, message) => {
    const update = new UpdateCommand({
      TableName: table.name,
      Key: { pk: table.own('P'), sk: 'E' },
      UpdateExpression,
      ExpressionAttributeValues: { ':v': 'x' },
    });
    await expect(table.client.send(update)).rejects.toThrow(message);
  });
});

describe('a batch', () => {
  const keysOf = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ pk: table.own(`P${n}`), sk: 'E' }));
  const write = (items: readonly Record<string, unknown>[]) =>
    table.client.send(
      new BatchWriteCommand({
        RequestItems: { [table.name]: items.map((Item) => ({ PutRequest: { Item } })) },
      }),
    );
  const read = (Keys: Record<string, unknown>[]) =>
    table.client.send(
      new BatchGetCommand({ RequestItems: { [table.name]: { Keys, ConsistentRead: true } } }),
    );

  it('writes 25 items and reads 100, but no more', async () => {
    await write(keysOf(25));
    expect((await read(keysOf(100))).Responses?.[table.name]).toHaveLength(25);
    const tooMany = /Member must have length less than or equal to|Too many items requested/;
    await expect(write(keysOf(26))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(tooMany),
    });
    await expect(read(keysOf(101))).rejects.toThrow(tooMany);
  });

  it('names each item once', async () => {
    const [key = {}] = keysOf(1);
    await expect(write([key, key])).rejects.toThrow('Provided list of item keys contains duplicates');
    await expect(read([key, key])).rejects.toThrow('Provided list of item keys contains duplicates');
  });
});

it('a query gives at most 1 MB at a time, and says where to go on', async () => {
  const pk = table.own('P');
  for (const sk of ['1', '2', '3']) await put({ pk, sk, blob: 'x'.repeat(380_000) });
  const query = {
    TableName: table.name,
    KeyConditionExpression: 'pk = :p',
    ExpressionAttributeValues: { ':p': pk },
    ConsistentRead: true,
  };
  const first = await table.client.send(new QueryCommand(query));
  const from = { ExclusiveStartKey: first.LastEvaluatedKey };
  const second = await table.client.send(new QueryCommand({ ...query, ...from }));
  expect(first.LastEvaluatedKey).toBeDefined();
  const read = [...(first.Items ?? []), ...(second.Items ?? [])];
  expect(read.map(({ sk }) => sk)).toEqual(['1', '2', '3']);
});
