import type { Performer } from './act.ts';
import type { Random } from './random.ts';
import { adult, child, createRoute, halfView, type Leg, lenses, type Stature, type Stop } from './route.ts';

/** One part of an act: a way through the picture, to be given to somebody. */
export type Part = {
  readonly route: readonly Stop[];
  readonly stature?: Stature;
  readonly shape?: Performer['shape'];
};

/** A kind of film. `parts` invents what happens next; `most` is how many passages the film still has room for. */
export type Scene = {
  readonly shows: string;
  readonly lens?: number;
  /** Nobody's face is shown: whatever is sighted here is a false alarm. */
  readonly isEmpty?: boolean;
  /** How many pictures of faces hang on the wall. */
  readonly pictures?: number;
  readonly parts: (random: Random, fromMs: number, most: number) => readonly Part[];
};

const far = 4.5;

/** Past the camera, close by and out of the picture. */
const pastCamera = (random: Random, side: -1 | 1, lens: number = lenses.normal): Leg => ({
  away: 0.5,
  side: side * (halfView(0.5, lens) + 0.35),
  turn: 0,
  ms: random.between(900, 1300),
});

const eitherSide = (random: Random): -1 | 1 => random.pick([-1, 1] as const);
const sideOf = (random: Random, side: number): -1 | 1 =>
  Math.abs(side) < 0.05 ? eitherSide(random) : side < 0 ? -1 : 1;

const abreast: Scene['parts'] = (random, fromMs, most) => {
  const size = Math.min(most, random.pick([2, 2, 3, 4] as const));
  const gap = random.between(0.6, 0.75);
  const away = 1.1 + 0.45 * Math.max(0, size - 2);
  const standMs = random.between(500, 1500);
  return Array.from({ length: size }, (_, place) => {
    const side = (place - (size - 1) / 2) * gap;
    return {
      route: createRoute(fromMs + random.between(0, 500), { side, away: far, turn: 0 }, [
        { away: away + random.between(-0.08, 0.08), ms: random.between(2400, 3000) },
        { turn: random.between(-8, 8), ms: standMs },
        pastCamera(random, sideOf(random, side)),
      ]),
    };
  });
};

const crossing: Scene['parts'] = (random, fromMs, most) => {
  const behind = random.between(0.25, 0.6);
  const mirror = eitherSide(random);
  const walkMs = random.between(2600, 3400);
  return [mirror, -mirror].slice(0, most).map((from, place) => ({
    route: createRoute(fromMs, { side: -0.9 * from, away: 4 + place * behind, turn: 10 * from }, [
      { side: 0.42 * from, away: 1.1 + place * behind, ms: walkMs },
      { turn: 0, ms: random.between(500, 1100) },
      pastCamera(random, from < 0 ? -1 : 1),
    ]),
  }));
};

/** Stands about for one to two minutes, now and then turned away; others pass behind. */
const doorway: Scene['parts'] = (random, fromMs, most) => {
  const turns = Math.round(random.between(3, 6));
  const looks = Array.from({ length: turns }, (): Leg[] => {
    const turn = eitherSide(random) * random.between(110, 180);
    return [
      { turn: random.between(-10, 10), ms: random.between(8000, 20_000) },
      { turn, ms: 450 },
      { ms: random.between(800, 7000) },
      { turn: 0, ms: 450 },
    ];
  }).flat();
  const side = random.between(-0.2, 0.2);
  const stands: Part = {
    route: createRoute(fromMs, { side, away: far, turn: 0 }, [
      { away: random.between(0.9, 1.3), ms: 2800 },
      ...looks,
      { ms: 1000 },
      pastCamera(random, sideOf(random, side)),
    ]),
  };
  if (most < 2 || random.chance(0.4)) return [stands];
  const from = eitherSide(random);
  const passes: Part = {
    route: createRoute(
      fromMs + random.between(8000, 20_000),
      { side: 1.6 * from, away: 2.2, turn: -20 * from },
      [{ side: 0.75 * from, turn: 0, ms: 900 }, { ms: 700 }, { side: 1.7 * from, turn: 70 * from, ms: 1300 }],
    ),
  };
  return [stands, passes];
};

const turning: Scene['parts'] = (random, fromMs) => {
  const turn = eitherSide(random) * random.between(60, 100);
  const side = random.between(-0.25, 0.25);
  const away = random.between(0.9, 1.4);
  const leaves: Leg[] = random.chance(0.4)
    ? [
        { turn: 180, ms: 600 },
        { away: far, ms: 3000 },
      ]
    : [pastCamera(random, sideOf(random, side))];
  return [
    {
      route: createRoute(fromMs, { side, away: far, turn: 0 }, [
        { away: 2.6, ms: 1500 },
        { away: 2.3, turn, ms: 300 },
        { away: 1.8, ms: random.between(500, 1200) },
        { away: 1.6, turn: 0, ms: 300 },
        { away, ms: 700 },
        { ms: random.between(500, 1500) },
        { turn: -turn, ms: 350 },
        { ms: random.between(300, 2500) },
        { turn: 0, ms: 350 },
        { ms: random.between(400, 1200) },
        ...leaves,
      ]),
    },
  ];
};

const brisk: Scene['parts'] = (random, fromMs) => {
  const side = eitherSide(random);
  return [
    {
      route: createRoute(fromMs, { side: -0.3 * side, away: far, turn: 0 }, [
        { side: 0.1 * side, away: 0.9, ms: random.between(1300, 1700) },
        { ...pastCamera(random, side), ms: random.between(350, 500) },
      ]),
    },
  ];
};

const throughWideLens: Scene['parts'] = (random, fromMs, most) => {
  const size = Math.min(most, random.pick([1, 2] as const));
  return Array.from({ length: size }, (_, place) => {
    const side = size === 1 ? random.between(-0.6, 0.6) : (place - 0.5) * random.between(0.7, 1.2);
    return {
      route: createRoute(fromMs + random.between(0, 500), { side, away: 3.5, turn: 0 }, [
        { away: random.between(0.95, 1.25), ms: random.between(2200, 2800) },
        { turn: random.between(-8, 8), ms: random.between(600, 1500) },
        pastCamera(random, sideOf(random, side), lenses.wide),
      ]),
    };
  });
};

/** In and out where the picture ends, near the camera. */
const overTheEdge: Scene['parts'] = (random, fromMs) => {
  const away = random.between(1, 1.7);
  const outside = halfView(away, lenses.normal) + 0.3;
  const from = eitherSide(random);
  const to = random.chance(0.5) ? from : -from;
  return [
    {
      route: createRoute(fromMs, { side: from * outside, away, turn: -35 * from }, [
        { side: from * random.between(0, 0.25), turn: -15 * from, ms: random.between(1000, 1500) },
        { turn: 0, ms: 250 },
        { ms: random.between(600, 1200) },
        { turn: 35 * to, ms: 250 },
        { side: to * outside, ms: random.between(900, 1300) },
      ]),
    },
  ];
};

const withChild: Scene['parts'] = (random, fromMs, most) => {
  const hand = eitherSide(random);
  const away = random.between(1.2, 1.6);
  const walkMs = random.between(2800, 3400);
  const standMs = random.between(600, 1500);
  const statures = [adult, child].slice(0, most);
  return statures.map((stature, place) => {
    const side = (place === 0 ? 0.22 : -0.22) * hand;
    const near = -0.05 * place;
    return {
      stature,
      route: createRoute(fromMs, { side, away: far + near, turn: 0 }, [
        { away: away + near, ms: walkMs },
        { turn: random.between(-8, 8), ms: standMs },
        pastCamera(random, hand),
      ]),
    };
  });
};

const queue: Scene['parts'] = (random, fromMs, most) => {
  const away = random.between(0.9, 1.2);
  let startsMs = fromMs;
  return Array.from({ length: Math.min(most, 3) }, () => {
    const side = random.between(-0.1, 0.1);
    const standMs = random.between(500, 1000);
    const route = createRoute(startsMs, { side, away: far, turn: 0 }, [
      { away, ms: 2600 },
      { ms: standMs },
      pastCamera(random, eitherSide(random)),
    ]);
    startsMs += standMs + random.between(1300, 1900);
    return { route };
  });
};

/**
 * Is there on the spot, as behind a door that opens, stands and reads what hangs beside the camera, and goes. The next one comes when
 * a door has forgotten the last: nobody could tell two who follow each other unseen at one place from one who turned away and back.
 */
const reading: Scene['parts'] = (random, freeAtMs) => {
  const fromMs = freeAtMs + 15_000;
  const side = random.between(-0.3, 0.3);
  const reads = Array.from({ length: 8 }, (): Leg => ({ turn: random.between(-8, 8), ms: 500 }));
  return [
    {
      route: createRoute(fromMs, { side, away: random.between(0.9, 1.5), turn: 0 }, [
        ...reads,
        { turn: 180, ms: 500 },
        { away: far, ms: 2500 },
      ]),
    },
  ];
};

/** Walks away from the camera, or across with the face turned from it. */
const fromBehind: Scene['parts'] = (random, fromMs) => {
  const from = eitherSide(random);
  const away = random.between(1, 2);
  return random.chance(0.6)
    ? [
        {
          route: createRoute(fromMs, { side: 0.75 * from, away: 0.6, turn: 180 }, [
            { side: random.between(-0.3, 0.3), away: 1.2, turn: 180 + random.between(-25, 25), ms: 900 },
            { ms: random.between(0, 2500) },
            { away: far, turn: 180, ms: random.between(2400, 3200) },
          ]),
        },
      ]
    : [
        {
          route: createRoute(
            fromMs,
            { side: from * (halfView(away, lenses.normal) + 0.3), away, turn: 180 + 30 * from },
            [{ side: -from * (halfView(away, lenses.normal) + 0.3), ms: random.between(2400, 3600) }],
          ),
        },
      ];
};

/** Trolleys, doors, coats on hooks: things of any form, and outlines of people far out of focus. */
const clutter: Scene['parts'] = (random, fromMs) =>
  Array.from({ length: 3 }, () => {
    const away = random.between(0.8, 2.5);
    const outside = halfView(away, lenses.normal) + 0.8;
    const from = eitherSide(random);
    return {
      shape: random.chance(0.5) ? 'thing' : 'smear',
      stature: { face: random.between(0.1, 0.3), below: random.between(-0.2, 0.4) },
      route: createRoute(fromMs + random.between(0, 1500), { side: from * outside, away, turn: 0 }, [
        { side: random.between(-0.6, 0.6), ms: random.between(900, 2000) },
        { ms: random.between(0, 2000) },
        { side: -from * outside, away: random.between(0.8, 2.5), ms: random.between(900, 2000) },
      ]),
    };
  });

/** The kinds of films besides the plain corridor, each of which makes one thing hard. */
export const scenes = {
  groups: { shows: 'two to four people abreast', parts: abreast },
  crossings: {
    shows: 'two people whose ways cross, one hidden behind the other for a while',
    parts: crossing,
  },
  doorway: { shows: 'someone who stands about for a minute or two and turns away at times', parts: doorway },
  turning: { shows: 'people who turn their heads, some walk out again', parts: turning },
  fast: { shows: 'people in a hurry', parts: brisk },
  wide: { shows: 'small faces through a wide lens', lens: lenses.wide, parts: throughWideLens },
  edge: { shows: 'people who come and go over the edge of the picture', parts: overTheEdge },
  child: { shows: 'a child beside an adult', parts: withChild },
  queue: { shows: 'one behind the other', parts: queue },
  notice: { shows: 'people who are there on the spot, stand and read, and turn away', parts: reading },
  backs: { shows: "nobody's face: people from behind", isEmpty: true, parts: fromBehind },
  clutter: { shows: 'nobody: things and blurred shapes that move', isEmpty: true, parts: clutter },
  pictures: {
    shows: "nobody's face: pictures of faces on the wall, people from behind in front of them",
    isEmpty: true,
    pictures: 3,
    parts: fromBehind,
  },
} as const satisfies Record<string, Scene>;
