import type { Now } from '#contract/api.ts';
import type { Api } from '../api/api.ts';
import type { Answer, Failure } from '../api/transport.ts';
import {
  arrivalsSince,
  type Entry,
  entriesOf,
  type Feed,
  hasOlder,
  olderCursors,
  withNewest,
  withOlder,
} from './feed.ts';

/** Entries per request. A refresh asks for no more than fits on a screen. */
const pageSize = 25;

/** Who is in changes with the punches; without a new one it is asked for only now and then (corrections, midnight). */
const nowAtLeastEveryMs = 30_000;

/** What the signed-in person may see here. `site` is undefined for people who see only themselves. */
export type View = {
  readonly site: string | undefined;
  readonly sightings: boolean;
  readonly whoIsIn: boolean;
};

export type ArrivalsState = {
  /** undefined until the first answer. */
  readonly entries: readonly Entry[] | undefined;
  /** Ids of entries that came with the latest refresh that brought any. */
  readonly arrived: ReadonlySet<string>;
  readonly latestArrivals: readonly Entry[];
  readonly whoIsIn: Now | undefined;
  readonly hasOlder: boolean;
  readonly loadingOlder: boolean;
  readonly failure: Failure | undefined;
  /** Epoch milliseconds of the last good refresh. */
  readonly updatedAtMs: number | undefined;
};

export interface ArrivalsModel {
  state(): ArrivalsState;
  subscribe(listener: () => void): () => void;
  /** Asks for the newest entries; false when there was no answer. */
  refresh(): Promise<boolean>;
  loadOlder(): Promise<void>;
}

/** Everything the arrivals page knows, without a browser. */
export const makeArrivalsModel = (deps: {
  readonly api: Pick<Api, 'punches' | 'sightings' | 'now'>;
  readonly view: View;
  /** Epoch milliseconds. */
  readonly now: () => number;
}): ArrivalsModel => {
  const { api, view } = deps;
  const listeners = new Set<() => void>();
  let feed: Feed | undefined;
  let whoIsInAtMs = Number.NEGATIVE_INFINITY;
  let state: ArrivalsState = {
    entries: undefined,
    arrived: new Set(),
    latestArrivals: [],
    whoIsIn: undefined,
    hasOlder: false,
    loadingOlder: false,
    failure: undefined,
    updatedAtMs: undefined,
  };
  const change = (part: Partial<ArrivalsState>) => {
    state = { ...state, ...part };
    for (const listener of listeners) listener();
  };
  const fail = (failure: Failure): false => {
    change({ failure, loadingOlder: false });
    return false;
  };

  /** Asks both lists at once, each only if it is wanted; null stands for a list that is not. */
  const askLists = (punches: Wanted, sightings: Wanted) => {
    const query = (wanted: { cursor?: string }) => ({ site: view.site, limit: pageSize, ...wanted });
    return Promise.all([
      punches === undefined ? nothing : api.punches(query(punches)),
      sightings === undefined ? nothing : api.sightings(query(sightings)),
    ]);
  };

  const askWhoIsIn = async (): Promise<Answer<Now | undefined>> => {
    if (!view.whoIsIn || view.site === undefined) return { ok: true, value: undefined };
    const answer = await api.now(view.site);
    if (answer.ok) whoIsInAtMs = deps.now();
    return answer;
  };

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async refresh() {
      const [punches, sightings] = await askLists({}, view.sightings ? {} : undefined);
      if (!punches.ok) return fail(punches.failure);
      if (!sightings.ok) return fail(sightings.failure);
      if (punches.value === null) return false;
      feed = withNewest(feed, punches.value, sightings.value);
      const entries = entriesOf(feed);
      const arrivals = state.entries === undefined ? [] : arrivalsSince(state.entries, entries);
      change({
        entries,
        hasOlder: hasOlder(feed),
        failure: undefined,
        updatedAtMs: deps.now(),
        ...(arrivals.length === 0
          ? {}
          : { latestArrivals: arrivals, arrived: new Set(arrivals.map(({ id }) => id)) }),
      });
      if (arrivals.length === 0 && deps.now() - whoIsInAtMs < nowAtLeastEveryMs) return true;
      const whoIsIn = await askWhoIsIn();
      if (!whoIsIn.ok) return fail(whoIsIn.failure);
      change({ whoIsIn: whoIsIn.value });
      return true;
    },
    async loadOlder() {
      if (feed === undefined || state.loadingOlder) return;
      change({ loadingOlder: true });
      const cursors = olderCursors(feed);
      const [punches, sightings] = await askLists(wanted(cursors.punches), wanted(cursors.sightings));
      if (!punches.ok) return void fail(punches.failure);
      if (!sightings.ok) return void fail(sightings.failure);
      feed = withOlder(feed, punches.value, sightings.value);
      change({ entries: entriesOf(feed), hasOlder: hasOlder(feed), loadingOlder: false });
    },
  };
};

type Wanted = { cursor?: string } | undefined;

const nothing = { ok: true, value: null } as const;

const wanted = (cursor: string | null): Wanted => (cursor === null ? undefined : { cursor });
