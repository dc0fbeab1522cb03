import type { AgentReport } from '#contract/shadow.ts';
import { MemoryMetrics } from '../metrics-for-tests.ts';
import type { SeqRange, StoredGap, StoredSequence } from '../table/items.ts';
import type { DoorSequences } from './door-sequences.ts';
import type { Gap } from './look-at-gap.ts';
import { makeWatch, type WatchDependencies } from './watch.ts';

export const thing = 'rollcall-dev-demo-1';

/** The gap detector's part of a table in memory, with what has arrived put in by the test. */
export class MemoryDoorSequences implements DoorSequences {
  readonly sequences = new Map<string, StoredSequence>();
  readonly gaps = new Map<string, StoredGap>();
  readonly deliveries: { readonly thing: string; readonly seq: number; readonly receivedAt: string }[] = [];

  async find(thing: string) {
    return this.sequences.get(thing) ?? null;
  }

  async arrived(thing: string, { from, to }: SeqRange, countedFrom: string | undefined) {
    const seqs = this.deliveries
      .filter((delivery) => delivery.thing === thing && delivery.receivedAt > (countedFrom ?? ''))
      .map(({ seq }) => seq)
      .filter((seq) => seq >= from && seq <= to);
    return { seqs: [...new Set(seqs)].sort((a, b) => a - b), completeTo: to + 1 };
  }

  async save(sequence: StoredSequence, noticed: StoredGap | null): Promise<'done' | 'raced'> {
    if ((this.sequences.get(sequence.thing)?.version ?? 0) !== sequence.version - 1) return 'raced';
    if (noticed !== null && this.gaps.has(keyOf(noticed))) return 'raced';
    this.sequences.set(sequence.thing, sequence);
    if (noticed !== null) this.gaps.set(keyOf(noticed), noticed);
    return 'done';
  }

  async openGaps(since: string) {
    return [...this.gaps.values()].filter(
      ({ closedAt, noticedAt }) => closedAt === undefined && noticedAt >= since,
    );
  }

  /** When deliveries came that wait to be tried again. */
  readonly waiting: string[] = [];
  async waits(_thing: string, since: string) {
    return this.waiting.some((receivedAt) => receivedAt >= since);
  }

  async saveGap(gap: StoredGap): Promise<'done' | 'raced'> {
    if (this.gaps.get(keyOf(gap))?.version !== gap.version - 1) return 'raced';
    this.gaps.set(keyOf(gap), gap);
    return 'done';
  }

  async forgetGap(gap: StoredGap): Promise<'done' | 'raced'> {
    if (this.gaps.get(keyOf(gap))?.version !== gap.version) return 'raced';
    this.gaps.delete(keyOf(gap));
    return 'done';
  }

  async markAnnounced(gap: StoredGap, at: string) {
    const now = this.gaps.get(keyOf(gap));
    if (now === undefined) throw new Error('the gap is gone');
    this.gaps.set(keyOf(gap), { ...now, version: now.version + 1, announcedAt: at });
  }
}

const keyOf = ({ thing, noticedAt, lowest }: StoredGap): string => `${thing} ${noticedAt} ${lowest}`;

const bootId = '018f8c5a-0000-7000-8000-000000000001';
const bootedMs = Date.parse('2026-11-23T06:00:00.000Z');

/** What a door of this boot reports at an instant in epoch milliseconds. */
export const reportAt = (atMs: number, undelivered: number, change: Partial<AgentReport> = {}) => ({
  report: {
    v: 1,
    undelivered,
    waiting: 0,
    bootId,
    at: new Date(atMs).toISOString(),
    monotonicMs: atMs - bootedMs,
    clock: 'unsynced',
    ...change,
  },
  thingName: thing,
  reportedAt: atMs,
});

/** The schedule's event of an instant. */
export const checkAt = (atMs: number) => ({ kind: 'check-gaps', at: new Date(atMs).toISOString() });

/** The gap detector with a clock that the test sets, which remembers what it told. */
export class WatchForTests {
  nowMs = Date.parse('2026-11-23T07:30:00.000Z');
  readonly sequences: MemoryDoorSequences;
  readonly announced: (Gap & { readonly atMs: number })[] = [];
  readonly learned: unknown[] = [];
  readonly logged: { readonly event: string; readonly [field: string]: unknown }[] = [];
  readonly metrics = new MemoryMetrics();
  readonly watch: (event: unknown) => Promise<void>;

  constructor(changed: Partial<WatchDependencies> = {}, sequences = new MemoryDoorSequences()) {
    this.sequences = sequences;
    const note = (event: string, fields: object) => this.logged.push({ event, ...fields });
    this.watch = makeWatch({
      sequences,
      clocks: {
        of: async (...told) => {
          this.learned.push(told);
          return null;
        },
      },
      announce: async (gap) => {
        this.announced.push({ ...gap, atMs: this.nowMs });
      },
      checkBudget: async () => {},
      log: { info: note, warn: note },
      metrics: this.metrics,
      now: () => this.nowMs,
      ...changed,
    });
  }

  /** These numbers arrive now: settled, refused, or noted as waiting for another try. */
  arrive(...seqs: number[]): void {
    const receivedAt = new Date(this.nowMs).toISOString();
    this.sequences.deliveries.push(...seqs.map((seq) => ({ thing, seq, receivedAt })));
  }

  report(undelivered: number, change: Partial<AgentReport> = {}): Promise<void> {
    return this.watch(reportAt(this.nowMs, undelivered, change));
  }

  check(): Promise<void> {
    return this.watch(checkAt(this.nowMs));
  }

  /** Lets time pass with a check at the end of every minute. */
  async minutes(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      this.nowMs += 60_000;
      await this.check();
    }
  }

  /** What was raised, as text, in order. */
  get raised(): readonly unknown[] {
    return this.logged.filter(({ event }) => event === 'gap.detected').map(({ numbers }) => numbers);
  }
  get closed(): readonly unknown[] {
    return this.logged.filter(({ event }) => event === 'gap.closed').map(({ numbers }) => numbers);
  }
}
