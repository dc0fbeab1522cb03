import { makeBestShots } from './best-shot/best-shots.ts';
import type { DoorTime } from './best-shot/passage-facts.ts';
import { noVerdicts, type Verdicts } from './best-shot/verdicts.ts';
import type { Camera, Frame } from './camera/frame.ts';
import { everywhere, type Zone } from './camera/zone.ts';
import { type LivenessPolicy, noLiveness } from './liveness/liveness-policy.ts';
import type { Log } from './log.ts';
import type { Outbox } from './outbox/outbox.ts';
import { doorTracking, mayStandStill, type TrackerSettings } from './tracker/track.ts';
import { type FollowedTrack, makeTracker, type Step } from './tracker/tracker.ts';
import type { Face, FaceFinder } from './vision/face.ts';
import { downscaleLuma } from './vision/luma.ts';
import { type Background, detectMotion } from './vision/motion.ts';

/** Counted since the pipeline began; read by the door's health. */
export type PipelineCounters = {
  frames: number;
  searchedFrames: number;
  failedFrames: number;
  passages: number;
};

export const createCounters = (): PipelineCounters => ({
  frames: 0,
  searchedFrames: 0,
  failedFrames: 0,
  passages: 0,
});

/** Looks on, for a report: what each stage takes, and what became of each frame in which someone was or might be. */
export interface Onlooker {
  /** Does the work of a stage and returns its result. */
  stage<Result>(name: Stage, work: () => Result): Result;
  saw(frame: Frame, faces: readonly Face[], step: Step): void;
}
export type Stage = 'motion' | 'detect' | 'track' | 'judge';

const nobody: Onlooker = { stage: (_, work) => work(), saw: () => undefined };

/** So many frames in a row fail only when something is broken that a restart may mend. */
const maxFailuresInARow = 50;
/** Width at which motion is judged, in pixels. */
const motionWidth = 160;

/**
 * The door's eyes: camera → motion → detector → tracker → best shot → outbox, one frame at a time.
 *
 * Give it `newestFrames(camera)` for a camera that does not wait. Runs until `signal` aborts (`stopped`) or the camera has no
 * more frames (`ended`); either way the passages still running are ended and put into the outbox first.
 * One frame's failure is logged and the next one tried. Throws, also after draining, when the camera breaks or when
 * no frame can be processed any more: the caller restarts what it is made of.
 */
export const runPipeline = async (
  {
    camera,
    zone = everywhere,
    finder,
    outbox,
    log,
    doorTime,
    newPassageId,
    verdicts = noVerdicts,
    liveness = noLiveness,
    tracking = doorTracking,
    counters = createCounters(),
    onlooker: { stage, saw } = nobody,
  }: {
    readonly camera: Camera;
    readonly zone?: Zone;
    readonly finder: FaceFinder;
    readonly outbox: Outbox;
    readonly log: Log;
    readonly doorTime: DoorTime;
    /** Makes a UUID version 7. */
    readonly newPassageId: () => string;
    /** What the cloud answers; without, no passage gets a second picture. */
    readonly verdicts?: Verdicts;
    readonly liveness?: LivenessPolicy;
    readonly tracking?: TrackerSettings;
    readonly counters?: PipelineCounters;
    readonly onlooker?: Onlooker;
  },
  signal: AbortSignal,
): Promise<'stopped' | 'ended'> => {
  const tracker = makeTracker({ newPassageId, ...tracking });
  const bestShots = makeBestShots({ finder, outbox, log, doorTime, verdicts, liveness });
  let tracks: readonly FollowedTrack[] = [];
  let background: Background | undefined;
  let failuresInARow = 0;

  const look = async (frame: Frame): Promise<void> => {
    const motion = stage('motion', () =>
      detectMotion(background, zone.pick(downscaleLuma(frame, motionWidth))),
    );
    background = motion.background;
    // Who stands still is no motion, but still there; who has just left is remembered, but not looked for.
    const isWanted = motion.moved || tracks.some((track) => mayStandStill(track, frame.monotonicMs));
    // The place of a picture is kept for days and changes nothing until something is found again.
    const isQuiet = tracks.every(({ isMemory }) => isMemory) && bestShots.unsettled() === 0;
    if (!isWanted && isQuiet) return;
    if (isWanted) counters.searchedFrames += 1;
    const faces = isWanted ? await stage('detect', () => finder.detect(frame)) : [];
    const inZone = faces.filter(({ box }) => zone.holds(box, frame));
    const step = stage('track', () => tracker.step(tracks, inZone, frame.monotonicMs));
    tracks = step.tracks;
    counters.passages += step.started.length;
    saw(frame, faces, step);
    await stage('judge', () => bestShots.see(frame, faces, step));
    failuresInARow = 0;
  };

  try {
    for await (const frame of camera.frames(signal)) {
      counters.frames += 1;
      try {
        await look(frame);
      } catch (error) {
        counters.failedFrames += 1;
        failuresInARow += 1;
        log.event('frame.failed', { frame: frame.index, error: String(error) });
        if (failuresInARow >= maxFailuresInARow) throw error;
      }
    }
  } finally {
    await bestShots.end(tracker.finish(tracks));
  }
  const how = signal.aborted ? 'stopped' : 'ended';
  log.event('camera.ended', { how, ...counters });
  return how;
};
