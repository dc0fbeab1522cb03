import { describe, expect, it } from 'vitest';
import { AuditPage } from '#contract/audit.ts';
import { ApiForTests, newPerson } from '../api-for-tests.ts';

const api = new ApiForTests();

const audit = async (query = '') => {
  const { status, body } = await api.as('admin')('attendance', `GET /audit${query}`);
  expect(status).toBe(200);
  return AuditPage.parse(body);
};

describe('GET /audit', () => {
  it('says who changed what and when, newest first, with no name', async () => {
    await api.link('sub-hr', ['main']);
    api.laterMs = 1;
    const ada = await api.enrol('1');
    api.laterMs = 2;
    await api.as('hr')('people', `PUT /people/${ada.id}/pin`, { pin: '8264' });
    const { items, next } = await audit();
    expect(next).toBeNull();
    expect(items.map(({ by, route, about }) => [by.sub, route, about])).toEqual([
      ['sub-hr', 'setPin', { id: ada.id }],
      ['sub-hr', 'createPerson', { id: ada.id }],
      ['sub-hr', 'linkUser', { sub: 'sub-hr' }],
    ]);
    expect(items[0]?.by.groups).toEqual(['hr']);
    expect(JSON.stringify(items)).not.toMatch(/Person 1|8264/);
  });

  it('names exports with what was taken out, and not what was only looked at', async () => {
    await api.link('sub-hr', ['main']);
    const hr = api.as('hr');
    const range = 'from=2026-11-01&to=2026-11-02';
    api.laterMs = 1;
    await hr('attendance', `GET /attendance/days?${range}`);
    await hr('attendance', `GET /attendance/export.json?site=main&${range}`);
    const [newest] = (await audit()).items;
    expect(newest).toMatchObject({
      route: 'exportJson',
      about: { site: 'main', from: '2026-11-01', to: '2026-11-02' },
    });
  });

  it('has one entry for a request that was sent twice', async () => {
    await api.link('sub-hr', ['main']);
    const send = () =>
      api.as('hr')('people', 'POST /people', newPerson('7'), { 'idempotency-key': 'person-number-7' });
    expect([(await send()).status, (await send()).status]).toEqual([201, 201]);
    const made = (await audit()).items.filter(({ route }) => route === 'createPerson');
    expect(made).toHaveLength(1);
  });

  it('comes in pages over months, and keeps to the dates that are asked for', async () => {
    for (let n = 0; n < 5; n += 1) await api.link(`sub-${n}`, ['main']);
    const first = await audit('?limit=3');
    expect(first.items).toHaveLength(3);
    const rest = await audit(`?limit=3&cursor=${first.next}`);
    expect(rest.items).toHaveLength(2);
    expect(rest.next).toBeNull();
    const all = [...first.items, ...rest.items].map(({ id }) => id);
    expect(new Set(all).size).toBe(5);
    expect((await audit('?from=2026-10-01&to=2026-11-22')).items).toEqual([]);
    const tooMuch = await api.as('admin')('attendance', 'GET /audit?from=2020-01-01&to=2026-11-22');
    expect(tooMuch.status).toBe(400);
  });
});
