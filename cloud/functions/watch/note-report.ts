import type { Instant } from '#contract/names.ts';
import type { AgentReport } from '#contract/shadow.ts';
import { RetryLater } from '../errors.ts';
import type { Log } from '../log.ts';
import type { SeqRange, StoredGap, StoredSequence } from '../table/items.ts';
import type { DoorSequences } from './door-sequences.ts';
import { atMost, holesIn } from './seq-ranges.ts';

/** Numbers that a gap names one by one or in ranges; what is scattered wider is told as one range that spans it. */
export const maxRanges = 500;
/** The outbox of a door gives this number first. */
const firstSeq = 1;
/**
 * A door reports as soon as it is connected and then once a minute. One that has never reported has delivered no more than this;
 * if it says so, it counted before it came here.
 */
const maxBeforeFirstReport = 100;
/** How far back a count is taken up that nothing is known of. */
const maxLookBack = 1_000;
const maxTries = 20;
/** For so long what is missing may still come, and the door has not said everything. What is lost for good is not waited for. */
const gapHoldsMs = 86_400_000;

/**
 * Takes in what a door reports and keeps what is missing below it as a suspicion. A number that waits in the outbox is not below
 * `undelivered`, however many above it are delivered, and one that waits in the cloud has its receipt.
 */
export const makeNoteReport =
  ({ sequences, log, now }: { sequences: DoorSequences; log: Pick<Log, 'warn'>; now: () => number }) =>
  async (thing: string, report: AgentReport, reportedAt: Instant): Promise<void> => {
    /** Where a count begins that nothing is known of: with all of a new door's, else with the first of the newest that arrived. */
    const beginning = async (countedFrom: Instant | undefined): Promise<number> => {
      const { undelivered } = report;
      if (undelivered <= firstSeq) return undelivered;
      if (countedFrom === undefined && undelivered <= firstSeq + maxBeforeFirstReport) return firstSeq;
      const newest = { from: Math.max(firstSeq, undelivered - maxLookBack), to: undelivered - 1 };
      const { seqs } = await sequences.arrived(thing, newest, countedFrom);
      return seqs[0] ?? undelivered;
    };

    /**
     * Until when everything that the door saw is in the table: with nothing in its outbox, nothing missing and nothing that waits to
     * be tried again (as all does while Rekognition is away), until it reported, by
     * its own clock if that is behind. Without a clock nobody knows when what it saw was, so it has not said that.
     */
    const saidUntil = async (
      { waiting, clock, at }: AgentReport,
      known: StoredSequence | null,
    ): Promise<Instant | undefined> => {
      const before = known?.syncedThrough;
      if (waiting > 0 || clock === 'unsynced') return before;
      const since = new Date(Date.parse(reportedAt) - gapHoldsMs).toISOString();
      const open = await sequences.openGaps(since);
      if (open.some((gap) => gap.thing === thing) || (await sequences.waits(thing, since))) return before;
      const until = at < reportedAt ? at : reportedAt;
      return before !== undefined && before > until ? before : until;
    };

    for (let tries = 1; tries <= maxTries; tries += 1) {
      const known = await sequences.find(thing);
      const order = known === null ? 'newer' : orderOf(report, reportedAt, known);
      if (order === 'older') return;
      if (order === 'same' && known?.verified === report.undelivered) return;
      const restarted = known !== null && report.undelivered < known.undelivered;
      const countedFrom = restarted ? known.reportedAt : known?.countedFrom;
      const from = known === null || restarted ? await beginning(countedFrom) : known.verified;

      const range = { from, to: report.undelivered - 1 };
      const arrived =
        range.from > range.to
          ? { seqs: [], completeTo: range.from }
          : await sequences.arrived(thing, range, countedFrom);
      const verified = arrived.completeTo;
      const missing = atMost(holesIn({ from, to: verified - 1 }, arrived.seqs), maxRanges);

      const { undelivered, waiting, clock, bootId, monotonicMs } = report;
      const isWhole = verified >= undelivered && missing.length === 0;
      const syncedThrough = isWhole ? await saidUntil(report, known) : known?.syncedThrough;
      const sequence: StoredSequence = {
        thing,
        version: (known?.version ?? 0) + 1,
        ...{ undelivered, waiting, clock, bootId, monotonicMs },
        reportedAt,
        verified,
        ...(countedFrom === undefined ? {} : { countedFrom }),
        ...(syncedThrough === undefined ? {} : { syncedThrough }),
      };
      // What is acknowledged may still be on its way, so the time that it has begins now at the earliest.
      const noticedAt = new Date(Math.max(now(), Date.parse(reportedAt))).toISOString();
      if ((await sequences.save(sequence, suspicion(sequence, noticedAt, missing))) === 'raced') continue;
      if (restarted) log.warn('sequence.restarted', { thing, before: known.undelivered, undelivered });
      if (verified >= undelivered) return;
    }
    throw new RetryLater('lost_every_race');
  };

const suspicion = (
  { thing, countedFrom }: StoredSequence,
  noticedAt: Instant,
  missing: readonly SeqRange[],
): StoredGap | null => {
  const [first] = missing;
  if (first === undefined) return null;
  const since = countedFrom === undefined ? {} : { countedFrom };
  return { thing, version: 1, noticedAt, lowest: first.from, ...since, missing: [...missing] };
};

/**
 * Reports come in any order and more than once. Within a boot the monotonic time orders them; boots are ordered by when the broker
 * had them.
 */
const orderOf = (
  { bootId, monotonicMs }: AgentReport,
  reportedAt: Instant,
  known: StoredSequence,
): 'older' | 'same' | 'newer' => {
  const isSameBoot = bootId === known.bootId;
  const laterMs = isSameBoot
    ? monotonicMs - known.monotonicMs
    : Date.parse(reportedAt) - Date.parse(known.reportedAt);
  if (laterMs < 0) return 'older';
  return laterMs > 0 ? 'newer' : 'same';
};
