import type { Act, Passer, Performer } from './act.ts';
import type { ReplayConfig } from './config.ts';
import { makeRandom, type Random } from './random.ts';
import { adult, lenses, placeOnRoute } from './route.ts';
import { usablePeople } from './sample-people.ts';
import { type Part, type Scene, scenes } from './scenes.ts';
import { createLook, endOf, walkGroups } from './script.ts';
import { placeAt } from './walk.ts';

/** Deals people in a random order, each again only after everyone else. */
const makeCast = (random: Random, ids: readonly string[]) => {
  let queue: string[] = [];
  return (size: number): string[] => {
    if (queue.length < size) queue = [...queue, ...random.shuffle(ids.filter((id) => !queue.includes(id)))];
    return queue.splice(0, size);
  };
};

const perform = (
  { route, stature = adult, shape = 'person' }: Part,
  personId: string,
  random: Random,
  lens: number,
): Omit<Passer, 'passage'> => {
  const way = { route, stature, lens, bobMs: random.between(800, 1300) };
  return {
    personId,
    shape,
    look: createLook(random),
    fromMs: route[0]?.atMs ?? 0,
    toMs: route.at(-1)?.atMs ?? 0,
    placeAt: (atMs, picture) => placeOnRoute(way, atMs, picture),
  };
};

function* sceneActs(scene: Scene, config: ReplayConfig): Generator<Act> {
  const random = makeRandom(config.seed);
  const ids = config.people ?? usablePeople().map((person) => person.id);
  const deal = makeCast(random, ids);
  let passage = 0;
  let freeAtMs = 0;
  while (config.passages === undefined || passage < config.passages) {
    const left = config.passages === undefined ? ids.length : config.passages - passage;
    const fromMs = freeAtMs + config.pauseSeconds * 1000 * random.between(0.6, 1.4);
    const parts = scene.parts(random, fromMs, Math.min(left, ids.length));
    const people = deal(parts.length);
    const cast = parts.map((part, n) =>
      perform(part, people[n % people.length] ?? '', random, scene.lens ?? lenses.normal),
    );
    freeAtMs = Math.max(...cast.map(({ toMs }) => toMs));
    const act = { fromMs: Math.min(...cast.map((one) => one.fromMs)), toMs: freeAtMs };
    yield scene.isEmpty
      ? { ...act, passers: [], others: cast }
      : { ...act, passers: cast.map((one, n) => ({ ...one, passage: passage + n })), others: [] };
    // A film without passages has as many acts as it should have had passages.
    passage += scene.isEmpty ? 1 : cast.length;
  }
}

function* corridorActs(config: ReplayConfig): Generator<Act> {
  for (const group of walkGroups(config)) {
    yield {
      fromMs: Math.min(...group.map((walk) => walk.fromMs)),
      toMs: Math.max(...group.map(endOf)),
      others: [],
      passers: group.map((walk) => ({
        passage: walk.passage,
        personId: walk.personId,
        look: walk.look,
        shape: 'person',
        fromMs: walk.fromMs,
        toMs: endOf(walk),
        placeAt: (atMs, picture) => placeAt(walk, atMs, picture),
      })),
    };
  }
}

/** Everything that happens in a film, in the order of its time; endless unless `passages` is set. */
export const actsOf = (config: ReplayConfig): Generator<Act> =>
  config.scene === 'corridor' ? corridorActs(config) : sceneActs(scenes[config.scene], config);

/** What hangs on the wall through the whole film. The camera is never quite still: a passing lorry shakes it. */
export const picturesOf = (config: ReplayConfig): readonly Performer[] => {
  const scene: Scene | undefined = config.scene === 'corridor' ? undefined : scenes[config.scene];
  const random = makeRandom(config.seed + 1);
  const people = random.shuffle(config.people ?? usablePeople().map(({ id }) => id));
  return Array.from({ length: scene?.pictures ?? 0 }, (_, place) => {
    const size = random.between(0.09, 0.17);
    const shakeMs = random.between(30, 60);
    return {
      personId: people[place % people.length] ?? '',
      look: createLook(random),
      shape: 'picture',
      placeAt: (atMs, picture) => ({
        faceWidth: size * picture.height,
        centreX: (0.18 + 0.32 * place) * picture.width + 0.5 * Math.sin(atMs / shakeMs),
        centreY: 0.32 * picture.height + 0.5 * Math.cos(atMs / shakeMs),
        opacity: 1,
        turnDegrees: 0,
        nearness: 0,
      }),
    };
  });
};
