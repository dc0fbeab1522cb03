import type { Quality } from '#contract/sighting.ts';
import type { Frame } from '../camera/frame.ts';
import { type LivenessPolicy, noLiveness } from '../liveness/liveness-policy.ts';
import type { Log } from '../log.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Step, Track } from '../tracker/tracker.ts';
import { scaleFace } from '../vision/box.ts';
import type { Face, FaceFinder } from '../vision/face.ts';
import { scoreFloors } from '../vision/score-floors.ts';
import { cutCrop } from './crop.ts';
import { decide } from './decide.ts';
import { makeFullSizes } from './full-size.ts';
import { judgeShot } from './judge.ts';
import { measureFace } from './measure.ts';
import { type KeptShot, makePassageEntries } from './passage-entries.ts';
import type { DoorTime } from './passage-facts.ts';
import {
  addShot,
  hearVerdict,
  markSent,
  mayImprove,
  noShots,
  type Refusal,
  refuseShot,
  type Shots,
} from './shots.ts';
import { noVerdicts, type Verdicts } from './verdicts.ts';

/** Passages that could not be put into the outbox are tried again this often, and no more than so many are kept. */
const retryMs = 1000;
const maxUnsettled = 20;

/** A passage that goes on, or is over but not settled yet. */
type OpenPassage = {
  track: Track;
  shots: Shots;
  /** The one picture that is kept. */
  kept: KeptShot | null;
  isOver: boolean;
  failedMs: number | null;
};

/**
 * Makes the part that turns tracks into what is published: keeps the best shot of each passage, has it confirmed, and puts it
 * into the outbox; or the reason why there is none. Once per passage, and once more when the cloud did not recognise the first
 * picture and a much better one has come. The decisions are in `decide.ts`; this carries them out.
 */
export const makeBestShots = ({
  finder,
  outbox,
  log,
  doorTime,
  verdicts = noVerdicts,
  liveness = noLiveness,
}: {
  readonly finder: Pick<FaceFinder, 'confirm'>;
  readonly outbox: Outbox;
  readonly log: Log;
  readonly doorTime: DoorTime;
  readonly verdicts?: Verdicts;
  readonly liveness?: LivenessPolicy;
}) => {
  const passages = new Map<string, OpenPassage>();
  const fullSizes = makeFullSizes({ log });
  const entries = makePassageEntries({ outbox, log, doorTime });
  let wallOffsetMs = 0;

  const forget = (passageId: string): void => {
    passages.delete(passageId);
    liveness.check.forget(passageId);
  };

  /** Publishes the kept shot, unless there is a reason to refuse it. */
  const send = async (
    passage: OpenPassage,
    kept: KeptShot,
    { attempt, quality }: { readonly attempt: 1 | 2; readonly quality: Quality },
    atMs: number,
  ): Promise<void> => {
    const { track, shots } = passage;
    const refuse = (reason: Refusal): void => {
      log.event('shot.refused', { passageId: track.passageId, reason });
      passage.shots = refuseShot(shots, reason, atMs);
      passage.kept = null;
    };
    const { score } = await finder.confirm(kept.crop);
    if (score < scoreFloors.confirm) return refuse('not_confirmed');
    const alive = await liveness.check.judge(track.passageId);
    if (liveness.refuses && alive?.suspicious) return refuse('suspicious');
    const facts = { attempt, quality, liveness: alive };
    await entries.addSighting(track, kept, facts, { nowMs: atMs, wallOffsetMs });
    passage.shots = markSent(shots, attempt, atMs);
    passage.kept = null;
  };

  /** Does what is to be done about a passage now, until there is nothing more to do. */
  const settle = async (passage: OpenPassage, atMs: number): Promise<void> => {
    for (;;) {
      const { track, shots, isOver, kept } = passage;
      const decision = decide(shots, track, { atMs, isOver, isOnline: verdicts.isOnline() });
      if (decision.do === 'wait') return;
      if (decision.do === 'send' && kept && shots.best) {
        await send(passage, kept, { attempt: decision.attempt, quality: shots.best }, atMs);
        continue;
      }
      if (decision.do === 'report') await entries.addUnusable(track, decision.reason, wallOffsetMs);
      return forget(track.passageId);
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

  const openPassage = (track: Track): OpenPassage => {
    const known = passages.get(track.passageId);
    if (known) return Object.assign(known, { track });
    const passage = { track, shots: noShots, kept: null, isOver: false, failedMs: null };
    passages.set(track.passageId, passage);
    return passage;
  };

  const look = async (frame: Frame, track: Track, face: Face, faces: readonly Face[]): Promise<void> => {
    const passage = openPassage(track);
    if (!mayImprove(passage.shots)) return;
    liveness.check.watch(track.passageId, frame, face);
    const measured = measureFace(frame, face, await fullSizes.scaleOf(frame));
    const { shots, keep } = addShot(passage.shots, judgeShot(measured), measured.widthPx, frame.monotonicMs);
    passage.shots = shots;
    if (!keep) return;
    const full = await fullSizes.fullSizeOf(frame);
    const inFull = (one: Face) => scaleFace(one, full.width / frame.width, full.height / frame.height);
    const others = faces.filter((other) => other !== face);
    passage.kept = { crop: cutCrop(full, inFull(face), others.map(inFull)), atMs: frame.monotonicMs };
  };

  const hear = (): void => {
    for (const verdict of verdicts.take()) {
      const passage = passages.get(verdict.passageId);
      if (!passage) continue;
      passage.shots = hearVerdict(passage.shots, verdict);
      if (!passage.shots.best) passage.kept = null;
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
      else if (!ids.has(id)) forget(id);
    }
    for (const passage of unsettled.slice(0, Math.max(0, unsettled.length - maxUnsettled))) lose(passage);
  };

  /** Gives a passage up. One that was sent before has only lost its chance of a better picture. */
  const lose = ({ shots, track: { passageId } }: OpenPassage): void => {
    forget(passageId);
    if (!shots.sent) log.event('passage.lost', { passageId });
  };

  return {
    /** Takes in one frame with all its faces and what the tracker made of them. */
    see: async (frame: Frame, faces: readonly Face[], step: Step): Promise<void> => {
      wallOffsetMs = frame.capturedAt - frame.monotonicMs;
      for (const { passageId } of step.started) log.event('passage.began', { passageId });
      for (const { track, face } of step.updated) await look(frame, track, face, faces);
      hear();
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
      for (const id of [...passages.keys()]) forget(id);
    },
    /** Passages that are over but not settled: not safe in the outbox yet, or with a better picture for a verdict that may come. */
    unsettled: (): number => [...passages.values()].filter((passage) => passage.isOver).length,
  };
};
