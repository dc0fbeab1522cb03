import { describe, expect, it } from 'vitest';
import type { Act, Passer } from './act.ts';
import { ReplayConfig, sceneNames } from './config.ts';
import { actsOf, picturesOf } from './film.ts';
import { scenes } from './scenes.ts';
import { passageAt, replayScript } from './truth.ts';
import type { Place } from './walk.ts';

type SceneName = keyof typeof scenes;
const names = Object.keys(scenes) as SceneName[];
const emptyNames = names.filter((name) => 'isEmpty' in scenes[name]);
const peopleNames = names.filter((name) => !emptyNames.includes(name));

const configOf = (scene: SceneName, changes: Partial<ReplayConfig> = {}) => ({
  ...ReplayConfig.parse({ kind: 'replay', scene, passages: 24, pauseSeconds: 2, ...changes }),
  passages: changes.passages ?? 24,
});
const filmOf = (scene: SceneName, changes: Partial<ReplayConfig> = {}) => [
  ...actsOf(configOf(scene, changes)),
];
const picture = { width: 1280, height: 720 };

/** Where somebody is every 100 ms. */
const placesOf = ({ fromMs, toMs, placeAt }: Passer): { atMs: number; place: Place }[] =>
  Array.from({ length: Math.floor((toMs - fromMs) / 100) }, (_, n) => fromMs + 100 * n).flatMap((atMs) => {
    const place = placeAt(atMs, picture);
    return place ? [{ atMs, place }] : [];
  });
const isAway = ({ place }: { place: Place }) => Math.abs(place.turnDegrees) > 90;
const sizes = (acts: readonly Act[]) => new Set(acts.map(({ passers }) => passers.length));

describe.each(names)('the scene %s', (name) => {
  it('is the same for the same seed and another for another', () => {
    const sketch = (seed: number) =>
      filmOf(name, { seed }).map(({ fromMs, toMs, passers, others }) => ({
        fromMs,
        toMs,
        people: [...passers, ...others].map(({ personId, placeAt }) => [
          personId,
          placeAt((fromMs + toMs) / 2, picture),
        ]),
      }));
    expect(sketch(3)).toEqual(sketch(3));
    expect(sketch(4)).not.toEqual(sketch(3));
  });

  it('leaves the picture empty between its acts', () => {
    let freeAtMs = 0;
    for (const { fromMs, toMs } of filmOf(name)) {
      expect(fromMs - freeAtMs).toBeGreaterThanOrEqual(1200);
      freeAtMs = toMs;
    }
  });
});

describe.each(peopleNames)('the people of %s', (name) => {
  it('are as many as asked for, and nearly all of them show a usable face', () => {
    const script = replayScript(configOf(name));
    expect(script.map(({ passage }) => passage)).toEqual(Array.from({ length: 24 }, (_, n) => n));
    expect(script.filter(({ isUsable }) => isUsable).length).toBeGreaterThanOrEqual(22);
  });

  it('are found again by the place of their faces', () => {
    const config = configOf(name, { passages: 4 });
    for (const passer of filmOf(name, { passages: 4 }).flatMap(({ passers }) => passers)) {
      const found = placesOf(passer).map(({ atMs, place: { centreX, centreY, faceWidth } }) =>
        passageAt(config, atMs, {
          x: centreX - faceWidth / 2,
          y: centreY - faceWidth / 2,
          width: faceWidth,
          height: faceWidth,
        }),
      );
      // Not while they are hidden behind somebody.
      const share = found.filter((passage) => passage === passer.passage).length / found.length;
      expect(share).toBeGreaterThan(0.7);
    }
    expect(passageAt(config, 0, { x: 600, y: 300, width: 80, height: 80 })).toBeNull();
  });
});

it.each(emptyNames)('nobody passes in %s', (name) => {
  const acts = filmOf(name);
  expect(acts).toHaveLength(24);
  expect(replayScript(configOf(name))).toEqual([]);
  for (const { passers, others } of acts) {
    expect(passers).toEqual([]);
    expect(others.length).toBeGreaterThan(0);
  }
});

it('shows what each scene is there for', () => {
  // The last group may be all that the film has room for.
  expect(sizes(filmOf('groups', { passages: 60 }).slice(0, -1))).toEqual(new Set([2, 3, 4]));
  expect(sizes(filmOf('child'))).toEqual(new Set([2]));
  for (const { passers } of filmOf('crossings')) {
    const [one, other] = passers.map((passer) => placesOf(passer).map(({ place }) => place));
    const sides = [one?.[0], other?.[0], one?.[25], other?.[25]].map((place) => (place?.centreX ?? 0) > 640);
    expect(sides[0]).not.toBe(sides[1]);
    expect(sides.slice(2)).toEqual([!sides[0], !sides[1]]);
    const gaps = one?.map(({ centreX }, n) => Math.abs(centreX - (other?.[n]?.centreX ?? 0))) ?? [];
    expect(Math.min(...gaps)).toBeLessThan(40);
  }
  for (const [stander] of filmOf('doorway').map(({ passers }) => passers)) {
    const places = stander ? placesOf(stander) : [];
    expect(places.length).toBeGreaterThan(300);
    expect(places.some(isAway)).toBe(true);
  }
  for (const passer of filmOf('wide').flatMap(({ passers }) => passers)) {
    const widths = placesOf(passer).map(({ place }) => place.faceWidth);
    expect(widths.sort((a, b) => a - b)[Math.floor(widths.length / 2)]).toBeLessThan(90);
  }
  for (const { fromMs, toMs } of filmOf('fast').flatMap(({ passers }) => passers))
    expect(toMs - fromMs).toBeLessThan(2300);
  expect(
    filmOf('turning')
      .flatMap(({ passers }) => passers)
      .every((passer) => placesOf(passer).some(({ place }) => Math.abs(place.turnDegrees) >= 55)),
  ).toBe(true);
});

it('hangs the pictures where they stay, from the first frame on, shaken by less than a pixel', () => {
  const hung = picturesOf(configOf('pictures'));
  expect(hung).toHaveLength(3);
  for (const { placeAt } of hung) {
    const first = placeAt(0, picture);
    for (let atMs = 0; atMs < 60_000; atMs += 700) {
      const place = placeAt(atMs, picture);
      expect(Math.abs((place?.centreX ?? 0) - (first?.centreX ?? 0))).toBeLessThanOrEqual(1);
      expect(place?.faceWidth).toBe(first?.faceWidth);
    }
  }
  expect(picturesOf(configOf('groups'))).toEqual([]);
});

it('can be chosen by every name in the configuration', () => {
  expect([...sceneNames].sort()).toEqual(['corridor', ...names].sort());
});
