import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgentReport } from '#contract/shadow.ts';
import type { Gap } from './look-at-gap.ts';
import { checkAt, MemoryDoorSequences, reportAt, WatchForTests } from './watch-for-tests.ts';

/**
 * A door through which people pass, in any order of what may happen to it: it is offline, restarts, sends what waits oldest or newest
 * first, sends twice, has to drop pictures; what it sent is lost after the acknowledgement, or takes its time; its reports
 * come late, twice and out of order; the checks run several at a time and fail.
 */

/** What becomes of something that the broker has acknowledged. A stub in place of a picture arrives like anything else. */
type Fate = 'at once' | 'twice' | 'on its way' | 'lost' | 'hours later';
type Happening =
  | { readonly kind: 'passages'; readonly count: number }
  | { readonly kind: 'sends'; readonly first: 'oldest' | 'newest'; readonly fates: readonly Fate[] }
  | {
      readonly kind: 'a minute';
      readonly report: 'told' | 'told twice' | 'held back';
      readonly fails: boolean;
    }
  | { readonly kind: 'what was held back is told' }
  | { readonly kind: 'goes offline' }
  | { readonly kind: 'comes online' }
  | { readonly kind: 'restarts' };

const fate = fc.constantFrom<Fate>(
  'at once',
  'at once',
  'twice',
  'on its way',
  'on its way',
  'lost',
  'hours later',
);
const aMinute = fc.record({
  kind: fc.constant('a minute' as const),
  report: fc.constantFrom('told', 'told', 'told twice', 'held back'),
  fails: fc.boolean(),
});
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('passages' as const), count: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('sends' as const),
      first: fc.constantFrom('oldest', 'newest'),
      fates: fc.array(fate, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 4, arbitrary: aMinute },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Happening>(
      { kind: 'what was held back is told' },
      { kind: 'goes offline' },
      { kind: 'comes online' },
      { kind: 'restarts' },
    ),
  },
);

type Variant = {
  readonly sequences?: () => MemoryDoorSequences;
  readonly report?: (report: AgentReport, sequences: MemoryDoorSequences) => Partial<AgentReport>;
  /** How much later than it is a check believes it to be. */
  readonly aheadMs?: number;
};

/** The longest that a delivery may take before it counts as missing, less a second. */
const slowestMs = 119_000;

class Simulation {
  readonly door: WatchForTests;
  readonly variant: Variant;
  readonly lost = new Set<number>();
  readonly lateAtMs = new Map<number, number>();
  readonly raisedAt = new Map<number, number>();
  readonly wronglyTold: number[] = [];
  readonly toldTwice: number[] = [];
  /** When a report was told by which the loss of a number can be seen. */
  readonly tellingMs = new Map<number, number>();
  private readonly waiting: number[] = [];
  private onItsWay: { readonly seq: number; readonly atMs: number }[] = [];
  private held: ReturnType<typeof reportAt>[] = [];
  private next = 1;
  private boot = 1;
  private online = true;
  private failsNext = false;
  private failures = 0;

  constructor(variant: Variant) {
    this.variant = variant;
    const announce = async (gap: Gap): Promise<void> => {
      if (this.failsNext) {
        this.failsNext = false;
        this.failures += 1;
        throw new Error('connection reset');
      }
      for (const seq of numbersOf(gap)) this.tell(seq);
    };
    this.door = new WatchForTests({ announce }, variant.sequences?.());
  }

  /** What people are told must be true at that moment, and be told once. Judged at the end: an error here would only be tried again. */
  private tell(seq: number): void {
    const arrived = this.door.sequences.deliveries.some((delivery) => delivery.seq === seq);
    const mayBeMissing = this.lost.has(seq) || this.lateAtMs.has(seq);
    if (arrived || !mayBeMissing) this.wronglyTold.push(seq);
    if (this.raisedAt.has(seq)) this.toldTwice.push(seq);
    this.raisedAt.set(seq, this.door.nowMs);
  }

  async happen(what: Happening): Promise<void> {
    if (what.kind === 'passages') {
      for (let n = 0; n < what.count; n += 1) this.waiting.push(this.next++);
    } else if (what.kind === 'sends') this.send(what.first, what.fates);
    else if (what.kind === 'a minute') await this.minute(what.report, what.fails);
    else if (what.kind === 'what was held back is told') {
      for (const report of this.held.splice(0).toReversed()) await this.hand(report);
    } else if (what.kind === 'restarts') this.boot += 1;
    else this.online = what.kind === 'comes online';
  }

  private send(first: 'oldest' | 'newest', fates: readonly Fate[]): void {
    if (!this.online) return;
    for (const its of fates) {
      const seq = first === 'oldest' ? this.waiting.shift() : this.waiting.pop();
      if (seq === undefined) return;
      const { nowMs } = this.door;
      if (its === 'lost') this.lost.add(seq);
      else if (its === 'on its way') this.onItsWay.push({ seq, atMs: nowMs + slowestMs });
      else if (its === 'hours later') {
        this.lateAtMs.set(seq, nowMs + 2 * 3_600_000);
        this.onItsWay.push({ seq, atMs: nowMs + 2 * 3_600_000 });
      } else this.door.arrive(...(its === 'twice' ? [seq, seq] : [seq]));
    }
  }

  async minute(how: 'told' | 'told twice' | 'held back', fails: boolean): Promise<void> {
    await this.pass(60_000);
    const undelivered = this.waiting[0] ?? this.next;
    const report = reportAt(this.door.nowMs, undelivered, {
      waiting: this.waiting.length,
      bootId: `018f8c5a-0000-7000-8000-${String(this.boot).padStart(12, '0')}`,
    });
    if (this.online && how === 'held back') this.held.push(report);
    else if (this.online) {
      for (const seq of [...this.lost, ...this.lateAtMs.keys()])
        if (seq < undelivered && !this.tellingMs.has(seq)) this.tellingMs.set(seq, this.door.nowMs);
      await Promise.all([report, ...(how === 'told twice' ? [report] : [])].map((told) => this.hand(told)));
    }
    this.failsNext = fails;
    // Lambda may run an event more than once, and does so again after a failure.
    const check = () => this.door.watch(checkAt(this.door.nowMs + (this.variant.aheadMs ?? 0)));
    for (const { status } of await Promise.allSettled([check(), check()]))
      if (status === 'rejected') await check();
    this.failsNext = false;
  }

  private async hand(told: ReturnType<typeof reportAt>): Promise<void> {
    const change = this.variant.report?.(told.report as AgentReport, this.door.sequences) ?? {};
    await this.door.watch({ ...told, report: { ...told.report, ...change } });
  }

  private async pass(ms: number): Promise<void> {
    this.door.nowMs += ms;
    for (const { seq, atMs } of this.onItsWay) if (atMs <= this.door.nowMs) this.door.arrive(seq);
    this.onItsWay = this.onItsWay.filter(({ atMs }) => atMs > this.door.nowMs);
  }

  /** Everything is delivered, and six minutes later every loss has been told; hours later what came late is closed. */
  async end(): Promise<void> {
    this.online = true;
    this.send('oldest', Array<Fate>(this.waiting.length).fill('at once'));
    for (let n = 0; n < 6; n += 1) await this.minute('told', false);
    expect({ wronglyTold: this.wronglyTold, toldTwice: this.toldTwice }).toEqual({
      wronglyTold: [],
      toldTwice: [],
    });
    for (const seq of this.lost) {
      const seenMs = this.tellingMs.get(seq) ?? Number.NaN;
      // Two minutes of patience, one until the next check, one more each time that telling people failed.
      expect((this.raisedAt.get(seq) ?? Number.NaN) - seenMs).toBeLessThanOrEqual(
        (3 + this.failures) * 60_000,
      );
    }
    await this.pass(3 * 3_600_000);
    await this.minute('told', false);
    const open = await this.door.sequences.openGaps('');
    expect(open.flatMap(numbersOf).sort((a, b) => a - b)).toEqual([...this.lost].sort((a, b) => a - b));
  }
}

const numbersOf = ({ missing }: Pick<Gap, 'missing'>): number[] =>
  missing.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, n) => from + n));

const holds = (variant: Variant) =>
  fc.asyncProperty(fc.array(happening, { maxLength: 60, size: 'max' }), async (happenings) => {
    const simulation = new Simulation(variant);
    for (const what of happenings) await simulation.happen(what);
    await simulation.end();
  });

const seen = async (variant: Variant): Promise<boolean> =>
  (await fc.check(holds(variant), { numRuns: 400, endOnFailure: true, seed: 5 })).failed;

const highest = (sequences: MemoryDoorSequences): number =>
  Math.max(0, ...sequences.deliveries.map(({ seq }) => seq));

describe('the gap detector', () => {
  it('tells every loss once, in time, and nothing else, whatever happens to the door, its reports and the checks', async () => {
    await fc.assert(holds({}), { numRuns: 300 });
  });

  it('would be seen to ring for nothing, if it did not mind what still waits at the door', async () => {
    const report: Variant['report'] = (_report, sequences) => ({ undelivered: highest(sequences) + 1 });
    expect(await seen({ report })).toBe(true);
  });

  it('would be seen to miss a loss, if it took the highest number that arrived for all below it', async () => {
    class HighestOnly extends MemoryDoorSequences {
      override async arrived(_thing: string, { from, to }: { from: number; to: number }) {
        const below = Math.min(highest(this), to) - from + 1;
        return { seqs: Array.from({ length: Math.max(0, below) }, (_, n) => from + n), completeTo: to + 1 };
      }
    }
    expect(await seen({ sequences: () => new HighestOnly() })).toBe(true);
  });

  it('would be seen to ring for nothing, if it did not wait for what is on its way', async () => {
    expect(await seen({ aheadMs: 120_000 })).toBe(true);
  });

  it('would be seen to err, if an older report could move it back', async () => {
    class Forgetful extends MemoryDoorSequences {
      override async find(name: string) {
        const known = await super.find(name);
        return known === null ? null : { ...known, monotonicMs: -1 };
      }
    }
    expect(await seen({ sequences: () => new Forgetful() })).toBe(true);
  });

  it('would be seen to tell twice, if the write did not decide who does', async () => {
    class NeverRaced extends MemoryDoorSequences {
      override async saveGap(gap: Parameters<MemoryDoorSequences['saveGap']>[0]) {
        await super.saveGap(gap);
        return 'done' as const;
      }
    }
    expect(await seen({ sequences: () => new NeverRaced() })).toBe(true);
  });

  it('would be seen to miss a loss, if a report were kept without what was noticed with it', async () => {
    class HalfWritten extends MemoryDoorSequences {
      override async save(sequence: Parameters<MemoryDoorSequences['save']>[0]) {
        return super.save(sequence, null);
      }
    }
    expect(await seen({ sequences: () => new HalfWritten() })).toBe(true);
  });
});
