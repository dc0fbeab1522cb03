import type { Records } from '../../durable-records.ts';

/** Records that are forgotten with the process, for simulations. */
export const makeMemoryRecords = (): Records => {
  const records = new Map<string, unknown>();
  return {
    async commit(changes) {
      for (const change of changes) {
        if (change.type === 'put') records.set(change.key, change.value);
        else records.delete(change.key);
      }
    },
    scrub: async () => {},
    get: async (key) => records.get(key),
    list: async (prefix) =>
      [...records]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), value] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
  };
};
