import { describe, expect, it } from 'vitest';
import { readPage } from './read-page.ts';

/** Items by partition, oldest first; a position is `<partition>-<number>`. */
const table: Readonly<Record<string, readonly string[]>> = {
  c: ['c-1', 'c-2'],
  b: [],
  a: ['a-1', 'a-2', 'a-3'],
};
const queries: string[] = [];
const list = (
  limit: number,
  after: string | null,
  options: { keep?: (item: string) => boolean; from?: string } = {},
) =>
  readPage({
    partitions: ['c', 'b', 'a'],
    range: { from: options.from ?? 'a', to: 'd' },
    after,
    limit,
    query: async (partition, range, max) => {
      queries.push(partition);
      const within = (table[partition] ?? []).filter((item) => item >= range.from && item <= range.to);
      return within.toReversed().slice(0, max);
    },
    positionOf: (item) => item,
    ...(options.keep === undefined ? {} : { keep: options.keep }),
  });

/** Every page of the list, one after the other. */
const pages = async (limit: number, options: Parameters<typeof list>[2] = {}): Promise<string[][]> => {
  const all: string[][] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof list>> = await list(limit, after, options);
    all.push([...page.items]);
    after = page.next;
  } while (after !== null);
  return all;
};

describe('reading a list page by page', () => {
  it.each([1, 2, 3, 4, 5, 6])('shows every item once, newest first, %i at a time', async (limit) => {
    const all = await pages(limit);
    expect(all.flat()).toEqual(['c-2', 'c-1', 'a-3', 'a-2', 'a-1']);
    expect(all.slice(0, -1).every((page) => page.length === limit)).toBe(true);
  });

  it('fills a page although it skips items', async () => {
    const odd = await pages(1, { keep: (item) => !item.endsWith('2') });
    expect(odd).toEqual([['c-1'], ['a-3'], ['a-1']]);
  });

  it('ends at the lower end of its range', async () => {
    expect((await pages(2, { from: 'a-3' })).flat()).toEqual(['c-2', 'c-1', 'a-3']);
  });

  it('reads no further partition than it needs', async () => {
    queries.length = 0;
    await list(1, null);
    expect(queries).toEqual(['c']);
  });
});
