import type { ReplayConfig } from './config.ts';
import { makeRandom, type Random } from './random.ts';
import { usablePeople } from './sample-people.ts';

/** How one passage's picture differs from the photograph, so that it never equals what was enrolled. */
export type Look = {
  /** Brightness factor. */
  readonly light: number;
  readonly mirrored: boolean;
  readonly tiltDegrees: number;
  /** Shifts the cut out of the photograph, in face widths. */
  readonly shift: { readonly x: number; readonly y: number };
  /** Strongest sensor noise, in steps of luma. */
  readonly noise: number;
  /** Seed of that noise. */
  readonly noiseSeed: number;
};

/** How one person walks: up from the far end, a short stand, and out of the picture. Times in ms of the film. */
export type Walk = {
  readonly passage: number;
  readonly personId: string;
  readonly look: Look;
  readonly fromMs: number;
  readonly approachMs: number;
  readonly standMs: number;
  readonly leaveMs: number;
  /** Face width where the person stands, as a part of the picture's height. */
  readonly nearSize: number;
  /** Where the person stands, as a part of the picture's width from its middle: negative is left. */
  readonly lane: number;
  readonly leaves: 'left' | 'right' | 'under';
  readonly swayPeriodMs: number;
};

export const endOf = (walk: Walk): number => walk.fromMs + walk.approachMs + walk.standMs + walk.leaveMs;

export const createLook = (random: Random): Look => ({
  light: random.between(0.78, 1.18),
  mirrored: random.chance(0.5),
  tiltDegrees: random.between(-7, 7),
  shift: { x: random.between(-0.12, 0.12), y: random.between(-0.1, 0.1) },
  noise: random.between(2, 6),
  noiseSeed: Math.floor(random.between(0, 2 ** 32)),
});

/** Lanes are far enough apart that no one's shoulders reach a neighbour's face. */
const lanes = { 1: [0], 2: [-0.24, 0.24], 3: [-0.33, 0, 0.33] } as const;

const createWalk = (
  random: Random,
  passage: number,
  personId: string,
  fromMs: number,
  size: 1 | 2 | 3,
  place: number,
): Walk => {
  const lane = lanes[size][place] ?? 0;
  const alone = size === 1;
  const side = lane === 0 ? random.pick(['left', 'right'] as const) : lane < 0 ? 'left' : 'right';
  // Who is hemmed in on both sides can only walk on under the camera.
  const hemmedIn = size === 3 && lane === 0;
  return {
    passage,
    personId,
    look: createLook(random),
    fromMs: Math.round(fromMs + (alone ? 0 : random.between(0, 600))),
    approachMs: Math.round(random.between(2200, 3200)),
    standMs: Math.round(random.between(500, 1500)),
    leaveMs: Math.round(random.between(900, 1300)),
    nearSize: size === 3 ? random.between(0.19, 0.21) : random.between(0.22, 0.28),
    lane: lane + random.between(-0.02, 0.02) + (alone ? random.between(-0.15, 0.15) : 0),
    leaves: hemmedIn || random.chance(0.3) ? 'under' : side,
    swayPeriodMs: random.between(800, 1300),
  };
};

/**
 * Everyone who walks through the film, group by group in the order of their time; endless unless `passages` is set.
 * Each group comes after an empty stretch; a person comes again only after everyone else has been.
 */
export function* walkGroups(config: ReplayConfig): Generator<readonly Walk[]> {
  const random = makeRandom(config.seed);
  const people = config.people ?? usablePeople().map((person) => person.id);
  let queue: string[] = [];
  let passage = 0;
  let freeAtMs = 0;
  while (config.passages === undefined || passage < config.passages) {
    const left = config.passages === undefined ? 3 : config.passages - passage;
    const wanted = random.chance(config.together) ? random.pick([2, 2, 3] as const) : 1;
    const size = Math.min(wanted, left, people.length) as 1 | 2 | 3;
    const fromMs = freeAtMs + config.pauseSeconds * 1000 * random.between(0.6, 1.4);
    if (queue.length < size)
      queue = [...queue, ...random.shuffle(people.filter((id) => !queue.includes(id)))];
    const group = queue
      .splice(0, size)
      .map((personId, place) => createWalk(random, passage + place, personId, fromMs, size, place));
    passage += size;
    freeAtMs = Math.max(...group.map(endOf));
    yield group;
  }
}
