import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { beforeEach } from 'vitest';
import { declared, TableForTests } from '../local/dynamodb/table-for-tests.ts';
import type { TableAccess } from './table/batch-get.ts';

const tableName = 'rollcall';
const keyPair = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' },
  { AttributeName: sort, KeyType: 'RANGE' },
];
/** The table as cloud/infra/storage.ts declares it. */
const properties = {
  ...declared.properties,
  TableName: tableName,
  AttributeDefinitions: ['pk', 'sk', 'gsi1pk', 'gsi1sk', 'gsi2pk', 'gsi2sk'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  GlobalSecondaryIndexes: ['gsi1', 'gsi2'].map((IndexName) => ({
    IndexName,
    KeySchema: keyPair(`${IndexName}pk`, `${IndexName}sk`),
    Projection: { ProjectionType: 'ALL' },
  })),
};

/** The single table on the local DynamoDB, empty before each test of the file. */
export const rollcallTableForTests = () => {
  const db = new TableForTests((config) =>
    DynamoDBDocumentClient.from(new DynamoDBClient(config), {
      marshallOptions: { removeUndefinedValues: true },
    }),
  );
  beforeEach(async () => {
    const [provider] = db.running.dynamoDb.providers;
    await provider?.create({ ...declared, properties: provider.properties.parse(properties) });
  });
  return {
    access: (): TableAccess => ({ client: db.running.client, tableName }),
    /** Actions that DynamoDB checked permissions for since the last call, each once, with the index in brackets. */
    asked: (): readonly string[] => {
      const questions = db.running.server.asked.splice(0);
      const named = questions.map(({ action, resource }) => {
        const [, index] = resource.split('/index/');
        return index === undefined ? action : `${action} (${index})`;
      });
      return [...new Set(named.map((name) => name.replace('dynamodb:', '')))].sort();
    },
    /** Counts the requests that `work` sends. */
    requests: async (work: () => Promise<unknown>): Promise<number> => {
      let sent = 0;
      const count = { name: 'countRequests', step: 'finalizeRequest', override: true } as const;
      const { middlewareStack } = db.running.client;
      middlewareStack.add(
        (next) => (args) => {
          sent += 1;
          return next(args);
        },
        count,
      );
      await work();
      middlewareStack.remove(count.name);
      return sent;
    },
  };
};
