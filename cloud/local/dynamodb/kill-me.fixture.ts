import { setImmediate } from 'node:timers/promises';
import { makeDynamoDb } from './dynamodb.ts';

/** Writes transactions of two sides, one of them indexed, as fast as it can until it is killed. Says when a few are in. */
const dynamoDb = makeDynamoDb({
  stateDir: process.argv[2] ?? '',
  now: () => 0,
  log: { info() {}, warn() {} },
});
await dynamoDb.start();
for (let n = 0; ; n += 1) {
  const side = (sk: string, more: object) => ({
    Put: { TableName: 'att', Item: { pk: { S: `T#${n}` }, sk: { S: sk }, ...more } },
  });
  await dynamoDb.service.handle({
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.from(
      JSON.stringify({
        TransactItems: [side('LEFT', { gsi1pk: { S: 'S' }, gsi1sk: { S: `${n}` } }), side('RIGHT', {})],
      }),
    ),
    operation: 'TransactWriteItems',
    principal: { kind: 'administrator', arn: 'arn:aws:iam::000000000000:root' },
    authorize() {},
  });
  if (n === 20) process.send?.('busy');
  await setImmediate();
}
