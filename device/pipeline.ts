import { makeBestShots } from './best-shot/best-shots.ts';
import type { DoorTime } from './best-shot/passage-facts.ts';
import type { Camera, Frame } from './camera/frame.ts';
import type { Log } from './log.ts';
import type { Outbox } from './outbox/outbox.ts';
import { makeTracker, type Track } from './tracker/tracker.ts';
import type { FaceFinder } from './vision/face.ts';
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
    finder,
    outbox,
    log,
    doorTime,
    newPassageId,
    counters = createCounters(),
  }: {
    readonly camera: Camera;
    readonly finder: FaceFinder;
    readonly outbox: Outbox;
    readonly log: Log;
    readonly doorTime: DoorTime;
    /** Makes a UUID version 7. */
    readonly newPassageId: () => string;
    readonly counters?: PipelineCounters;
  },
  signal: AbortSignal,
): Promise<'stopped' | 'ended'> => {
  const tracker = makeTracker({ newPassageId });
  const bestShots = makeBestShots({ finder, outbox, log, doorTime });
  let tracks: readonly Track[] = [];
  let background: Background | undefined;
  let failuresInARow = 0;

  const look = async (frame: Frame): Promise<void> => {
    const motion = detectMotion(background, downscaleLuma(frame, motionWidth));
    background = motion.background;
    // Who stands still is no motion, but still there.
    if (!motion.moved && tracks.length === 0 && bestShots.unsettled() === 0) return;
    counters.searchedFrames += 1;
    const faces = await finder.detect(frame);
    const step = tracker.step(tracks, faces, frame.monotonicMs);
    tracks = step.tracks;
    counters.passages += step.started.length;
    await bestShots.see(frame, faces, step);
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
