import { fork } from 'node:child_process';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  ScanCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { TableForTests, table } from './table-for-tests.ts';

type TransactItems = TransactWriteCommandInput['TransactItems'];

const db = new TableForTests((config) => DynamoDBDocumentClient.from(new DynamoDBClient(config)));
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
  it('remember the token of a request for ten minutes, over a restart, too', async () => {
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
    db.nowMs += 10 * 60 * 1000;
    await transact(update(1), 'token-1');
    expect(await get('COUNTER', 'X')).toMatchObject({ hits: 2 });
  });

  it('are on disk whole or not at all when the process is killed in the middle of many', async () => {
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
