import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PersonPage, SightingPage } from '#contract/api.ts';
import { DayPage } from '#contract/attendance.ts';
import { CorrectionPage } from '#contract/correction.ts';
import { playFilm } from '../play-film.ts';
import { type RunningProduct, runProduct } from '../running-product.ts';
import { demoKioskEntries, strangers } from './demo-people.ts';

let product: RunningProduct;
beforeAll(async () => {
  product = await runProduct(['--no-door']);
});
afterAll(() => product?.stop());

const film = { kind: 'replay', realtime: false, pauseSeconds: 1, together: 0 } as const;
const sightings = async () =>
  SightingPage.parse(await (await product.as('hr'))('GET', '/sightings?limit=100')).items;

describe('the demo at the first look', () => {
  it('has weeks of days, settled, with something of everything', async () => {
    const hr = await product.as('hr');
    const [from, to] = [-28, 0].map((days) =>
      new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10),
    );
    const statuses = new Set<string | null>();
    for (let next: string | null = ''; next !== null; ) {
      const cursor: string = next === '' ? '' : `&cursor=${encodeURIComponent(next)}`;
      const path = `/attendance/days?site=main&from=${from}&to=${to}&limit=100${cursor}`;
      const page: DayPage = DayPage.parse(await hr('GET', path));
      for (const { figures } of page.items) statuses.add(figures.status);
      next = page.next;
    }
    for (const status of [
      'present',
      'late',
      'early_exit',
      'missing_check_out',
      'absent',
      'holiday',
      'on_leave',
    ])
      expect(statuses).toContain(status);
  });

  it('shows staff their own weeks, and a correction that waits for the manager', async () => {
    const staff = await product.as('staff');
    const { items } = CorrectionPage.parse(await staff('GET', '/corrections'));
    expect(items).toMatchObject([{ state: 'waiting', reason: 'Forgot to check out' }]);
    const [{ id, dates: [date] = [] } = { id: '' }] = items;
    const own = DayPage.parse(await staff('GET', `/attendance/days?from=${date}&to=${date}`)).items;
    expect(own).toMatchObject([{ date, person: { name: 'Ada Example' } }]);
    const manager = await product.as('manager');
    const decided = await manager('POST', `/corrections/${id}/decision`, { decision: 'approved' });
    expect(decided).toMatchObject({ state: 'approved' });
  });

  it('lets somebody in at the kiosk with the number and PIN that the start prints', async () => {
    const [entry] = demoKioskEntries();
    const punched = await (await product.as('kiosk'))('POST', '/punches/pin', entry);
    expect(punched).toMatchObject({ outcome: 'matched', name: 'Ada Example' });
  });
});

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
