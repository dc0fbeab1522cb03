/** The parts of dynalite 4.0.0 (pinned exactly) that engine.ts drives without its HTTP server. */
declare module 'dynalite/db/index.js' {
  type Callback<T = unknown> = (error: Error | null, value?: T) => void;

  export interface SubStore {
    lock: unknown;
    get(key: string, callback: Callback): void;
    put(key: string, value: unknown, callback: Callback): void;
    del(key: string, callback: Callback): void;
    createValueStream(range: unknown): unknown;
  }

  export type Write = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string };

  export interface Store {
    db: {
      open(): Promise<void>;
      close(): Promise<void>;
      get(key: string): Promise<unknown>;
      batch(writes: readonly Write[]): Promise<void>;
      iterator(range: { gte: string; lt: string }): AsyncIterable<[string, unknown]>;
    };
    tableDb: SubStore & { awsAccountId: string; awsRegion: string };
    getItemDb(table: string): SubStore;
    getIndexDb(kind: string, table: string, index: string): SubStore;
  }

  export function create(options: {
    path: string;
    createTableMs: number;
    deleteTableMs: number;
    updateTableMs: number;
  }): Store;
}

declare module 'dynalite/validations/index.js' {
  import type { Store } from 'dynalite/db/index.js';

  export function checkTypes(input: object, types: unknown): Record<string, unknown>;
  export function checkValidations(
    input: Record<string, unknown>,
    types: unknown,
    custom: unknown,
    store: Store,
  ): void;
}
