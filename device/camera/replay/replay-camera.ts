import type { Clock } from '../../clock.ts';
import type { Camera, Frame } from '../frame.ts';
import type { ReplayConfig } from './config.ts';
import { paintCorridor } from './corridor.ts';
import { cutOut } from './cut-out.ts';
import { samplePerson } from './sample-people.ts';
import { endOf, type Walk, walkGroups } from './script.ts';
import { drawSprite, type Sprite } from './sprite.ts';
import { placeAt } from './walk.ts';

type Actor = { readonly walk: Walk; readonly sprite: readonly Sprite[] };

/** Pictures of the empty corridor, so that its noise does not stand still. */
const corridorTakes = 4;

/**
 * Makes a camera that plays sample photographs as people who come up a corridor, stand, and leave.
 *
 * Frames are planar YUV 4:2:0 in new memory each. The film is the same for the same configuration; who walks when is told by
 * `replayScript`. In real time a frame is given when its time has come and the ones the reader was too slow for are left out,
 * as a camera does; else every frame is given as soon as it is asked for, stamped with the time it would have had.
 * Throws at once when the configuration names a person who is not in the sample photographs.
 */
export const makeReplayCamera = (config: ReplayConfig, clock: Clock): Camera => {
  config.people?.forEach(samplePerson);
  return { frames: (signal) => play(config, clock, signal) };
};

async function* play(config: ReplayConfig, clock: Clock, signal: AbortSignal): AsyncGenerator<Frame> {
  const corridor = paintCorridor(config.width, config.height, config.seed, corridorTakes);
  const frameMs = 1000 / config.fps;
  const startedAt = clock.now();
  const startedMs = clock.monotonicMs();
  const groups = walkGroups(config);
  let index = 0;

  const paint = (actors: readonly Actor[]): Frame => {
    const atMs = index * frameMs;
    const data = new Uint8Array(corridor[index % corridorTakes] ?? []);
    const { width, height } = config;
    const seen = actors.flatMap(({ walk, sprite }) => {
      const place = placeAt(walk, atMs, { width, height });
      return place ? [{ place, sprite }] : [];
    });
    // Who is farther is behind.
    seen.sort((a, b) => a.place.faceWidth - b.place.faceWidth);
    for (const { place, sprite } of seen) drawSprite({ width, height, data }, sprite, place);
    const stamp = config.realtime
      ? { capturedAt: clock.now(), monotonicMs: clock.monotonicMs() }
      : { capturedAt: Math.round(startedAt + atMs), monotonicMs: startedMs + atMs };
    return { index, width, height, data, ...stamp };
  };

  /** Waits for the next frame's time. In real time it may skip frames. */
  const nextFrame = async (): Promise<void> => {
    index += 1;
    if (!config.realtime) return;
    const elapsedMs = clock.monotonicMs() - startedMs;
    index = Math.max(index, Math.floor(elapsedMs / frameMs));
    const waitMs = index * frameMs - elapsedMs;
    if (waitMs > 0) await clock.sleep(waitMs, signal);
  };

  async function* show(actors: readonly Actor[], untilMs: number): AsyncGenerator<Frame> {
    while (!signal.aborted && index * frameMs < untilMs) {
      yield paint(actors);
      await nextFrame();
    }
  }

  let filmMs = 0;
  for (const group of groups) {
    const startsMs = Math.min(...group.map((walk) => walk.fromMs));
    yield* show([], startsMs);
    if (signal.aborted) return;
    const actors = await Promise.all(
      group.map(async (walk) => ({ walk, sprite: await cutOut(samplePerson(walk.personId), walk.look) })),
    );
    filmMs = Math.max(...group.map(endOf));
    yield* show(actors, filmMs);
  }
  // The last one's tracks end in an empty corridor too.
  yield* show([], filmMs + config.pauseSeconds * 1000);
}
