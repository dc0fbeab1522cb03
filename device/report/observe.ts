import { v7 as newPassageId } from 'uuid';
import type { Camera } from '../camera/frame.ts';
import type { Zone } from '../camera/zone.ts';
import { type Clock, readBootId } from '../clock.ts';
import { type LivenessPolicy, noLiveness } from '../liveness/liveness-policy.ts';
import type { Log } from '../log.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { createCounters, type Onlooker, runPipeline } from '../pipeline.ts';
import { doorTracking, type TrackerSettings } from '../tracker/track.ts';
import type { FaceFinder } from '../vision/face.ts';
import type { ObservedFilm } from './observed.ts';
import { makePassageRecords } from './passage-records.ts';
import { makeStopwatch, type Stopwatch } from './stopwatch.ts';

/**
 * Runs the real pipeline over a camera and writes down what it did. Nothing is stored or sent: what would go into the outbox stays
 * in memory. `withPictures` keeps snapshots too, for a contact sheet. Throws as `runPipeline` does.
 */
export const observeFilm = async (
  {
    camera,
    finder,
    log,
    clock,
    liveness = noLiveness,
    tracking = doorTracking,
    zone,
    withPictures = false,
  }: {
    readonly camera: Camera;
    readonly finder: FaceFinder;
    readonly log: Log;
    readonly clock: Clock;
    readonly liveness?: LivenessPolicy;
    readonly tracking?: TrackerSettings;
    readonly zone?: Zone;
    readonly withPictures?: boolean;
  },
  signal: AbortSignal,
): Promise<ObservedFilm> => {
  const stopwatch = makeStopwatch(clock);
  const records = makePassageRecords({ withPictures });
  const counters = createCounters();
  const began = new Set<string>();
  const film = { size: null as ObservedFilm['size'], firstMs: 0, lastMs: 0, withFaces: 0 };

  const onlooker: Onlooker = {
    stage: stopwatch.time,
    saw: (frame, faces, step) => {
      if (faces.length > 0) film.withFaces += 1;
      for (const { passageId } of step.started) began.add(passageId);
      records.saw(frame, faces, step);
    },
  };
  const watched: Camera = {
    async *frames(until) {
      for await (const frame of timedFrames(camera, until, stopwatch)) {
        if (!film.size) film.firstMs = frame.monotonicMs;
        film.size = { width: frame.width, height: frame.height };
        film.lastMs = frame.monotonicMs;
        yield frame;
      }
    },
  };

  const startedMs = clock.monotonicMs();
  await runPipeline(
    {
      camera: watched,
      log,
      ...timedEnd(finder, records.outbox, stopwatch, clock),
      doorTime: { bootId: readBootId(), clockState: () => 'unsynced' },
      newPassageId,
      liveness,
      tracking,
      ...(zone && { zone }),
      counters,
      onlooker,
    },
    signal,
  );
  const { frames: seen, searchedFrames: searched, failedFrames: failed } = counters;
  const { withFaces, ...rest } = film;
  return {
    ...rest,
    frames: { seen, searched, failed, withFaces },
    passages: records.passages((passageId) => began.has(passageId)),
    times: stopwatch.times(),
    tookMs: clock.monotonicMs() - startedMs,
  };
};

/** A camera's frames; the time until each comes is counted as decoding. */
async function* timedFrames(camera: Camera, signal: AbortSignal, stopwatch: Stopwatch) {
  const frames = camera.frames(signal)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await stopwatch.time('decode', () => frames.next());
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await frames.return?.();
  }
}

/**
 * The second model and the outbox, timed. What passes between the model's answer and the outbox is counted as encoding: only the
 * JPEG is made there, and a liveness check where the door has one.
 */
const timedEnd = (finder: FaceFinder, outbox: Outbox, stopwatch: Stopwatch, clock: Clock) => {
  let answeredMs = 0;
  return {
    finder: {
      detect: (frame) => finder.detect(frame),
      confirm: async (crop) => {
        const answer = await stopwatch.time('confirm', () => finder.confirm(crop));
        answeredMs = clock.monotonicMs();
        return answer;
      },
      close: () => finder.close(),
    } satisfies FaceFinder,
    outbox: {
      add: (entry) => {
        if (entry.kind === 'sighting') stopwatch.add('encode', clock.monotonicMs() - answeredMs);
        return outbox.add(entry);
      },
    } satisfies Outbox,
  };
};
