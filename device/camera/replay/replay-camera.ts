import type { Clock } from '../../clock.ts';
import type { Camera, Frame } from '../frame.ts';
import type { Performer } from './act.ts';
import type { ReplayConfig } from './config.ts';
import { paintCorridor } from './corridor.ts';
import { costumeOf } from './costume.ts';
import { actsOf, picturesOf } from './film.ts';
import { samplePerson } from './sample-people.ts';
import { drawSprite, type Sprite, spriteFor } from './sprite.ts';
import { makeTurner } from './turn.ts';

type Actor = {
  readonly placeAt: Performer['placeAt'];
  readonly sprites: readonly Sprite[];
  readonly turn: (sprite: Sprite, degrees: number) => Sprite;
};

/** Pictures of the empty corridor, so that its noise does not stand still. */
const corridorTakes = 4;

/**
 * Makes a camera that plays sample photographs as people at a door: the scene of the configuration.
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
  const pictures = await dress(picturesOf(config));
  let index = 0;

  const paint = (actors: readonly Actor[]): Frame => {
    const atMs = index * frameMs;
    const data = new Uint8Array(corridor[index % corridorTakes] ?? []);
    const { width, height } = config;
    const seen = [...pictures, ...actors].flatMap((actor) => {
      const place = actor.placeAt(atMs, { width, height });
      return place ? [{ place, actor }] : [];
    });
    // Who is farther is behind.
    seen.sort((a, b) => a.place.nearness - b.place.nearness);
    for (const { place, actor } of seen) {
      const sprite = spriteFor(actor.sprites, place.faceWidth);
      if (sprite) drawSprite({ width, height, data }, actor.turn(sprite, place.turnDegrees), place);
    }
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
  for (const act of actsOf(config)) {
    yield* show([], act.fromMs);
    if (signal.aborted) return;
    filmMs = act.toMs;
    yield* show(await dress([...act.passers, ...act.others]), filmMs);
  }
  // The last one's tracks end in an empty corridor too.
  yield* show([], filmMs + config.pauseSeconds * 1000);
}

const dress = (performers: readonly Performer[]): Promise<readonly Actor[]> =>
  Promise.all(
    performers.map(async (performer) => ({
      placeAt: performer.placeAt,
      sprites: await costumeOf(performer),
      turn: makeTurner(),
    })),
  );
