import { fork } from 'node:child_process';
import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  ScanCommand,
  TransactGetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { putOnce, TableForTests, table } from './table-for-tests.ts';

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

describe('transactions', () => {
  it('writes all items or none, and says which condition failed', async () => {
    await put({ pk: 'EID#1', sk: 'X', by: 'first' });
    const error = await transact([
      putOnce({ pk: 'P#1', sk: 'E#1' }),
      {
        Put: {
          ...putOnce({ pk: 'EID#1', sk: 'X' }).Put,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
    ]).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(TransactionCanceledException);
    const [first, second] = (error as TransactionCanceledException).CancellationReasons ?? [];
    expect(first?.Code).toBe('None');
    expect(second).toMatchObject({ Code: 'ConditionalCheckFailed', Item: { by: { S: 'first' } } });
    expect(await get('P#1', 'E#1')).toBeUndefined();
  });

  it('lets exactly one of fifty racing transactions win', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) =>
        transact([
          putOnce({ pk: 'EID#1', sk: 'X', by: n }),
          {
            Update: {
              TableName: table,
              Key: { pk: 'COUNTER', sk: 'X' },
              UpdateExpression: 'ADD hits :one',
              ExpressionAttributeValues: { ':one': 1 },
            },
          },
        ]),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await get('COUNTER', 'X')).toMatchObject({ hits: 1 });
  });

  it('holds a transaction to its condition checks without writing them', async () => {
    const check = {
      ConditionCheck: {
        TableName: table,
        Key: { pk: 'P#1', sk: 'PROFILE' },
        ConditionExpression: '#s = :active',
        ExpressionAttributeNames: { '#s': 'status' },
        ExpressionAttributeValues: { ':active': 'active' },
      },
    };
    await expect(transact([check, putOnce({ pk: 'A', sk: 'A' })])).rejects.toThrow(
      'ConditionalCheckFailed, None',
    );
    await put({ pk: 'P#1', sk: 'PROFILE', status: 'active' });
    await transact([check, putOnce({ pk: 'A', sk: 'A' })]);
    expect(await get('P#1', 'PROFILE')).toMatchObject({ status: 'active' });
    expect(await get('A', 'A')).toBeDefined();
  });

  it('cancels when an update does not fit the item, and leaves the others unwritten', async () => {
    await put({ pk: 'P#1', sk: 'E', name: 'Ada' });
    const error = await transact([
      putOnce({ pk: 'A', sk: 'A' }),
      {
        Update: {
          TableName: table,
          Key: { pk: 'P#1', sk: 'E' },
          UpdateExpression: 'ADD #n :one',
          ExpressionAttributeNames: { '#n': 'name' },
          ExpressionAttributeValues: { ':one': 1 },
        },
      },
    ]).catch((e: unknown) => e);
    expect((error as TransactionCanceledException).CancellationReasons?.map((r) => r.Code)).toEqual([
      'None',
      'ValidationError',
    ]);
    expect(await get('A', 'A')).toBeUndefined();
  });

  it('does a repeated request once within ten minutes, and refuses its token for other items', async () => {
    const update = (by: number) => [
      {
        Update: {
          TableName: table,
          Key: { pk: 'COUNTER', sk: 'X' },
          UpdateExpression: 'ADD hits :n',
          ExpressionAttributeValues: { ':n': by },
        },
      },
    ];
    await transact(update(1), 'token-1');
    await db.stop();
    await db.start();
    await transact(update(1), 'token-1');
    expect(await get('COUNTER', 'X')).toMatchObject({ hits: 1 });
    await expect(transact(update(2), 'token-1')).rejects.toMatchObject({
      name: 'IdempotentParameterMismatchException',
    });
    db.nowMs += 10 * 60 * 1000;
    await transact(update(1), 'token-1');
    expect(await get('COUNTER', 'X')).toMatchObject({ hits: 2 });
  });

  it('refuses two operations on one item and more than 100 items', async () => {
    const one = putOnce({ pk: 'A', sk: 'A' });
    await expect(transact([one, one])).rejects.toThrow('multiple operations on one item');
    const many = Array.from({ length: 101 }, (_, n) => putOnce({ pk: `A${n}`, sk: 'A' }));
    await expect(transact(many)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('reads several items of one instant, with a gap for what is not there', async () => {
    await put({ pk: 'A', sk: 'A' });
    const keys = ['A', 'B'].map((k) => ({ Get: { TableName: table, Key: { pk: k, sk: k } } }));
    const answer = await db.running.client.send(new TransactGetCommand({ TransactItems: keys }));
    expect(answer.Responses).toEqual([{ Item: { pk: 'A', sk: 'A' } }, {}]);
  });

  it('leaves whole transactions only when the process is killed in the middle of many', async () => {
    await db.stop();
    const child = fork(new URL('./kill-me.fixture.ts', import.meta.url), [db.dir], {
      execArgv: ['--import', 'tsx'],
      silent: true,
    });
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) => reject(new Error(`the writer ended early with code ${code}`)));
    });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    await db.start();
    const { Items = [] } = await db.running.client.send(new ScanCommand({ TableName: table }));
    const index = await db.running.client.send(new ScanCommand({ TableName: table, IndexName: 'gsi1' }));
    const sides = (side: string) => Items.filter((i) => i.sk === side).map((i) => i.pk);
    expect(sides('LEFT').length).toBeGreaterThan(0);
    expect(sides('LEFT')).toEqual(sides('RIGHT'));
    expect(index.Items?.map((i) => i.pk).sort()).toEqual(sides('LEFT').sort());
  });
});
