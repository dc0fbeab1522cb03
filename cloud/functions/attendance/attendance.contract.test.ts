import { beforeEach, describe, expect, it } from 'vitest';
import { Me, Now, PunchPage, SightingPage } from '#contract/api.ts';
import { golden } from '#contract/golden.ts';
import { ApiForTests, nowMs, sites } from '../api-for-tests.ts';
import { makeDynamoLedger } from '../ingest/dynamo-ledger.ts';
import { ingestOver, unhurried } from '../ingest/ingest-for-tests.ts';
import { sitesOf } from '../ingest/surroundings-for-tests.ts';
import { tinyJpeg } from '../jpeg-for-tests.ts';
import { makeDynamoAllowList } from '../provisioning-hook/allow-list.ts';

const api = new ApiForTests();

describe('reading attendance', () => {
  const event = (n: number, time: string) => ({
    image: tinyJpeg(200, 240).toString('base64'),
    sighting: JSON.stringify({
      ...golden('sighting'),
      passageId: `01932f6e-8f2a-7c31-9d4e-${String(n).padStart(12, '0')}`,
      capturedAt: `${time}.000Z`,
    }),
    thingName: 'rollcall-dev-demo-1',
    receivedAt: nowMs,
  });

  let deliver: (event: unknown) => Promise<void>;

  /** Ada comes and goes over a month end, Bao comes once, a stranger passes. */
  beforeEach(async () => {
    await api.link('sub-hr', ['main']);
    const [ada, bao] = [await api.enrol('ada'), await api.enrol('bao')];
    await api.link('sub-staff', ['main'], ada.id);
    await api.link('sub-manager', ['main']);
    await api.as('facilities')('doors', 'GET /doors');
    await api.link('sub-facilities', ['main']);
    const door = { serial: 'demo-1', name: 'Front door', site: 'main', direction: 'auto' };
    await api.as('facilities')('doors', 'POST /doors', door);
    const allowList = makeDynamoAllowList(api.table.access());
    const entry = await allowList.find('demo-1');
    if (entry === null) throw new Error('the door was not allowed');
    await allowList.bind(entry, 'key');

    let who: string | undefined;
    const ingest = ingestOver(makeDynamoLedger(api.table.access(), Date.now), {
      sites: sitesOf(...sites),
      searchFaces: async () => ({
        kind: 'faces',
        candidates: who === undefined ? [] : [{ personId: who, similarity: 99.97 }],
      }),
      sendVerdict: async () => {},
    });
    const passages: [string | undefined, string][] = [
      [ada.id, '2026-10-31T22:30:00'],
      [ada.id, '2026-11-23T07:00:00'],
      [ada.id, '2026-11-23T07:01:00'],
      [bao.id, '2026-11-23T08:00:00'],
      [undefined, '2026-11-23T09:00:00'],
      [ada.id, '2026-11-23T11:00:00'],
    ];
    for (const [n, [person, time]] of passages.entries()) {
      who = person;
      await ingest(event(n, time), unhurried);
    }
    deliver = (delivered) => ingest(delivered, unhurried);
  });
  const punches = async (...[who, query = '']: [ReturnType<ApiForTests['as']>, string?]) => {
    const { items, next } = PunchPage.parse(
      (await who('attendance', `GET /attendance/punches${query}`)).body,
    );
    return {
      seen: items.map(({ person, localTime, direction }) => `${person.name} ${localTime} ${direction}`),
      next,
    };
  };

  it('lists a site’s punches newest first, with names and wall clocks, without duplicates', async () => {
    expect(await punches(api.as('manager'))).toEqual({
      seen: [
        'Person ada 2026-11-23T12:00:00.000 out',
        'Person bao 2026-11-23T09:00:00.000 in',
        'Person ada 2026-11-23T08:00:00.000 in',
        'Person ada 2026-10-31T23:30:00.000 in',
      ],
      next: null,
    });
  });

  it('pages through months, and bounds a list by local dates', async () => {
    const manager = api.as('manager');
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await punches(manager, `?limit=1${cursor}`);
      seen.push(...page.seen);
      if (page.next === null) break;
      cursor = `&cursor=${page.next}`;
    }
    expect(seen).toEqual((await punches(manager)).seen);
    expect((await punches(manager, '?from=2026-11-23&to=2026-11-23')).seen).toHaveLength(3);
    expect((await punches(manager, '?to=2026-11-22')).seen).toEqual([
      'Person ada 2026-10-31T23:30:00.000 in',
    ]);
  });

  it('leads nowhere else by a cursor: it only says where in one’s own list to go on', async () => {
    const { next } = await punches(api.as('manager'), '?limit=1');
    await api.link('sub-manager', ['depot']);
    expect(await punches(api.as('manager'), `?cursor=${next}`)).toEqual({ seen: [], next: null });
    const staff = await punches(api.as('staff'), `?cursor=${next}`);
    expect(staff.seen.every((line) => line.startsWith('Person ada'))).toBe(true);
  });

  it('shows staff their own punches and nobody else’s', async () => {
    const staff = api.as('staff');
    expect((await punches(staff)).seen).toHaveLength(3);
    expect((await staff('attendance', 'GET /attendance/punches?person=p-2')).status).toBe(403);
    expect((await staff('attendance', 'GET /attendance/now')).status).toBe(403);
    expect(Me.parse((await staff('attendance', 'GET /me')).body)).toMatchObject({
      groups: ['staff'],
      person: { name: 'Person ada' },
    });
  });

  it('shows a manager one person of their sites', async () => {
    expect((await punches(api.as('manager'), '?person=p-2')).seen).toEqual([
      'Person bao 2026-11-23T09:00:00.000 in',
    ]);
    await api.link('sub-manager', ['depot']);
    const elsewhere = api.as('manager');
    expect((await elsewhere('attendance', 'GET /attendance/punches?person=p-2')).status).toBe(404);
    expect((await elsewhere('attendance', 'GET /attendance/punches?site=main')).status).toBe(403);
    expect((await elsewhere('attendance', 'GET /sightings?site=main')).status).toBe(403);
  });

  it('shows who is in before who has left', async () => {
    const { body } = await api.as('manager')('attendance', 'GET /attendance/now');
    expect(Now.parse(body)).toMatchObject({
      site: 'main',
      date: '2026-11-23',
      in: 1,
      out: 1,
      people: [
        { person: { name: 'Person bao' }, state: 'in' },
        { person: { name: 'Person ada' }, state: 'out', sinceLocal: '2026-11-23T12:00:00.000' },
      ],
      next: null,
    });
  });

  it('shows who is in page by page, and counts all of them on each', async () => {
    const page = async (query: string) => {
      const { body } = await api.as('manager')('attendance', `GET /attendance/now?limit=1${query}`);
      const { people, next, ...counts } = Now.parse(body);
      return { names: people.map(({ person }) => person.name), next, counts };
    };
    const first = await page('');
    const second = await page(`&cursor=${first.next}`);
    expect([first.names, second.names, second.next]).toEqual([['Person bao'], ['Person ada'], null]);
    expect(second.counts).toEqual(first.counts);
    expect(second.counts).toMatchObject({ in: 1, out: 1 });
  });

  it('lists sightings with their outcomes, strangers as such', async () => {
    const { items } = SightingPage.parse((await api.as('hr')('attendance', 'GET /sightings?limit=3')).body);
    expect(items.map(({ outcome, person, reason }) => [outcome, person?.name, reason])).toEqual([
      ['matched', 'Person ada', null],
      ['unknown', undefined, 'no_match'],
      ['matched', 'Person bao', null],
    ]);
  });

  it('lists what a known door delivered in vain, under the reason', async () => {
    const { sighting: _, ...nameless } = event(9, '2026-11-23T13:00:00');
    await deliver(nameless);
    const { items } = SightingPage.parse((await api.as('hr')('attendance', 'GET /sightings?limit=1')).body);
    expect(items).toMatchObject([
      { outcome: 'error', reason: 'property_missing', person: null, door: { name: 'Front door' } },
    ]);
  });

  it('asks for exactly the grants that the stack gives to the attendance function', async () => {
    api.table.asked();
    await punches(api.as('manager'));
    await punches(api.as('staff'));
    await api.as('manager')('attendance', 'GET /attendance/now');
    expect(api.table.asked()).toEqual(['BatchGetItem', 'GetItem', 'Query', 'Query (gsi1)']);
  });
});
