import { z } from 'zod';
import { ServiceError } from '../gateway/service.ts';
import { type Engine, type Json, recordKey } from './engine.ts';
import type { KeyNamesOf } from './transactions.ts';

const Specification = z.object({ Enabled: z.boolean(), AttributeName: z.string().optional() });
const UpdateInput = z.looseObject({
  TableName: z.string(),
  TimeToLiveSpecification: z.object({ Enabled: z.boolean(), AttributeName: z.string() }),
});

/** DynamoDB leaves items alone whose time to live lies more than five years back. */
const oldestSeconds = 5 * 365 * 24 * 60 * 60;

export interface TimeToLive {
  set(tableName: string, specification: z.infer<typeof Specification>): Promise<void>;
  update(input: Json): Promise<Json>;
  describe(tableName: string): Promise<Json>;
  /** Deletes every item whose time has passed and returns how many they were. The caller lets nothing else write meanwhile. */
  sweep(): Promise<number>;
}

/** Time to live: which attribute of which table, kept beside the tables, and the deletion of what has expired. */
export const makeTimeToLive = (deps: {
  readonly engine: Engine;
  readonly keyNamesOf: KeyNamesOf;
  readonly now: () => number;
}): TimeToLive => {
  const { engine, keyNamesOf, now } = deps;
  const ttl: TimeToLive = {
    async set(tableName, specification) {
      await keyNamesOf(tableName);
      await engine.commit([{ type: 'put', key: recordKey('ttl', tableName), value: specification }]);
    },
    async update(input) {
      const parsed = UpdateInput.safeParse(input);
      if (!parsed.success) throw new ServiceError('ValidationException', z.prettifyError(parsed.error));
      const { TableName, TimeToLiveSpecification } = parsed.data;
      const known = Specification.safeParse(await engine.record('ttl', TableName));
      const { Enabled } = TimeToLiveSpecification;
      if ((known.success && known.data.Enabled) === Enabled)
        throw new ServiceError(
          'ValidationException',
          `TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`,
        );
      await ttl.set(TableName, TimeToLiveSpecification);
      return { TimeToLiveSpecification };
    },
    async describe(tableName) {
      await keyNamesOf(tableName);
      const found = Specification.safeParse(await engine.record('ttl', tableName));
      return {
        TimeToLiveDescription:
          found.success && found.data.Enabled
            ? { TimeToLiveStatus: 'ENABLED', AttributeName: found.data.AttributeName }
            : { TimeToLiveStatus: 'DISABLED' },
      };
    },
    async sweep() {
      let deleted = 0;
      for (const [tableName, value] of await engine.records('ttl')) {
        const { Enabled, AttributeName } = Specification.parse(value);
        if (Enabled && AttributeName !== undefined) deleted += await sweepTable(tableName, AttributeName);
      }
      return deleted;
    },
  };

  const sweepTable = async (tableName: string, attribute: string): Promise<number> => {
    const nowSeconds = Math.floor(now() / 1000);
    const names = await keyNamesOf(tableName);
    let deleted = 0;
    let from: unknown;
    do {
      const page = Page.parse(
        await engine.read('Scan', {
          TableName: tableName,
          FilterExpression: '#ttl BETWEEN :oldest AND :now',
          ExpressionAttributeNames: { '#ttl': attribute },
          ExpressionAttributeValues: {
            ':oldest': { N: String(nowSeconds - oldestSeconds) },
            ':now': { N: String(nowSeconds) },
          },
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        }),
      );
      for (const item of page.Items) {
        const Key = Object.fromEntries(names.map((name) => [name, item[name]]));
        await engine.commit((await engine.plan('DeleteItem', { TableName: tableName, Key })).writes);
        deleted += 1;
      }
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return deleted;
  };
  return ttl;
};

const Page = z.looseObject({
  Items: z.array(z.record(z.string(), z.unknown())),
  LastEvaluatedKey: z.unknown().optional(),
});
