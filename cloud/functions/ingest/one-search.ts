import { causeName, whoMustAct } from '../errors.ts';
import type { DeliveryIds, Log } from '../log.ts';
import { type BoughtSearch, monthAt } from '../usage/search-count.ts';
import type { SearchGuard } from '../usage/search-guard.ts';
import type { SearchResult } from './ingest.ts';
import type { Ledger } from './ledger.ts';
import type { Remaining } from './patient-search.ts';

/** What is known of a picture; `not_searched` when the month's budget is spent. */
export type Found = SearchResult | { readonly kind: 'not_searched' };

/** The search that one run of a delivery may need: bought at most once, and counted once however the run ends. */
export interface OneSearch {
  find(): Promise<Found>;
  /** How long it took, in milliseconds. */
  readonly ms: number;
  /** What is to be counted with the settlement; undefined when nothing was bought, or when it is counted. */
  readonly uncounted: BoughtSearch | undefined;
  markCounted(): void;
  /** Counts by itself what no settlement has counted. */
  countRest(): Promise<void>;
}

type OneSearchDeps = {
  readonly ledger: Pick<Ledger, 'countSearch'>;
  readonly guard: SearchGuard;
  readonly searchFaces: (
    image: Uint8Array,
    remainingMs: Remaining,
    ids: DeliveryIds,
  ) => Promise<SearchResult>;
  readonly log: Pick<Log, 'warn'>;
  readonly now: () => number;
};

/**
 * Counts what Rekognition may charge for: every picture that it looked at, whether or not there was a face in it. A picture that it
 * refused, such as one that is no JPEG, is a failed call and costs nothing. When a settlement is written and reported as failed all
 * the same, its search is counted twice: rather one too many than a budget that is overdrawn.
 */
export const makeOneSearch = (
  { ledger, guard, searchFaces, log, now }: OneSearchDeps,
  picture: {
    readonly image: Uint8Array;
    readonly remainingMs: Remaining;
    readonly ids: DeliveryIds;
    readonly site: string;
  },
): OneSearch => {
  const { image, remainingMs, ids, site } = picture;
  let found: Found | undefined;
  let uncounted: BoughtSearch | undefined;
  let ms = 0;

  return {
    async find() {
      if (found !== undefined) return found;
      if ((await guard.state()) === 'stop') {
        found = { kind: 'not_searched' };
        return found;
      }
      const startedMs = now();
      found = await searchFaces(image, remainingMs, ids);
      ms = now() - startedMs;
      if (found.kind === 'refused') return found;
      guard.bought();
      uncounted = { month: monthAt(now()), site, thing: ids.thing };
      return found;
    },
    get ms() {
      return ms;
    },
    get uncounted() {
      return uncounted;
    },
    markCounted() {
      uncounted = undefined;
    },
    async countRest() {
      if (uncounted === undefined) return;
      try {
        await ledger.countSearch(uncounted);
      } catch (error) {
        log.warn('usage.uncounted', { thing: ids.thing, cause: causeName(whoMustAct(error)) });
      }
      uncounted = undefined;
    },
  };
};
