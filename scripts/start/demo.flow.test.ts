import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PersonPage, SightingPage } from '#contract/api.ts';
import { playFilm } from '../play-film.ts';
import { type RunningProduct, runProduct } from '../running-product.ts';
import { strangers } from './demo-people.ts';

let product: RunningProduct;
beforeAll(async () => {
  product = await runProduct(['--no-door']);
});
afterAll(() => product?.stop());

const film = { kind: 'replay', realtime: false, pauseSeconds: 1, together: 0 } as const;
const sightings = async () =>
  SightingPage.parse(await (await product.as('hr'))('GET', '/sightings?limit=100')).items;

describe('the demo, with the real agent over a film of known people', () => {
  it('never gives a name to somebody who was left unknown', async () => {
    await playFilm(product, { ...film, seed: 3, passages: 6, people: [...strangers] });
    await expect.poll(async () => (await sightings()).length, { timeout: 20_000 }).toBe(6);
    expect((await sightings()).map(({ outcome, person }) => ({ outcome, person }))).toEqual(
      Array(6).fill({ outcome: 'unknown', person: null }),
    );
  });

  it('gives an enrolled person their own name, once for each passage', async () => {
    const people = PersonPage.parse(await (await product.as('hr'))('GET', '/people')).items;
    const someone = people.find(({ number }) => number === 'demo-s5-2');
    await playFilm(product, { ...film, seed: 4, passages: 2, people: ['s5-2'] });
    const theirs = async () => (await sightings()).filter(({ person }) => person !== null);
    await expect.poll(async () => (await theirs()).length, { timeout: 20_000 }).toBe(2);
    expect(someone?.name).toBeTruthy();
    expect((await theirs()).map(({ person }) => person?.name)).toEqual([someone?.name, someone?.name]);
  });
});
