import { mkdirSync } from 'node:fs';
import { ClassicLevel } from 'classic-level';

/** One change of a commit: a new value (anything JSON can hold), or none any more. */
export type Change =
  | { readonly type: 'put'; readonly key: string; readonly value: unknown }
  | { readonly type: 'del'; readonly key: string };

/** Records of one service on disk. */
export interface Records {
  /**
   * Applies all changes or none. Once resolved they survive the end of the process, however it comes;
   * with `flush` also that of the machine, which costs a write to the disk itself.
   */
  commit(changes: readonly Change[], options?: { readonly flush: boolean }): Promise<void>;
  get(key: string): Promise<unknown>;
  /** The records whose key begins with `prefix`, in the order of their keys, which come without it. */
  list(prefix: string): Promise<readonly (readonly [key: string, value: unknown])[]>;
  /** Takes what was deleted below `prefix` off the disk: LevelDB alone only marks it as deleted, and it may be a face. */
  scrub(prefix: string): Promise<void>;
}

/** One LevelDB folder that the services share, a section each. */
export interface RecordStore {
  /** Rejects with a plain Error that says the remedy. */
  open(): Promise<void>;
  close(): Promise<void>;
  section(name: string): Records;
}

/** Opens nothing yet, and writes nothing. Only one process may have `dir` open; only its owner may look into it. */
export const makeRecordStore = (dir: string): RecordStore => {
  // Not made before it is opened: LevelDB opens by itself whatever is made.
  let opened: ClassicLevel<string, unknown> | undefined;
  const level = (): ClassicLevel<string, unknown> => {
    if (opened === undefined) throw new Error(`the records in ${dir} are not open`);
    return opened;
  };

  return {
    async open() {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      const opening = new ClassicLevel<string, unknown>(dir, { valueEncoding: 'json' });
      try {
        await opening.open();
      } catch (cause) {
        throw new Error(
          `cannot open the records in ${dir}: another local cloud may be using them. Stop it, or choose another state folder.`,
          { cause },
        );
      }
      opened = opening;
    },
    close: async () => opened?.close(),
    section(name) {
      const full = (key: string): string => `${name}/${key}`;
      return {
        commit: async (changes, { flush } = { flush: false }) =>
          level().batch(
            changes.map((change) => ({ ...change, key: full(change.key) })),
            { sync: flush },
          ),
        get: async (key) => level().get(full(key)),
        async list(prefix) {
          const from = full(prefix);
          const found: [string, unknown][] = [];
          for await (const [key, value] of level().iterator({ gte: from, lt: `${from}\uffff` }))
            found.push([key.slice(from.length), value]);
          return found;
        },
        async scrub(prefix) {
          const [first, last] = [full(prefix), `${full(prefix)}\uffff`];
          // The first round brings what is in memory into a table. The second one's own table spans the range, so that
          // every other table there is merged with it; and only a merge drops what was deleted.
          for (let round = 1; round <= 2; round += 1) {
            await level().batch([
              { type: 'del', key: first },
              { type: 'del', key: last },
            ]);
            await level().compactRange(first, last);
          }
        },
      };
    },
  };
};
