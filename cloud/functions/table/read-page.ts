/** A stretch of positions, both ends included. */
export type PositionRange = { readonly from: string; readonly to: string };

export type PageRequest<T> = {
  /** Partitions to read one after the other, the newest first. */
  readonly partitions: readonly string[];
  readonly range: PositionRange;
  /** Position of the last item of the page before, or null for the first page. */
  readonly after: string | null;
  readonly limit: number;
  /** At most `limit` items of a partition within the range, newest first. */
  readonly query: (partition: string, range: PositionRange, limit: number) => Promise<readonly T[]>;
  readonly positionOf: (item: T) => string;
  /** Items that the list does not show are read but skipped. */
  readonly keep?: (item: T) => boolean;
};

export type Page<T> = {
  readonly items: readonly T[];
  /** Position to continue after. */
  readonly next: string | null;
};

/**
 * Reads one page of a list, newest first, across partitions.
 * A page continues after a position and not after a database key, so it says nothing about what it skipped.
 */
export const readPage = async <T>(request: PageRequest<T>): Promise<Page<T>> => {
  const { limit, positionOf, range } = request;
  const wanted = limit + 1; // one more tells whether there is a next page
  const items: T[] = [];
  let after = request.after;
  for (const partition of request.partitions) {
    for (;;) {
      const to = after === null || after > range.to ? range.to : after;
      if (to < range.from) return { items, next: null };
      // The range includes its upper end, so the item that we continue after comes once more.
      const batchSize = wanted - items.length + 1;
      const batch = await request.query(partition, { from: range.from, to }, batchSize);
      const fresh = batch.filter((item) => positionOf(item) !== after);
      items.push(...fresh.filter((item) => request.keep?.(item) ?? true));
      const last = batch.at(-1);
      if (items.length >= wanted) {
        const page = items.slice(0, limit);
        const end = page.at(-1);
        return { items: page, next: end === undefined ? null : positionOf(end) };
      }
      if (last === undefined || batch.length < batchSize) break;
      after = positionOf(last);
    }
  }
  return { items, next: null };
};
