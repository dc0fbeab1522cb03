import type { UnusableReason } from '#contract/sighting.ts';
import type { Frame } from '../camera/frame.ts';
import type { Log } from '../log.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Step, Track } from '../tracker/tracker.ts';
import type { Face, FaceFinder, RgbImage } from '../vision/face.ts';
import { cutCrop } from './crop.ts';
import { encodeCrop } from './encode.ts';
import { judgeShot } from './judge.ts';
import { measureFace } from './measure.ts';
import { createPassageFacts, type DoorTime, roundQuality } from './passage-facts.ts';
import { addShot, decide, markSent, noShots, refuseShot, type Shots } from './shots.ts';

/** How sure the second model must be that the chosen crop shows a face, 0..1. */
const minConfirmation = 0.5;
/** Passages that could not be put into the outbox are tried again this often, and no more than so many are kept. */
const retryMs = 1000;
const maxUnsettled = 20;

/** A passage that goes on, or is over but not safe in the outbox. */
type OpenPassage = {
  track: Track;
  shots: Shots;
  /** The one picture that is kept, and its frame's time since boot. */
  kept: { readonly crop: RgbImage; readonly atMs: number } | null;
  isOver: boolean;
  failedMs: number | null;
};

/**
 * Makes the part that turns tracks into what is published: keeps the best shot of each passage, has it confirmed, and puts it
 * into the outbox, once per passage; or the reason why there is none. The decisions are in `shots.ts`; this carries them out.
 */
export const makeBestShots = ({
  finder,
  outbox,
  log,
  doorTime,
}: {
  readonly finder: Pick<FaceFinder, 'confirm'>;
  readonly outbox: Outbox;
  readonly log: Log;
  readonly doorTime: DoorTime;
}) => {
  const passages = new Map<string, OpenPassage>();
  let wallOffsetMs = 0;

  const addToOutbox = async (
    { track, shots, kept }: OpenPassage,
    attempt: 1 | 2,
    atMs: number,
  ): Promise<void> => {
    if (!kept || !shots.best) return;
    const jpeg = await encodeCrop(kept.crop);
    const facts = {
      ...createPassageFacts(track, kept.atMs, wallOffsetMs, doorTime),
      attempt,
      quality: roundQuality(shots.best),
      liveness: null,
    };
    const seq = await outbox.add({ kind: 'sighting', facts, jpeg });
    log.event('sighting.chosen', {
      passageId: track.passageId,
      seq,
      attempt,
      bytes: jpeg.length,
      facePx: facts.quality.size,
      quality: facts.quality.score,
      waitedMs: Math.round(atMs - kept.atMs),
    });
  };

  const reportUnusable = async ({ track }: OpenPassage, reason: UnusableReason): Promise<void> => {
    const facts = { ...createPassageFacts(track, track.lastMs, wallOffsetMs, doorTime), reason };
    const seq = await outbox.add({ kind: 'passage', facts });
    log.event('passage.unusable', { passageId: track.passageId, seq, reason, frames: track.hits });
  };

  /** Does what is to be done about a passage now, until there is nothing more to do. */
  const settle = async (passage: OpenPassage, atMs: number): Promise<void> => {
    for (;;) {
      const decision = decide(passage.shots, passage.track, atMs, passage.isOver);
      if (decision.do === 'wait') return;
      if (decision.do === 'send' && passage.kept) {
        const { score } = await finder.confirm(passage.kept.crop);
        if (score < minConfirmation) {
          passage.shots = refuseShot(passage.shots, atMs);
        } else {
          await addToOutbox(passage, decision.attempt, atMs);
          passage.shots = markSent(passage.shots, decision.attempt);
        }
        passage.kept = null;
        continue;
      }
      if (decision.do === 'report') await reportUnusable(passage, decision.reason);
      passages.delete(passage.track.passageId);
      return;
    }
  };

  /** Settles one passage; a failure costs the others nothing and is tried again. */
  const trySettle = async (passage: OpenPassage, atMs: number): Promise<void> => {
    if (passage.failedMs !== null && atMs - passage.failedMs < retryMs) return;
    try {
      await settle(passage, atMs);
      passage.failedMs = null;
    } catch (error) {
      passage.failedMs = atMs;
      log.event('passage.failed', { passageId: passage.track.passageId, error: String(error) });
    }
  };

  const look = (frame: Frame, track: Track, face: Face, faces: readonly Face[]): void => {
    const passage = passages.get(track.passageId) ?? {
      track,
      shots: noShots,
      kept: null,
      isOver: false,
      failedMs: null,
    };
    passages.set(track.passageId, passage);
    passage.track = track;
    if (passage.shots.attempts > 0) return;
    const judged = addShot(
      passage.shots,
      judgeShot(measureFace(frame, face)),
      face.box.width,
      frame.monotonicMs,
    );
    passage.shots = judged.shots;
    if (judged.keep) {
      const others = faces.filter((other) => other !== face);
      passage.kept = { crop: cutCrop(frame, face, others), atMs: frame.monotonicMs };
    }
  };

  const finish = (tracks: readonly Track[]): void => {
    for (const track of tracks) {
      const passage = passages.get(track.passageId);
      if (passage) {
        passage.track = track;
        passage.isOver = true;
      }
      log.event('passage.ended', { passageId: track.passageId, frames: track.hits });
    }
  };

  /** Lets go of flickers that never became a passage, and of what has failed for too long. */
  const letGo = (alive: readonly Track[]): void => {
    const ids = new Set(alive.map((track) => track.passageId));
    const unsettled: OpenPassage[] = [];
    for (const [id, passage] of passages) {
      if (passage.isOver) unsettled.push(passage);
      else if (!ids.has(id)) passages.delete(id);
    }
    for (const passage of unsettled.slice(0, Math.max(0, unsettled.length - maxUnsettled))) lose(passage);
  };

  const lose = ({ track: { passageId } }: OpenPassage): void => {
    passages.delete(passageId);
    log.event('passage.lost', { passageId });
  };

  return {
    /** Takes in one frame with all its faces and what the tracker made of them. */
    see: async (frame: Frame, faces: readonly Face[], step: Step): Promise<void> => {
      wallOffsetMs = frame.capturedAt - frame.monotonicMs;
      for (const { passageId } of step.started) log.event('passage.began', { passageId });
      for (const { track, face } of step.updated) look(frame, track, face, faces);
      finish(step.ended);
      letGo(step.tracks);
      for (const passage of [...passages.values()]) await trySettle(passage, frame.monotonicMs);
    },
    /** Settles the passages that were still running when the camera stopped. */
    end: async (tracks: readonly Track[]): Promise<void> => {
      finish(tracks);
      for (const passage of [...passages.values()].filter(({ isOver }) => isOver)) {
        passage.failedMs = null;
        await trySettle(passage, passage.track.lastMs);
        if (passages.has(passage.track.passageId)) lose(passage);
      }
      passages.clear();
    },
    /** Passages that are over but not safe in the outbox yet. */
    unsettled: (): number => [...passages.values()].filter((passage) => passage.isOver).length,
  };
};
