import {
  DescribeLimitsCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  ScanCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { declared, putOnce, TableForTests, table, tableArn } from './table-for-tests.ts';

type TransactItems = TransactWriteCommandInput['TransactItems'];

const db = new TableForTests((config) => DynamoDBDocumentClient.from(new DynamoDBClient(config)));
const put = (Item: Record<string, unknown>) =>
  db.running.client.send(new PutCommand({ TableName: table, Item }));
const get = async (pk: string, sk: string) =>
  (await db.running.client.send(new GetCommand({ TableName: table, Key: { pk, sk } }))).Item;
const transact = (TransactItems: TransactItems, ClientRequestToken?: string) =>
  db.running.client.send(
    new TransactWriteCommand({
      TransactItems,
      ...(ClientRequestToken === undefined ? {} : { ClientRequestToken }),
    }),
  );

describe('a table', () => {
  it('projects into an index what its declaration names, and nothing else', async () => {
    await put({ pk: 'P#1', sk: 'E', gsi1pk: 'S#main', gsi1sk: '1', name: 'Ada', secret: 'x' });
    const { Items = [] } = await db.running.client.send(
      new ScanCommand({ TableName: table, IndexName: 'gsi1' }),
    );
    expect(Items).toEqual([{ pk: 'P#1', sk: 'E', gsi1pk: 'S#main', gsi1sk: '1', name: 'Ada' }]);
  });

  it('keeps items, indexes and time-to-live settings over a restart', async () => {
    await put({ pk: 'P#1', sk: 'E', gsi1pk: 'S#main', gsi1sk: '1', name: 'Ada' });
    await db.stop();
    await db.start();
    expect(await get('P#1', 'E')).toMatchObject({ name: 'Ada' });
    const ttl = await db.running.client.send(new DescribeTimeToLiveCommand({ TableName: table }));
    expect(ttl.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' });
    const again = { TableName: table, TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' } };
    await expect(db.running.client.send(new UpdateTimeToLiveCommand(again))).rejects.toThrow(
      'TimeToLive is already enabled',
    );
    const scan = await db.running.client.send(new ScanCommand({ TableName: table, IndexName: 'gsi1' }));
    expect(scan.Count).toBe(1);
  });

  it('names an operation that it does not know', async () => {
    await expect(db.running.client.send(new DescribeLimitsCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
  });
});

describe('time to live', () => {
  it('deletes what has expired by the injected clock, and nothing else', async () => {
    const nowSeconds = db.nowMs / 1000;
    await put({ pk: 'OLD', sk: 'X', ttl: nowSeconds + 60, gsi1pk: 'S', gsi1sk: '1' });
    await put({ pk: 'LATER', sk: 'X', ttl: nowSeconds + 600 });
    await put({ pk: 'NEVER', sk: 'X' });
    await put({ pk: 'WORDS', sk: 'X', ttl: 'soon' });
    expect(await db.running.dynamoDb.sweepExpired()).toBe(0);
    db.nowMs += 61_000;
    expect(await db.running.dynamoDb.sweepExpired()).toBe(1);
    const left = await db.running.client.send(new ScanCommand({ TableName: table }));
    expect(left.Items?.map((i) => i.pk).sort()).toEqual(['LATER', 'NEVER', 'WORDS']);
    expect(
      (await db.running.client.send(new ScanCommand({ TableName: table, IndexName: 'gsi1' }))).Count,
    ).toBe(0);
  });
});

describe('permissions', () => {
  it('asks for each item action of a transaction, with its partition key', async () => {
    await transact([
      putOnce({ pk: 'A', sk: 'A' }),
      { Delete: { TableName: table, Key: { pk: 'B', sk: 'B' } } },
      {
        ConditionCheck: {
          TableName: table,
          Key: { pk: 'C', sk: 'C' },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
    ]);
    expect(db.running.server.asked.map(({ action, resource }) => [action, resource])).toEqual([
      ['dynamodb:PutItem', tableArn],
      ['dynamodb:DeleteItem', tableArn],
      ['dynamodb:ConditionCheckItem', tableArn],
    ]);
    expect(db.running.server.asked[0]?.context).toMatchObject({ 'dynamodb:LeadingKeys': ['A'] });
  });

  it('asks for the index when an index is queried', async () => {
    await db.running.client.send(new ScanCommand({ TableName: table, IndexName: 'gsi1' }));
    expect(db.running.server.asked.at(-1)).toMatchObject({
      action: 'dynamodb:Scan',
      resource: `${tableArn}/index/gsi1`,
    });
  });

  it('writes nothing of a transaction when one action is not allowed', async () => {
    db.allows = ({ action }) => action !== 'dynamodb:DeleteItem';
    await expect(
      transact([putOnce({ pk: 'A', sk: 'A' }), { Delete: { TableName: table, Key: { pk: 'B', sk: 'B' } } }]),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(await get('A', 'A')).toBeUndefined();
  });

  it('does not tell a caller without permission whether a table exists', async () => {
    db.allows = () => false;
    const key = { TableName: 'no-such-table', Key: { pk: 'A' } };
    await expect(db.running.client.send(new GetCommand(key))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});

describe('declaration', () => {
  it('refuses to open a table under other keys, and says what to do', async () => {
    await db.stop();
    const other = {
      ...declared.properties,
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: declared.properties.AttributeDefinitions.filter((a) => a.AttributeName !== 'sk'),
    };
    await expect(db.start(other)).rejects.toThrow('--fresh');
    await db.stop();
    await db.start();
  });

  it('refuses a property that it does not know, and streams', () => {
    const [provider] = db.running.dynamoDb.providers;
    const parsed = provider?.properties.safeParse({
      ...declared.properties,
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    });
    expect(parsed?.error?.issues[0]).toMatchObject({
      code: 'unrecognized_keys',
      keys: ['StreamSpecification'],
    });
  });
});
