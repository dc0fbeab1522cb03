import type { CameraTrouble } from '../camera/camera-error.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { ConnectionState } from '../mqtt/door-connection.ts';
import type { DeliveryStats } from '../outbox/deliver.ts';
import type { OutboxStats } from '../outbox/file-outbox.ts';

/** What the door's health is told from. Ages are milliseconds; `lastFrameAt` is monotonic, null before the first frame. */
export type HealthFacts = {
  readonly outbox: OutboxStats;
  readonly delivery: DeliveryStats;
  readonly connection: ConnectionState;
  readonly lastFrameAt: number | null;
  readonly cameraEnded: boolean;
  /** What is wrong with the camera now; null while it gives frames. */
  readonly cameraTrouble: CameraTrouble | null;
};

const longestFrameGapMs = 20_000;
/** Older than this, a picture of a face should not lie on a card that can be pulled out. */
const longestWaitMs = 7 * 86_400_000;

/** Why somebody should look at this door; empty when it is well. Being offline is no reason: that is what the outbox is for. */
export const degradations = (
  { outbox, delivery, connection, lastFrameAt, cameraEnded, cameraTrouble }: HealthFacts,
  now: { readonly wallMs: number; readonly monotonicMs: number },
): readonly string[] => {
  const found: string[] = [];
  if (outbox.failure) found.push(`outbox_${outbox.failure}`);
  if (outbox.corrupt > 0) found.push('outbox_corrupt');
  if (outbox.oldestAddedAt !== null && now.wallMs - outbox.oldestAddedAt > longestWaitMs)
    found.push('outbox_old');
  if (delivery.parked > 0) found.push('entries_refused');
  if (connection === 'online' && delivery.trouble) found.push(`delivery_${delivery.trouble}`);
  if (connection === 'taken_over') found.push('identity_in_use_elsewhere');
  if (cameraTrouble) found.push(`camera_${cameraTrouble}`);
  else if (!cameraEnded && (lastFrameAt === null || now.monotonicMs - lastFrameAt > longestFrameGapMs)) {
    found.push('no_frames');
  }
  return found;
};

/** Makes the loop that writes one `health` event every so many seconds, the first after that time. */
export const makeHealth = ({
  facts,
  counters,
  clock,
  log,
  everySeconds,
}: {
  readonly facts: () => HealthFacts;
  /** Figures that are only passed on. */
  readonly counters: () => Readonly<Record<string, number>>;
  readonly clock: Clock;
  readonly log: Log;
  readonly everySeconds: number;
}): { run(signal: AbortSignal): Promise<void> } => ({
  run: async (signal) => {
    for (;;) {
      await clock.sleep(everySeconds * 1000, signal);
      if (signal.aborted) return;
      const now = { wallMs: clock.now(), monotonicMs: clock.monotonicMs() };
      const { outbox, delivery, connection, lastFrameAt } = facts();
      const reasons = degradations(facts(), now);
      log.event('health', {
        state: reasons.length === 0 ? 'ok' : 'degraded',
        reasons: reasons.join(','),
        connection,
        outboxDepth: outbox.depth,
        outboxBytes: outbox.bytes,
        outboxOldestAgeMs:
          outbox.oldestAddedAt === null ? null : Math.round(now.wallMs - outbox.oldestAddedAt),
        outboxCorrupt: outbox.corrupt,
        lowestUndelivered: outbox.lowestUndelivered,
        delivered: delivery.delivered,
        lastFrameAgeMs: lastFrameAt === null ? null : Math.round(now.monotonicMs - lastFrameAt),
        rssMegabytes: Math.round(process.memoryUsage.rss() / 1e6),
        ...counters(),
      });
    }
  },
});
