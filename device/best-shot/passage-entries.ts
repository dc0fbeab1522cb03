import type { Sighting, UnusableReason } from '#contract/sighting.ts';
import type { Log } from '../log.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Track } from '../tracker/tracker.ts';
import type { RgbImage } from '../vision/face.ts';
import { encodeCrop } from './encode.ts';
import { createPassageFacts, type DoorTime, roundQuality } from './passage-facts.ts';

/** A picture that is kept, and its frame's time since boot. */
export type KeptShot = { readonly crop: RgbImage; readonly atMs: number };

/**
 * Makes the part that puts what is known of a passage into the outbox. `wallOffsetMs` leads from times since boot to the wall clock.
 * Both reject when the outbox could not take it.
 */
export const makePassageEntries = ({
  outbox,
  log,
  doorTime,
}: {
  readonly outbox: Outbox;
  readonly log: Log;
  readonly doorTime: DoorTime;
}) => ({
  addSighting: async (
    track: Track,
    { crop, atMs }: KeptShot,
    { attempt, quality, liveness }: Pick<Sighting, 'attempt' | 'quality' | 'liveness'>,
    { nowMs, wallOffsetMs }: { readonly nowMs: number; readonly wallOffsetMs: number },
  ): Promise<void> => {
    const jpeg = await encodeCrop(crop);
    const facts = {
      ...createPassageFacts(track, atMs, wallOffsetMs, doorTime),
      attempt,
      quality: roundQuality(quality),
      liveness,
    };
    const seq = await outbox.add({ kind: 'sighting', facts, jpeg });
    log.event('sighting.chosen', {
      passageId: track.passageId,
      seq,
      attempt,
      bytes: jpeg.length,
      facePx: facts.quality.size,
      quality: facts.quality.score,
      waitedMs: Math.round(nowMs - atMs),
      suspicious: liveness?.suspicious,
    });
  },

  addUnusable: async (track: Track, reason: UnusableReason, wallOffsetMs: number): Promise<void> => {
    const facts = { ...createPassageFacts(track, track.lastMs, wallOffsetMs, doorTime), reason };
    const seq = await outbox.add({ kind: 'passage', facts });
    log.event('passage.unusable', { passageId: track.passageId, seq, reason, frames: track.hits });
  },
});
