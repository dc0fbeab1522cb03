import type { Site } from '../../domain/site.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { queryAll } from '../table/query-all.ts';
import { type DatedCalendar, StoredSite } from '../table/schedule-items.ts';
import { sitesPartition } from '../table/schedule-keys.ts';

/** A site and what HR decided about its calendar. */
export type SiteRecord = {
  readonly site: Site;
  /** Its rules stand in rollcall.config.ts and change by a deployment. */
  readonly configured: boolean;
  /** In order of `from`; before the first, and without any, the defaults of a calendar hold. */
  readonly calendars: readonly DatedCalendar[];
  /** 0 = nothing is stored about it yet. */
  readonly version: number;
};

/** Every site of the installation: those of the configuration and those that were made by the API. */
export interface SiteDirectory {
  find(id: string): Promise<SiteRecord | undefined>;
  all(): Promise<readonly SiteRecord[]>;
}

/** Sites change rarely and are asked for with every request. */
const usualMemoryMs = 60_000;

/**
 * The directory on the single table: one query, remembered for a minute. A site that is asked for and not known is looked up
 * anew, so that one just made is found at once.
 * @param now epoch milliseconds
 */
export const makeSiteDirectory = (deps: {
  readonly table: TableAccess;
  readonly configured: readonly Site[];
  readonly now: () => number;
  /** How long the answer is remembered; 0 = never, for whoever changes sites or judges by them. */
  readonly memoryMs?: number;
}): SiteDirectory => {
  let remembered: { readonly sites: ReadonlyMap<string, SiteRecord>; readonly untilMs: number } | undefined;

  const read = async (): Promise<ReadonlyMap<string, SiteRecord>> => {
    const items = await queryAll(deps.table, {
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': sitesPartition },
    });
    const stored = new Map(items.map((item) => StoredSite.parse(item)).map((one) => [one.id, one]));
    const records = new Map<string, SiteRecord>();
    for (const site of deps.configured) {
      const { calendars = [], version = 0 } = stored.get(site.id) ?? {};
      records.set(site.id, { site, configured: true, calendars, version });
    }
    for (const { id, site, calendars, version } of stored.values()) {
      if (site !== undefined && !records.has(id))
        records.set(id, { site, configured: false, calendars, version });
    }
    remembered = { sites: records, untilMs: deps.now() + (deps.memoryMs ?? usualMemoryMs) };
    return records;
  };
  const known = async () =>
    remembered !== undefined && deps.now() < remembered.untilMs ? remembered.sites : read();

  return {
    async find(id) {
      return (await known()).get(id) ?? (await read()).get(id);
    },
    async all() {
      return [...(await known()).values()];
    },
  };
};
