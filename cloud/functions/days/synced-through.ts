import type { Instant, SiteId } from '#contract/names.ts';
import { batchGet, type TableAccess } from '../table/batch-get.ts';
import { StoredSequence, StoredSerial } from '../table/items.ts';
import { sequenceKey, siteListPartition } from '../table/keys.ts';
import { queryWholePartition } from '../table/query-index.ts';

/** Up to when the doors of a site have said everything that they have seen. */
export interface SyncedThrough {
  of(site: SiteId): Promise<Instant>;
}

/** Doors report once a minute. */
const memoryMs = 5_000;

/**
 * The lowest instant of all doors of the site that are in use; now for a site without any. One that has not reported yet has
 * nothing to say about the time before it was allowed. However long one is silent, nobody is called absent meanwhile: a door that is gone
 * is taken off the list (docs/runbook.md, days-overdue). Two requests, remembered for a few seconds.
 * @param now epoch milliseconds
 */
export const makeSyncedThrough = ({
  table,
  now,
}: {
  readonly table: TableAccess;
  readonly now: () => number;
}): SyncedThrough => {
  const remembered = new Map<SiteId, { readonly instant: Promise<Instant>; readonly untilMs: number }>();

  const read = async (site: SiteId): Promise<Instant> => {
    const nowMs = now();
    const items = await queryWholePartition(table, siteListPartition(site, 'DOORS'));
    const doors = items.map((item) => StoredSerial.parse(item)).filter(({ state }) => state === 'bound');
    const sequences = (
      await batchGet(
        table,
        doors.map(({ thing }) => sequenceKey(thing)),
      )
    ).map((item) => StoredSequence.parse(item));
    const saidEverything = new Map(sequences.map(({ thing, syncedThrough }) => [thing, syncedThrough]));
    const instants = doors.map(({ thing, allowedAt }) => Date.parse(saidEverything.get(thing) ?? allowedAt));
    return new Date(Math.min(nowMs, ...instants)).toISOString();
  };

  return {
    of(site) {
      const known = remembered.get(site);
      if (known !== undefined && now() < known.untilMs) return known.instant;
      const instant = read(site);
      remembered.set(site, { instant, untilMs: now() + memoryMs });
      // What failed is asked again by the next.
      instant.catch(() => remembered.delete(site));
      return instant;
    },
  };
};
