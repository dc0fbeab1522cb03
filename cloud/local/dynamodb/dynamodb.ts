import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { arn, type ServiceContext } from '../account.ts';
import { physicalName } from '../cloudformation/physical-name.ts';
import { type Created, type Declared, provide, type ResourceProvider } from '../cloudformation/provider.ts';
import { type Service, ServiceError, type ServiceRequest } from '../gateway/service.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { type Json, makeEngine } from './engine.ts';
import { needsOf } from './needs.ts';
import { GlobalTableProperties, TableProperties } from './table-resource.ts';
import { makeTables } from './tables.ts';
import { makeTimeToLive } from './time-to-live.ts';
import { makeTransactions } from './transactions.ts';

const sweepEveryMs = 60_000;

/** Operations that dynalite answers by itself, and those whose writes go through one batch. */
const reads = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'DescribeTable', 'ListTables']);
const writes = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem']);
const own = new Set([
  'TransactWriteItems',
  'TransactGetItems',
  'CreateTable',
  'UpdateTimeToLive',
  'DescribeTimeToLive',
]);

export type DynamoDb = {
  readonly service: Service;
  readonly providers: readonly ResourceProvider[];
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Deletes items whose time to live has passed by the injected clock; returns how many. Runs by itself every minute. */
  sweepExpired(): Promise<number>;
};

/** DynamoDB on disk: dynalite's engine plus transactions, time to live and refusals as AWS words them. No streams. */
export const makeDynamoDb = (context: ServiceContext): DynamoDb => {
  const dir = path.join(context.stateDir, 'tables');
  const engine = makeEngine(dir);
  const tables = makeTables(engine);
  const keyNamesOf = tables.keyNamesOf;
  const transactions = makeTransactions({ engine, keyNamesOf, now: context.now });
  const timeToLive = makeTimeToLive({ engine, keyNamesOf, now: context.now });
  const writing = oneAtATime();
  let sweeping: NodeJS.Timeout | undefined;

  const operate = async (operation: string, input: Json): Promise<Json> => {
    if (reads.has(operation)) return engine.read(operation, input);
    if (writes.has(operation)) return writing(() => writeItems(operation, input));
    switch (operation) {
      case 'TransactWriteItems':
        return writing(() => transactions.write(input));
      case 'TransactGetItems':
        return writing(() => transactions.get(input));
      case 'CreateTable':
        if (input.StreamSpecification !== undefined)
          throw new ServiceError('ValidationException', 'The local cloud has no DynamoDB streams.');
        return writing(() => tables.create(input));
      case 'UpdateTimeToLive':
        return writing(() => timeToLive.update(input));
      default:
        return timeToLive.describe(z.string().parse(input.TableName));
    }
  };

  const writeItems = async (operation: string, input: Json): Promise<Json> => {
    try {
      const plan = await engine.plan(operation, input);
      await engine.commit(plan.writes);
      return plan.answer;
    } catch (error) {
      throw await withOldItem(error, input);
    }
  };

  /** A failed condition answers with the item as it is, for a caller that asked for it. */
  const withOldItem = async (error: unknown, input: Json): Promise<unknown> => {
    if (!(error instanceof ServiceError) || error.code !== 'ConditionalCheckFailedException') return error;
    if (input.ReturnValuesOnConditionCheckFailure !== 'ALL_OLD') return error;
    const { TableName, Key, Item } = Keyed.parse(input);
    const names = await keyNamesOf(TableName);
    const key = Key ?? Object.fromEntries(names.map((name) => [name, Item?.[name]]));
    const old = await engine.read('GetItem', { TableName, Key: key, ConsistentRead: true });
    if (old.Item === undefined) return error;
    return new ServiceError(error.code, error.message, error.status, { Item: old.Item });
  };

  const authorize = async (request: ServiceRequest, input: Json): Promise<void> => {
    for (const { action, resource, tableName, items } of needsOf(request.operation, input)) {
      const keys = tableName === undefined ? [] : await partitionValues(tableName, items);
      request.authorize(action, resource, keys.length > 0 ? { 'dynamodb:LeadingKeys': keys } : {});
    }
  };
  const partitionValues = async (tableName: string, items: readonly Json[]): Promise<string[]> => {
    if (items.length === 0) return [];
    // Who may not touch a table learns that, not whether the table exists.
    const [partitionKey] = await keyNamesOf(tableName).catch(() => []);
    return items.flatMap((item) => {
      const value = partitionKey === undefined ? undefined : item[partitionKey];
      return value === undefined ? [] : Object.values(value as object).map(String);
    });
  };

  const create = async (
    declared: Declared<z.infer<typeof TableProperties> | z.infer<typeof GlobalTableProperties>>,
  ): Promise<Created> => {
    const { properties, stackName, logicalId } = declared;
    const name = properties.TableName ?? physicalName(stackName, logicalId);
    const table = await writing(() => tables.ensure(name, properties));
    await writing(() => timeToLive.set(name, properties.TimeToLiveSpecification ?? { Enabled: false }));
    return { ref: name, attributes: { Arn: arn('dynamodb', `table/${name}`), TableId: table.TableId } };
  };

  const sweepExpired = async (): Promise<number> => {
    const deleted = await writing(() => timeToLive.sweep());
    await writing(() => transactions.forgetExpiredTokens());
    return deleted;
  };

  return {
    service: {
      signingNames: ['dynamodb'],
      protocol: 'json',
      target: 'DynamoDB_20120810',
      operations: [...reads, ...writes, ...own],
      async handle(request) {
        const { operation } = request;
        if (!reads.has(operation) && !writes.has(operation) && !own.has(operation))
          throw new ServiceError(
            'UnknownOperationException',
            `The local cloud does not know the DynamoDB operation ${operation}.`,
          );
        const input = parseInput(request.body);
        await authorize(request, input);
        const answer = await operate(operation, input);
        return {
          status: 200,
          headers: { 'content-type': 'application/x-amz-json-1.0' },
          body: JSON.stringify(answer),
        };
      },
    },
    providers: [
      provide('AWS::DynamoDB::GlobalTable', GlobalTableProperties, create),
      provide('AWS::DynamoDB::Table', TableProperties, create),
    ],
    async start() {
      await mkdir(dir, { recursive: true });
      await engine.open();
      sweeping = setInterval(() => {
        sweepExpired().catch((error: unknown) =>
          context.log.warn('dynamodb_sweep_failed', {
            reason: error instanceof Error ? error.message : 'unknown',
          }),
        );
      }, sweepEveryMs);
      sweeping.unref();
    },
    async stop() {
      clearInterval(sweeping);
      await writing(() => engine.close());
    },
    sweepExpired,
  };
};

const Keyed = z.looseObject({
  TableName: z.string(),
  Key: z.record(z.string(), z.unknown()).optional(),
  Item: z.record(z.string(), z.unknown()).optional(),
});

const parseInput = (body: Buffer): Json => {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(body.toString('utf8')));
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not a JSON object.');
  }
};
