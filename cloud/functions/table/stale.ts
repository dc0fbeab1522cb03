import { randomUUID } from 'node:crypto';
import type { Instant, SiteId } from '#contract/names.ts';
import type { LocalDate } from '../../domain/local-time.ts';
import type { StoredStale } from './attendance-items.ts';
import { everybody, staleKey } from './attendance-keys.ts';

/** What a fact leaves out of date, until the days are derived again. */
export type Stale = {
  readonly site: SiteId;
  /** Left out: everybody of the site. */
  readonly personId?: string;
  /** Names the fact; the same fact written twice is one item. */
  readonly factId: string;
} & (
  | { readonly instants: readonly Instant[] }
  | { readonly dates: { readonly from: LocalDate; readonly to: LocalDate } }
);

/**
 * The item that says so. It belongs into the very transaction that writes the fact: whoever reads days afterwards derives them
 * first, and what nobody reads is derived within minutes by the schedule.
 */
export const staleItem = (stale: Stale): Record<string, unknown> => {
  const { site, personId, factId } = stale;
  const item: StoredStale = {
    site,
    factId,
    token: randomUUID(),
    ...(personId === undefined ? {} : { personId }),
    ...('instants' in stale ? { instants: [...stale.instants] } : { dates: stale.dates }),
  };
  return { ...staleKey(site, personId ?? everybody, factId), ...item };
};
