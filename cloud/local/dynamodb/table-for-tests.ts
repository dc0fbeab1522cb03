import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { PolicyQuestion } from '../iam/policy.ts';
import { serveForTests } from '../serve-for-tests.ts';
import { type DynamoDb, makeDynamoDb } from './dynamodb.ts';

export const table = 'att';
export const tableArn = 'arn:aws:dynamodb:eu-central-1:000000000000:table/att';
export const declared = {
  logicalId: 'Table',
  type: 'AWS::DynamoDB::GlobalTable',
  stackName: 'Test',
  properties: {
    TableName: table,
    AttributeDefinitions: ['pk', 'sk', 'gsi1pk', 'gsi1sk'].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'gsi1',
        KeySchema: [
          { AttributeName: 'gsi1pk', KeyType: 'HASH' },
          { AttributeName: 'gsi1sk', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['name'] },
      },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    Replicas: [{ Region: 'eu-central-1' }],
  },
};

/** A running DynamoDB with one empty table and a client for it, fresh for each test of the file. `connect` makes the client. */
export class TableForTests<Client extends { destroy(): void }> {
  readonly #connect: (config: Server['config']) => Client;
  nowMs = 0;
  allows: (question: PolicyQuestion) => boolean = () => true;
  dir = '';
  #running: Running<Client> | undefined;

  constructor(connect: (config: Server['config']) => Client) {
    this.#connect = connect;
    beforeEach(async () => {
      this.dir = await mkdtemp(path.join(tmpdir(), 'rollcall-dynamodb-'));
      this.nowMs = Date.parse('2026-11-23T08:00:00.000Z');
      this.allows = () => true;
      await this.start();
    });
    afterEach(async () => {
      await this.stop();
      await rm(this.dir, { recursive: true, force: true });
    });
  }

  async start(properties: object = declared.properties): Promise<void> {
    const dynamoDb = makeDynamoDb({
      stateDir: this.dir,
      now: () => this.nowMs,
      log: { info() {}, warn() {} },
    });
    await dynamoDb.start();
    const server = await serveForTests(dynamoDb.service, (question) => this.allows(question));
    this.#running = { dynamoDb, server, client: this.#connect(server.config) };
    const [provider] = dynamoDb.providers;
    await provider?.create({ ...declared, properties: provider.properties.parse(properties) });
  }

  async stop(): Promise<void> {
    const { client, server, dynamoDb } = this.running;
    this.#running = undefined;
    client.destroy();
    await server.close();
    await dynamoDb.stop();
  }

  get running(): Running<Client> {
    if (this.#running === undefined) throw new Error('start() first');
    return this.#running;
  }
}

type Server = Awaited<ReturnType<typeof serveForTests>>;

type Running<Client> = {
  readonly dynamoDb: DynamoDb;
  readonly server: Server;
  readonly client: Client;
};

export const putOnce = (Item: object) => ({
  Put: { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' },
});
