import type { Instant } from '#contract/names.ts';
import { causeName, whoMustAct } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { SeqRange, StoredGap } from '../table/items.ts';
import type { DoorSequences } from './door-sequences.ts';
import { maxRanges } from './note-report.ts';
import { atMost, countOf, holesIn, rangesText } from './seq-ranges.ts';

/** A gap that people are told of. */
export type Gap = {
  readonly thing: string;
  readonly missing: readonly SeqRange[];
  readonly noticedAt: Instant;
};

/** Tells people; resolves when they will get it. */
export type Announce = (gap: Gap) => Promise<void>;

/** What is acknowledged may take so long until ingest has recorded it, or noted that it waits. */
const patienceMs = 120_000;
/** A failed announcement is tried again after this: longer than one invocation lasts, so that no two of them try at once. */
const announceAgainMs = 60_000;

type LookDependencies = {
  readonly sequences: DoorSequences;
  readonly announce: Announce;
  readonly log: Pick<Log, 'warn' | 'info'>;
  readonly metrics: Pick<Metrics, 'put'>;
};

/**
 * Looks again at what was noticed missing, at an instant in epoch milliseconds: it has arrived, it is raised once, or a raised one
 * is closed. The write decides, so that of several that look at the same time one acts.
 */
export const makeLookAtGap = ({ sequences, announce, log, metrics }: LookDependencies) => {
  const stillMissing = async ({ thing, missing, countedFrom }: StoredGap): Promise<readonly SeqRange[]> => {
    const holes: SeqRange[] = [];
    for (const range of missing) {
      for (let { from } = range; from <= range.to; ) {
        const { seqs, completeTo } = await sequences.arrived(thing, { from, to: range.to }, countedFrom);
        holes.push(...holesIn({ from, to: completeTo - 1 }, seqs));
        from = completeTo;
      }
    }
    return atMost(holes, maxRanges);
  };

  const tell = async (gap: StoredGap, at: Instant): Promise<void> => {
    const { thing, missing, noticedAt } = gap;
    try {
      await announce({ thing, missing, noticedAt });
    } catch (error) {
      const thrown = whoMustAct(error);
      log.warn('gap.unannounced', { thing, code: thrown.code, cause: causeName(thrown) });
      throw thrown;
    }
    await sequences.markAnnounced(gap, at);
  };

  const raise = async (gap: StoredGap, at: Instant): Promise<void> => {
    const { thing, missing, noticedAt } = gap;
    const raised = { ...gap, version: gap.version + 1, raisedAt: at, raised: [...missing], announcingAt: at };
    if ((await sequences.saveGap(raised)) === 'raced') return;
    const count = countOf(missing);
    log.warn('gap.detected', { thing, numbers: rangesText(missing), missing: count, noticedAt });
    metrics.put('Gaps', count);
    await tell(raised, at);
  };

  const close = async (gap: StoredGap, at: Instant): Promise<void> => {
    const { thing, raised = [], noticedAt } = gap;
    const closed = { ...gap, version: gap.version + 1, closedAt: at };
    if ((await sequences.saveGap(closed)) === 'raced') return;
    const afterMs = Date.parse(at) - Date.parse(noticedAt);
    log.info('gap.closed', { thing, numbers: rangesText(raised), afterMs });
  };

  return async (noticed: StoredGap, atMs: number): Promise<void> => {
    const isRaised = noticed.raisedAt !== undefined;
    if (!isRaised && atMs - Date.parse(noticed.noticedAt) < patienceMs) return;
    const at = new Date(atMs).toISOString();
    const gap = { ...noticed, missing: [...(await stillMissing(noticed))] };
    if (gap.missing.length === 0) {
      if (isRaised) return close(gap, at);
      await sequences.forgetGap(gap);
      return;
    }
    if (!isRaised) return raise(gap, at);
    const { announcedAt, announcingAt = at } = gap;
    const tellAgain = announcedAt === undefined && atMs - Date.parse(announcingAt) >= announceAgainMs;
    const hasShrunk = countOf(gap.missing) < countOf(noticed.missing);
    if (!tellAgain && !hasShrunk) return;
    const next = { ...gap, version: gap.version + 1, announcingAt: tellAgain ? at : announcingAt };
    if ((await sequences.saveGap(next)) === 'done' && tellAgain) await tell(next, at);
  };
};
