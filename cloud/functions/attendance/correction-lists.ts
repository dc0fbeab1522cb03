import type { CorrectionState } from '#contract/correction.ts';
import type { SiteId } from '#contract/names.ts';
import {
  correctionKey,
  correctionsPrefix,
  siteCorrectionsPartition,
  siteDecisionsPartition,
  waitingCorrectionsPartition,
} from '../table/attendance-keys.ts';
import { batchGet, type TableAccess } from '../table/batch-get.ts';
import { personKey, position } from '../table/keys.ts';
import { queryIndex } from '../table/query-index.ts';
import { queryNewest } from '../table/query-newest.ts';
import { type Page, type PositionRange, readPage } from '../table/read-page.ts';
import { personInId } from '../table/schedule-keys.ts';
import { type KeptCorrection, toKept } from './corrections-store.ts';

type ListRequest = {
  readonly after: string | null;
  readonly limit: number;
  readonly keep: (kept: KeptCorrection) => boolean;
};

/** Lists of corrections by when they were asked for, newest first. */
export interface CorrectionLists {
  /** Of a site, all or those in one state. */
  ofSite(
    site: SiteId,
    state: CorrectionState | undefined,
    request: Omit<ListRequest, 'keep'>,
  ): Promise<Page<KeptCorrection>>;
  ofPerson(personId: string, request: ListRequest): Promise<Page<KeptCorrection>>;
}

/** A line of a list; null where the correction is gone with its person, or is not in that state any more. */
type Line = { readonly position: string; readonly kept: KeptCorrection | null };

export const makeCorrectionLists = (table: TableAccess): CorrectionLists => {
  /** The lines at these positions. A correction's id is also that of its person, so a position leads to both of its entries. */
  const linesAt = async (positions: readonly string[]): Promise<readonly Line[]> => {
    const keys = positions.map(idAt).flatMap((id) => {
      const personId = personInId(id) ?? '';
      return [correctionKey(personId, id, 'requested'), correctionKey(personId, id, 'decided')];
    });
    const found = new Map(toKept(await batchGet(table, keys)).map((kept) => [kept.correction.id, kept]));
    return positions.map((at) => ({ position: at, kept: found.get(idAt(at)) ?? null }));
  };

  const lines = async (
    query: (partition: string, range: PositionRange, n: number) => Promise<readonly Line[]>,
    partition: string,
    { after, limit, keep }: ListRequest,
  ): Promise<Page<KeptCorrection>> => {
    const page = await readPage({
      partitions: [partition],
      range: { from: '0', to: '9' },
      after,
      limit,
      query,
      positionOf: (line) => line.position,
      keep: ({ kept }) => kept !== null && keep(kept),
    });
    return { items: page.items.flatMap(({ kept }) => kept ?? []), next: page.next };
  };

  return {
    ofSite(site, state, request) {
      const partition = state === undefined ? siteCorrectionsPartition(site) : partitionOf[state](site);
      const [query, sortKey] = state === 'waiting' ? [queryNewest, 'sk'] : [queryIndex, 'gsi1sk'];
      return lines(
        async (...asked) => linesAt((await query(table, ...asked)).map((item) => String(item[sortKey]))),
        partition,
        { ...request, keep: ({ correction }) => state === undefined || correction.state === state },
      );
    },

    ofPerson: (personId, request) =>
      lines((id, range, n) => newestOf(table, id, range, n), personId, request),
  };
};

const partitionOf: Readonly<Record<CorrectionState, (site: SiteId) => string>> = {
  waiting: waitingCorrectionsPartition,
  approved: (site) => siteDecisionsPartition(site, 'approved'),
  refused: (site) => siteDecisionsPartition(site, 'refused'),
};

/** The id in a position: what follows the instant. */
const idAt = (where: string): string => where.slice(where.indexOf('#') + 1);

/** A person's newest corrections. Their ids sort by when they were made, so the log is in that order. */
const newestOf = async (
  table: TableAccess,
  personId: string,
  { to }: PositionRange,
  limit: number,
): Promise<readonly Line[]> => {
  const last = to.includes('#') ? correctionKey(personId, idAt(to), 'requested').sk : `${correctionsPrefix}~`;
  const range = { from: correctionsPrefix, to: last };
  // Backwards, a request comes before its decision: so many entries hold that many corrections whole.
  const items = await queryNewest(table, personKey(personId).pk, range, 2 * limit);
  return toKept(items)
    .map((kept) => ({ position: position(kept.correction.request.at, kept.correction.id), kept }))
    .sort((a, b) => (a.position < b.position ? 1 : -1))
    .slice(0, limit);
};
