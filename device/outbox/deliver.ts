import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { backoffMs } from './backoff.ts';
import type { FileOutbox } from './file-outbox.ts';
import type { Publisher, PublishResult } from './publisher.ts';
import { makeTokenBucket } from './token-bucket.ts';

/**
 * The only answer that proves the cloud has an entry. Reason code 16, "no matching subscribers", is a success to MQTT, but it
 * says that nobody took the message: AWS IoT Core does not send it, so a broker that does has no rule behind our topic.
 */
const delivered = 0;

/** Refusals that no repetition of the same bytes changes: packet too large (149), payload format invalid (153). */
const refusedForItself: ReadonlySet<number> = new Set([149, 153]);

/** Refusals of everything this door says: no rule (16), not authorised (135), topic name invalid (144). */
const refusedForGood: ReadonlySet<number> = new Set([16, 135, 144]);

const shortWait = { baseMs: 1_000, longestMs: 60_000 };
const longWait = { baseMs: 60_000, longestMs: 900_000 };
const parkedMs = 3_600_000;

/** What delivery does with a result. Only `forget` deletes. */
export type Decision = 'forget' | 'retry' | 'wait_for_operator' | 'park';

export const decide = (result: PublishResult): Decision => {
  if (result.kind === 'failed') return result.never ? 'park' : 'retry';
  if (result.reasonCode === delivered) return 'forget';
  if (refusedForItself.has(result.reasonCode)) return 'park';
  return refusedForGood.has(result.reasonCode) ? 'wait_for_operator' : 'retry';
};

export type DeliveryStats = {
  readonly delivered: number;
  /** Entries that the cloud refuses as they are; they are kept and tried again every hour. */
  readonly parked: number;
  /** Why the last try did not succeed; null after a success. */
  readonly trouble: string | null;
};

/**
 * Makes the loop that empties the outbox, oldest first, one at a time. run() ends when `signal` aborts, after the publish in
 * flight; an entry is deleted only after the broker said that it has it.
 */
export const makeDelivery = ({
  outbox,
  publisher,
  clock,
  log,
  eventsPerSecond,
  burst,
  random = Math.random,
}: {
  readonly outbox: Pick<FileOutbox, 'pending' | 'read' | 'remove' | 'added'>;
  readonly publisher: Publisher;
  readonly clock: Pick<Clock, 'monotonicMs' | 'sleep'>;
  readonly log: Log;
  readonly eventsPerSecond: number;
  readonly burst: number;
  readonly random?: () => number;
}): { run(signal: AbortSignal): Promise<void>; stats(): DeliveryStats } => {
  const bucket = makeTokenBucket({ perSecond: eventsPerSecond, burst, clock });
  const parkedUntilMs = new Map<number, number>();
  let deliveredCount = 0;
  let trouble: string | null = null;
  let failures = 0;

  const next = () => outbox.pending().find((seq) => (parkedUntilMs.get(seq) ?? 0) <= clock.monotonicMs());

  /** Waits for an entry that is worth trying: a new one, or a parked one whose hour has passed. */
  const idle = async (signal: AbortSignal) => {
    const wake = new AbortController();
    const either = AbortSignal.any([signal, wake.signal]);
    const untilMs = Math.min(...parkedUntilMs.values());
    const waits = [outbox.added(either)];
    if (Number.isFinite(untilMs)) waits.push(clock.sleep(untilMs - clock.monotonicMs(), either));
    await Promise.race(waits);
    wake.abort();
  };

  const keep = async (seq: number, decision: Decision, why: string, signal: AbortSignal) => {
    trouble = why;
    log.event(decision === 'retry' ? 'delivery.kept' : 'delivery.refused', { seq, why, decision });
    if (decision === 'park') {
      parkedUntilMs.set(seq, clock.monotonicMs() + parkedMs);
      return;
    }
    const wait = decision === 'retry' ? shortWait : longWait;
    await clock.sleep(backoffMs(failures, wait, random), signal);
    failures += 1;
  };

  const deliverOne = async (seq: number, signal: AbortSignal) => {
    const entry = await outbox.read(seq);
    if (!entry) return;
    const result = await publisher.publish(entry);
    const decision = decide(result);
    if (decision !== 'forget') {
      const why = result.kind === 'failed' ? result.why : `reason_code_${result.reasonCode}`;
      return keep(seq, decision, why, signal);
    }
    await outbox.remove(seq);
    parkedUntilMs.delete(seq);
    deliveredCount += 1;
    failures = 0;
    trouble = null;
    log.event('delivery.delivered', { seq, passageId: entry.passageId, kind: entry.kind });
  };

  const run = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      const seq = next();
      if (seq === undefined) {
        await idle(signal);
        continue;
      }
      await publisher.ready(signal);
      await bucket.take(signal);
      if (signal.aborted) return;
      try {
        await deliverOne(seq, signal);
      } catch (error) {
        // The card: the entry is still there, or it is delivered twice. Neither loses anything.
        const code = (error as NodeJS.ErrnoException).code;
        await keep(seq, 'retry', `disk_${code ?? 'error'}`, signal);
      }
    }
  };

  return { run, stats: () => ({ delivered: deliveredCount, parked: parkedUntilMs.size, trouble }) };
};
