import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Store, type SubStore, type Write } from 'dynalite/db/index.js';
import { checkTypes, checkValidations } from 'dynalite/validations/index.js';
import { z } from 'zod';
import { account } from '../account.ts';
import { ServiceError } from '../gateway/service.ts';
import { checkItem, type IndexKey } from './item-rules.ts';

export type Json = Readonly<Record<string, unknown>>;
export type { Write };

/** What one operation would answer, and every write to items and indexes that it would make. */
type Plan = { readonly answer: Json; readonly writes: readonly Write[] };

/**
 * dynalite's parsing, validation, expressions and indexes over LevelDB, in process and without its HTTP server:
 * nothing listens, so no unsigned request can reach a table.
 *
 * Invariant: items and index entries change only through `commit`, one LevelDB batch, which is atomic.
 * A process killed at any instant leaves the whole of a transaction or nothing of it.
 */
export interface Engine {
  open(): Promise<void>;
  close(): Promise<void>;
  /** dynalite's own check of an input; throws a ServiceError in AWS's words. */
  check(operation: string, input: Json): void;
  /** Runs an operation that changes no item. */
  read(operation: string, input: Json): Promise<Json>;
  /** Runs an operation on items up to the point where it would write. */
  plan(operation: string, input: Json): Promise<Plan>;
  commit(writes: readonly Write[]): Promise<void>;
  /** Forgets a table that never became active. */
  dropUnfinishedTable(name: string): Promise<void>;
  /** Records of our own beside the tables: time-to-live settings, idempotency tokens. `kind` is part of the key. */
  record(kind: RecordKind, name: string): Promise<unknown>;
  records(kind: RecordKind): Promise<readonly (readonly [name: string, value: unknown])[]>;
}

export type RecordKind = 'idempotency' | 'ttl';

export const recordKey = (kind: RecordKind, name: string): string => `${kind}~${name}`;

type Action = (
  store: Store,
  input: Record<string, unknown>,
  callback: (error: Error | null, answer?: Json) => void,
) => void;

const require = createRequire(import.meta.url);
const lowerFirst = (operation: string) => operation.charAt(0).toLowerCase() + operation.slice(1);
const actionOf = (operation: string): Action => require(`dynalite/actions/${lowerFirst(operation)}.js`);
const inputOf = (operation: string): { types: unknown; custom: unknown } =>
  require(`dynalite/validations/${lowerFirst(operation)}.js`);

/** `dir` is LevelDB's folder; only one process may have it open. */
export const makeEngine = (dir: string): Engine => {
  let opened: Store | undefined;
  const store = (): Store => {
    if (opened === undefined) throw new Error('the tables are not open yet: call open() first');
    return opened;
  };

  const parse = (operation: string, input: Json): Record<string, unknown> => {
    const { types, custom } = inputOf(operation);
    try {
      const parsed = checkTypes(structuredClone(input), types);
      checkValidations(parsed, types, custom, store());
      return parsed;
    } catch (error) {
      throw asServiceError(error);
    }
  };
  const run = (operation: string, input: Json, on: Store): Promise<Json> => {
    const parsed = parse(operation, input);
    return new Promise((resolve, reject) => {
      actionOf(operation)(on, parsed, (error, answer) =>
        error === null || error === undefined ? resolve(answer ?? {}) : reject(asServiceError(error)),
      );
    });
  };

  const indexKeys = new Map<string, readonly IndexKey[]>();
  const indexKeysOf = async (table: string): Promise<readonly IndexKey[]> => {
    const known = indexKeys.get(table);
    if (known !== undefined) return known;
    const keys = indexKeysIn(await run('DescribeTable', { TableName: table }, store()));
    indexKeys.set(table, keys);
    return keys;
  };

  return {
    async open() {
      opened = await openOrExplain(dir);
    },
    close: async () => opened?.db.close(),
    check: (operation, input) => void parse(operation, input),
    read: (operation, input) => run(operation, input, store()),
    async plan(operation, input) {
      const writes: Write[] = [];
      const answer = await run(operation, input, collecting(store(), writes));
      for (const write of writes) {
        if (write.type !== 'put' || !write.key.startsWith(itemPrefix)) continue;
        const table = write.key.slice(itemPrefix.length, write.key.indexOf('~'));
        checkItem(write.value as Json, await indexKeysOf(table));
      }
      return { answer, writes };
    },
    commit: (writes) => store().db.batch(writes),
    dropUnfinishedTable: (name) => store().db.batch([{ type: 'del', key: `table~${name}` }]),
    record: (kind, name) => store().db.get(recordKey(kind, name)),
    async records(kind) {
      const found: [string, unknown][] = [];
      const prefix = recordKey(kind, '');
      for await (const [key, value] of store().db.iterator({ gte: prefix, lt: `${prefix}\uffff` }))
        found.push([key.slice(prefix.length), value]);
      return found;
    },
  };
};

const itemPrefix = 'item-';

const IndexList = z
  .array(
    z.object({
      IndexName: z.string(),
      KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
    }),
  )
  .default([]);
const DescribedIndexes = z.object({
  Table: z.object({ GlobalSecondaryIndexes: IndexList, LocalSecondaryIndexes: IndexList }),
});

/** The key attributes of a table's indexes, from DescribeTable's answer. */
const indexKeysIn = (described: Json): readonly IndexKey[] => {
  const { GlobalSecondaryIndexes, LocalSecondaryIndexes } = DescribedIndexes.parse(described).Table;
  return [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes].flatMap(({ IndexName, KeySchema }) =>
    KeySchema.map(({ AttributeName, KeyType }) => ({
      indexName: IndexName,
      attribute: AttributeName,
      keyType: KeyType,
    })),
  );
};

/** The same store, but writes go to a list. The key prefixes are those of dynalite's own `getItemDb` and `getIndexDb`. */
const collecting = (store: Store, writes: Write[]): Store => {
  const collect = (inner: SubStore, prefix: string): SubStore => ({
    ...inner,
    put(key, value, callback) {
      writes.push({ type: 'put', key: prefix + key, value });
      callback(null);
    },
    del(key, callback) {
      writes.push({ type: 'del', key: prefix + key });
      callback(null);
    },
  });
  return {
    ...store,
    getItemDb: (table) => collect(store.getItemDb(table), `${itemPrefix}${table}~`),
    getIndexDb: (kind, table, index) =>
      collect(store.getIndexDb(kind, table, index), `index-${kind.toLowerCase()}~${table}~${index}~`),
  };
};

/** LevelDB begins to write as soon as it is made, so it is made only here, in a folder that nobody else may read. */
const openOrExplain = async (dir: string): Promise<Store> => {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const store = create({ path: dir, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  store.tableDb.awsAccountId = account.id;
  store.tableDb.awsRegion = account.region;
  try {
    await store.db.open();
    return store;
  } catch (error) {
    throw new Error(
      `cannot open the tables in ${dir}: another local cloud may be using them. Stop it, or choose another state folder.`,
      { cause: error },
    );
  }
};

/** dynalite's errors carry the answer's body; anything else is a fault of this program and passes through. */
const asServiceError = (error: unknown): unknown => {
  const body = (error as { body?: { __type?: string; message?: string; Message?: string } }).body;
  if (body?.__type === undefined) return error;
  return new ServiceError(
    body.__type.split('#').at(-1) ?? body.__type,
    body.message ?? body.Message ?? '',
    400,
  );
};
