import { expect, it } from 'vitest';
import { ReplayConfig } from '../camera/replay/config.ts';
import { actsOf } from '../camera/replay/film.ts';
import type { Sight } from './observed.ts';
import { scoreFilm } from './score.ts';
import { createFilm, createPassage } from './test-film.ts';

const config = ReplayConfig.parse({ kind: 'replay', scene: 'fast', passages: 3, realtime: false });
const passers = [...actsOf(config)].flatMap((act) => act.passers);

/** Where a passer's face is in the middle of the passage, in a film that begins one second after boot. */
const sightOf = (number: number): Sight => {
  const passer = passers[number];
  const atMs = ((passer?.fromMs ?? 0) + (passer?.toMs ?? 0)) / 2;
  const place = passer?.placeAt(atMs, config);
  if (!place) throw new Error('nobody there');
  const { faceWidth: width, centreX, centreY } = place;
  const box = { x: centreX - width / 2, y: centreY - width / 2, width, height: width };
  return { atMs: 1000 + atMs, box, score: 0.9 };
};

it('finds everyone in their own sighting', () => {
  const film = createFilm([0, 1, 2].map((number) => createPassage(`${number}`, [sightOf(number)], [0])));
  expect(scoreFilm(config, film)).toEqual({
    passed: 3,
    usable: 3,
    found: 3,
    sighted: 3,
    sightings: 3,
    falseAlarms: 0,
    missed: [],
    repeated: [],
  });
});

it('tells who was missed, who was sighted again, and what was nobody', () => {
  const nobody = { ...sightOf(2), box: { x: 20, y: 20, width: 80, height: 80 } };
  const film = createFilm([
    createPassage('one', [sightOf(0)], [0]),
    createPassage('one-again', [sightOf(0)], [0]),
    createPassage('unusable', [sightOf(1)], []),
    createPassage('poster', [nobody], [0]),
  ]);
  expect(scoreFilm(config, film)).toMatchObject({
    found: 1,
    sighted: 1,
    sightings: 2,
    falseAlarms: 1,
    missed: [{ passage: 1 }, { passage: 2 }],
    repeated: [{ passage: 0 }],
  });
});
