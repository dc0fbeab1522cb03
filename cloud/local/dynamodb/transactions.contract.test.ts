import { randomUUID } from 'node:crypto';
import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactGetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { ContractTable } from './contract-table-for-tests.ts';

// What the product expects of transactions, of the local DynamoDB or of the given target's table.

const table = new ContractTable((settings) => DynamoDBDocumentClient.from(new DynamoDBClient(settings)));
const keyOf = (name: string) => ({ pk: table.own(name), sk: 'E' });
const put = (name: string, more: object = {}) =>
  table.client.send(new PutCommand({ TableName: table.name, Item: { ...keyOf(name), ...more } }));
const get = async (name: string) => {
  const key = { TableName: table.name, Key: keyOf(name), ConsistentRead: true };
  return (await table.client.send(new GetCommand(key))).Item;
};
const transact = (TransactItems: TransactWriteCommandInput['TransactItems'], ClientRequestToken?: string) =>
  table.client.send(
    new TransactWriteCommand({
      TransactItems,
      ...(ClientRequestToken === undefined ? {} : { ClientRequestToken }),
    }),
  );
const putOnce = (name: string, more: object = {}) => ({
  Put: {
    TableName: table.name,
    Item: { ...keyOf(name), ...more },
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});
const add = (name: string, attribute: string, by: number) => ({
  Update: {
    TableName: table.name,
    Key: keyOf(name),
    UpdateExpression: 'ADD #a :by',
    ExpressionAttributeNames: { '#a': attribute },
    ExpressionAttributeValues: { ':by': by },
  },
});
const reasonsOf = async (work: Promise<unknown>) => {
  const error = await work.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(TransactionCanceledException);
  const { message, CancellationReasons = [] } = error as TransactionCanceledException;
  return { message, reasons: CancellationReasons };
};

describe('a transaction', () => {
  it('writes all items or none, and gives a reason for each item, in the order of the request', async () => {
    await put('TAKEN', { by: 'first' });
    await put('TEXT', { hits: 'many' });
    const { message, reasons } = await reasonsOf(
      transact([
        putOnce('A'),
        { Put: { ...putOnce('TAKEN').Put, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },
        add('TEXT', 'hits', 1),
        {
          ConditionCheck: {
            TableName: table.name,
            Key: keyOf('NOBODY'),
            ConditionExpression: 'attribute_exists(pk)',
          },
        },
        putOnce('B'),
      ]),
    );
    const codes = ['None', 'ConditionalCheckFailed', 'ValidationError', 'ConditionalCheckFailed', 'None'];
    expect(reasons.map(({ Code }) => Code)).toEqual(codes);
    expect(message).toBe(
      `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    );
    expect(reasons[1]?.Item).toMatchObject({ by: { S: 'first' } });
    expect(reasons[1]?.Message).toBe('The conditional request failed');
    expect(reasons[3]).not.toHaveProperty('Item');
    expect([await get('A'), await get('B')]).toEqual([undefined, undefined]);
  });

  it('wins alone when fifty race for one item', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) => transact([putOnce('ONCE', { by: n }), add('COUNTER', 'hits', 1)])),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await get('COUNTER')).toMatchObject({ hits: 1 });
  });

  it('is held to its condition checks, and does not write them', async () => {
    const check = {
      ConditionCheck: {
        TableName: table.name,
        Key: keyOf('PROFILE'),
        ConditionExpression: '#s = :active',
        ExpressionAttributeNames: { '#s': 'status' },
        ExpressionAttributeValues: { ':active': 'active' },
      },
    };
    await expect(transact([check, putOnce('A')])).rejects.toThrow('ConditionalCheckFailed, None');
    await put('PROFILE', { status: 'active' });
    await transact([check, putOnce('A')]);
    expect(await get('PROFILE')).toEqual({ ...keyOf('PROFILE'), status: 'active' });
    expect(await get('A')).toBeDefined();
  });

  it('is done once when it is repeated under its token, which serves for no other', async () => {
    const token = randomUUID();
    for (let time = 0; time < 2; time += 1) await transact([add('COUNTER', 'hits', 1)], token);
    expect(await get('COUNTER')).toMatchObject({ hits: 1 });
    await expect(transact([add('COUNTER', 'hits', 2)], token)).rejects.toMatchObject({
      name: 'IdempotentParameterMismatchException',
    });
  });

  it('holds 100 items, and no more', async () => {
    const items = (count: number) => Array.from({ length: count }, (_, n) => putOnce(`P${n}`));
    await transact(items(100));
    expect(await get('P99')).toBeDefined();
    await expect(transact(items(101))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('less than or equal to 100'),
    });
  });

  it('holds 4 MB, and no more', async () => {
    const large = Array.from({ length: 11 }, (_, n) => putOnce(`L${n}`, { blob: 'x'.repeat(390_000) }));
    await expect(transact(large)).rejects.toMatchObject({ name: 'ValidationException' });
    expect(await get('L0')).toBeUndefined();
  });

  it('names each item once, to write it or to read it', async () => {
    const twice = 'Transaction request cannot include multiple operations on one item';
    await expect(transact([putOnce('A'), add('A', 'hits', 1)])).rejects.toMatchObject({
      name: 'ValidationException',
      message: twice,
    });
    const reads = ['A', 'A'].map((name) => ({ Get: { TableName: table.name, Key: keyOf(name) } }));
    const read = table.client.send(new TransactGetCommand({ TransactItems: reads }));
    await expect(read).rejects.toMatchObject({ name: 'ValidationException', message: twice });
  });

  it.each([
    ['an item over 400 KB', (): object => ({ blob: 'x'.repeat(409_600) }), /maximum allowed size/],
    ['an empty key of an index', (): object => ({ gsi1pk: '', gsi1sk: 'x' }), /IndexKey: gsi1pk/],
  ])('is cancelled by %s', async (_, more, message) => {
    const { reasons } = await reasonsOf(transact([putOnce('A'), putOnce('B', more())]));
    expect(reasons.map(({ Code }) => Code)).toEqual(['None', 'ValidationError']);
    expect(reasons[1]?.Message).toMatch(message);
    expect(await get('A')).toBeUndefined();
  });

  it('reads several items of one instant, with a gap for what is not there', async () => {
    await put('A');
    const TransactItems = ['A', 'B'].map((name) => ({ Get: { TableName: table.name, Key: keyOf(name) } }));
    const { Responses } = await table.client.send(new TransactGetCommand({ TransactItems }));
    expect(Responses).toEqual([{ Item: keyOf('A') }, {}]);
  });
});
