import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ApiForTests, nowMs } from '../api-for-tests.ts';
import { scheduleForTests, seen } from './schedule-for-tests.ts';

/** It is Monday 2026-11-23; October's grace ended on the 5th, so November is open from its first day. */
const today = new Date(nowMs).toISOString().slice(0, 10);
const api = new ApiForTests();
const { hr, make, stale } = scheduleForTests(api);
const Made = z.object({ id: z.string() });

beforeEach(() => api.link('sub-hr', ['main']));

describe('sites', () => {
  const depot2 = {
    id: 'harbour',
    name: 'Harbour',
    timeZone: 'Australia/Lord_Howe',
    acceptSimilarity: 99,
    margin: 2,
    duplicatePunchMinutes: 5,
    photoPolicy: 'never',
  };

  it('are those that the caller is linked to, configured or made here', async () => {
    expect((await hr('POST /sites', depot2)).status).toBe(201);
    const { body } = await hr('GET /sites');
    expect(body).toMatchObject({
      items: [
        { id: 'main', configured: true, calendars: [] },
        { id: 'harbour', configured: false, calendars: [{ weeklyDaysOff: [6, 7], lockGraceDays: 5 }] },
      ],
      next: null,
    });
  });

  it('are made with their maker linked to them, so that the maker can go on', async () => {
    await hr('POST /sites', { ...depot2, calendar: { weeklyDaysOff: [5, 6], payPeriod: 'week' } });
    expect((await hr('GET /sites/harbour')).body).toMatchObject({
      calendars: [{ weeklyDaysOff: [5, 6], payPeriod: 'week' }],
    });
    expect((await api.as('hr')('people', 'GET /users/sub-hr')).body).toMatchObject({
      sites: ['main', 'harbour'],
    });
    await make('/shifts', { site: 'harbour', name: 'Day', start: '09:00', end: '17:00' });
  });

  it('have one id each, those of the configuration too', async () => {
    expect((await hr('POST /sites', depot2)).status).toBe(201);
    expect((await hr('POST /sites', depot2)).status).toBe(409);
    expect((await hr('POST /sites', { ...depot2, id: 'depot' })).status).toBe(409);
  });

  it('are refused where the rules of the domain refuse them, with the path', async () => {
    expect(await hr('POST /sites', { ...depot2, acceptSimilarity: 81, margin: 20 })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'body.margin' }] },
    });
    expect((await hr('POST /sites', { ...depot2, timeZone: 'Europe/Atlantis' })).status).toBe(400);
    const unknownList = { ...depot2, calendar: { holidayLists: ['none'] } };
    expect((await hr('POST /sites', unknownList)).status).toBe(422);
  });

  it('stay closed to HR of another site', async () => {
    expect((await hr('GET /sites/depot')).status).toBe(403);
    expect((await hr('PUT /sites/depot/calendar', { from: today }, { 'if-match': '"0"' })).status).toBe(403);
  });
});

describe('a calendar', () => {
  const change = async (body: object) => {
    const { headers } = await hr('GET /sites/main');
    return hr('PUT /sites/main/calendar', body, seen(headers));
  };

  it('holds from its date on, and leaves everybody’s days from then to today to be derived again', async () => {
    expect(await change({ from: '2026-11-16', weeklyDaysOff: [7] })).toMatchObject({
      status: 200,
      body: { calendars: [{ from: '2026-11-16', weeklyDaysOff: [7], payPeriod: 'month' }] },
    });
    expect(await stale()).toEqual([['everybody', 'calendar.2026-11-16.1', '2026-11-15', today]]);
  });

  it('of the future leaves nothing out of date, and a second one of the same date replaces the first', async () => {
    await change({ from: '2027-01-01', weeklyDaysOff: [7] });
    await change({ from: '2027-02-01', weeklyDaysOff: [6] });
    const { body } = await change({ from: '2027-01-01', weeklyDaysOff: [1] });
    expect(body).toMatchObject({
      calendars: [
        { from: '2027-01-01', weeklyDaysOff: [1] },
        { from: '2027-02-01', weeklyDaysOff: [6] },
      ],
    });
    expect(await stale()).toEqual([]);
  });

  it('of a past stretch leaves days out of date as far as the next calendar', async () => {
    await change({ from: '2026-11-12', weeklyDaysOff: [7] });
    await change({ from: '2026-11-02', weeklyDaysOff: [6] });
    expect(await stale()).toContainEqual(['everybody', 'calendar.2026-11-02.2', '2026-11-01', '2026-11-13']);
  });

  it('never reaches into a closed period', async () => {
    expect(await change({ from: '2026-10-31' })).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/back to 2026-11-01 at most/) },
    });
    expect((await change({ from: '2026-11-01' })).status).toBe(200);
  });

  it('is changed only by whoever has seen the one before', async () => {
    const { headers } = await hr('GET /sites/main');
    expect((await hr('PUT /sites/main/calendar', { from: today })).status).toBe(428);
    expect((await change({ from: today })).status).toBe(200);
    expect((await hr('PUT /sites/main/calendar', { from: today }, seen(headers))).status).toBe(412);
  });

  it('names only lists of holidays that are there, and likely dates', async () => {
    for (const id of ['none', '', 'x'.repeat(3000)])
      expect((await change({ from: today, holidayLists: [id] })).status).toBe(422);
    expect((await change({ from: '9999-12-31' })).status).toBe(400);
  });
});

describe('shifts', () => {
  it('are listed newest first, page by page', async () => {
    const ids: string[] = [];
    for (const name of ['one', 'two', 'three'])
      ids.push(await make('/shifts', { site: 'main', name, start: '09:00', end: '17:00' }));
    const page = await hr('GET /shifts?limit=2');
    const { items, next } = z.object({ items: z.array(Made), next: z.string() }).parse(page.body);
    expect(items.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    expect((await hr(`GET /shifts?limit=2&cursor=${next}`)).body).toMatchObject({
      items: [{ id: ids[0], name: 'one', graceLateMinutes: 0, counting: 'first_last' }],
      next: null,
    });
  });

  it('are one for the same rules, however often and by however many it is made', async () => {
    const shift = { site: 'main', name: 'Day', start: '09:00', end: '17:00' };
    const answers = await Promise.all([1, 2, 3].map(() => make('/shifts', shift)));
    expect(new Set(answers).size).toBe(1);
    expect(await make('/shifts', { ...shift, end: '17:30' })).not.toBe(answers[0]);
    await api.link('sub-hr', ['main', 'depot']);
    expect(await make('/shifts', { ...shift, site: 'depot' })).not.toBe(answers[0]);
  });

  it('that nobody could work are refused with the path', async () => {
    const long = { site: 'main', name: 'Long', start: '06:00', end: '23:00' };
    expect(await hr('POST /shifts', long)).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'body.end', message: expect.stringMatching(/16 hours/) }] },
    });
  });

  it('of another site are neither made nor seen', async () => {
    const shift = { site: 'depot', name: 'Day', start: '09:00', end: '17:00' };
    expect((await hr('POST /shifts', shift)).status).toBe(403);
    expect((await hr('GET /shifts?site=depot')).status).toBe(403);
  });
});

describe('holidays', () => {
  const list = (holidays: object[]) => ({ id: 'berlin', name: 'Berlin', holidays });
  const repentance = { date: '2026-11-18', name: 'Repentance Day' };

  it('that change leave the days of the sites that follow the list out of date', async () => {
    await make('/holidays', list([]));
    const site = await hr('GET /sites/main');
    const follow = { from: '2026-11-10', holidayLists: ['berlin'] };
    await hr('PUT /sites/main/calendar', follow, seen(site.headers));
    const { headers } = await hr('GET /holidays/berlin');
    const changed = await hr('PUT /holidays/berlin', list([repentance]), seen(headers));
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
    expect(await stale()).toContainEqual(['everybody', 'holidays.berlin.2', '2026-11-17', '2026-11-20']);
    expect((await hr('PUT /holidays/berlin', list([]), seen(headers))).status).toBe(412);
  });

  it('of closed periods stay as they are where a site follows the list', async () => {
    await make('/holidays', list([]));
    const unity = { date: '2026-10-03', name: 'Unity Day' };
    const { headers } = await hr('GET /holidays/berlin');
    // Nobody follows it then.
    const noted = await hr('PUT /holidays/berlin', list([unity]), seen(headers));
    expect(noted.status).toBe(200);
    await hr('POST /sites', {
      id: 'harbour',
      name: 'Harbour',
      timeZone: 'Europe/Berlin',
      acceptSimilarity: 99,
      margin: 2,
      duplicatePunchMinutes: 2,
      photoPolicy: 'never',
      calendar: { holidayLists: ['berlin'] },
    });
    const gone = await hr('PUT /holidays/berlin', list([repentance]), seen(noted.headers));
    expect(gone).toMatchObject({ status: 409, body: { detail: expect.stringMatching(/2026-10-03/) } });
    const both = await hr('PUT /holidays/berlin', list([unity, repentance]), seen(noted.headers));
    expect(both.status).toBe(200);
  });

  it('have ids that an address can hold, or no list could be changed', async () => {
    for (const id of ['berlin/2027', '..', 'mit leer'])
      expect(await hr('POST /holidays', { ...list([]), id })).toMatchObject({
        status: 400,
        body: { errors: [{ path: 'body.id', message: expect.stringMatching(/letters, digits/) }] },
      });
  });

  it('have one list for each id, whose id stays', async () => {
    await make('/holidays', list([]));
    expect((await hr('POST /holidays', list([]))).status).toBe(409);
    expect((await hr('PUT /holidays/other', list([]), { 'if-match': '"1"' })).status).toBe(422);
    expect((await hr('GET /holidays/other')).status).toBe(404);
    expect((await hr('GET /holidays')).body).toEqual({ items: [list([])], next: null });
  });
});
