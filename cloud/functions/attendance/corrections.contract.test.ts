import { describe, expect, it } from 'vitest';
import type { Change } from '#contract/correction.ts';
import { nowMs } from '../api-for-tests.ts';
import { StoredResult } from '../table/attendance-items.ts';
import { correctionsPrefix, resultSortKey } from '../table/attendance-keys.ts';
import { CorrectionsForTests, forgotten, inOctober, named } from './corrections-for-tests.ts';

const world = new CorrectionsForTests();
const { api, staff, manager, hr, admin, elsewhere } = world;
const statuses = (answers: readonly { readonly status: number }[]) =>
  answers.map(({ status }) => status).sort();

describe('asking for a correction', () => {
  it('of one’s own day says what was asked, by whom, and that it waits', async () => {
    expect(await world.asked(staff, forgotten)).toMatchObject({
      person: { name: 'Person ada' },
      site: 'main',
      timeZone: 'Europe/Berlin',
      dates: ['2026-11-23'],
      change: forgotten,
      reason: 'forgot',
      state: 'waiting',
      asked: { by: { sub: 'sub-staff', person: { name: 'Person ada' } }, overrodeLock: false },
      decided: null,
    });
  });

  it('of somebody else’s is for those who reach their site', async () => {
    const { ada, diego } = world;
    expect((await world.asked(hr, forgotten, { person: ada })).asked.by).toEqual({
      sub: 'sub-hr',
      person: null,
    });
    const goodbye: Change = { action: 'add', at: '2026-11-23T15:45:00.000Z', direction: 'out' };
    for (const [who, person, status] of [
      [staff, world.mona, 403],
      [elsewhere, ada, 404],
      [manager, diego, 404],
      [manager, 'p-nobody', 404],
      [hr, undefined, 422],
      [api.as('staff', 'kiosk'), undefined, 201],
    ] as const)
      expect((await world.ask(who, goodbye, { person })).status).toBe(status);
  });

  it('is not for a user whom HR has linked to nobody', async () => {
    await api.link('sub-staff', ['main']);
    expect(await world.ask(staff, forgotten)).toMatchObject({
      status: 403,
      body: { detail: expect.stringMatching(/not linked to a person/) },
    });
  });

  it('takes a punch by the name that the day shows, and no other', async () => {
    const punch = await world.punch();
    const toVoid = (change: object): Change => ({ action: 'void', punch: named(punch, change) });
    for (const other of [{ id: 'punch-2' }, { at: '2026-11-23T08:00:00.001Z' }, { via: 'in' }])
      expect(await world.ask(staff, toVoid(other))).toMatchObject({
        status: 422,
        body: { detail: expect.stringMatching(/no such punch/) },
      });
    await world.asked(staff, toVoid({}));
  });

  it('takes a punch as an approved correction has left it, and not as it was before', async () => {
    const punch = await world.punch();
    const to = '2026-11-23T07:55:00.000Z';
    const moved = await world.asked(staff, { action: 'retime', punch: named(punch), to });
    await world.decide(manager, moved, 'approved');
    expect((await world.ask(staff, { action: 'void', punch: named(punch) })).status).toBe(422);
    const asItIs = named(punch, { at: to });
    await world.asked(staff, { action: 'reclassify', punch: asItIs, direction: 'in' });
    const added = await world.asked(staff, forgotten);
    await world.decide(manager, added, 'approved');
    await world.asked(staff, {
      action: 'void',
      punch: { id: added.id, at: '2026-11-23T15:30:00.000Z', via: 'out' },
    });
  });

  it.each<[string, Change, number, RegExp]>([
    ['the future', { ...forgotten, at: '2026-11-23T16:00:00.001Z' } as Change, 422, /has not come yet/],
    ['a closed period', inOctober, 409, /pay period of 2026-10-20 is closed/],
    ['another age', { ...forgotten, at: '1999-12-31T23:59:59.999Z' } as Change, 422, /too long ago/],
    ['the very beginning', { ...forgotten, at: '0000-01-01T00:00:00.000Z' } as Change, 422, /too long ago/],
  ])('about %s is refused with words', async (_case, change, status, detail) => {
    expect(await world.ask(staff, change)).toMatchObject({
      status,
      body: { detail: expect.stringMatching(detail) },
    });
  });

  it('that changes nothing is refused with words', async () => {
    const punch = named(await world.punch({ via: 'in' }));
    expect(await world.ask(staff, { action: 'retime', punch, to: punch.at })).toMatchObject({
      status: 422,
      body: { detail: expect.stringMatching(/like that already/) },
    });
  });

  it('in a closed period is for an administrator, and the log says so', async () => {
    const { asked } = await world.asked(admin, inOctober, { person: world.ada });
    expect(asked.overrodeLock).toBe(true);
  });

  it('is refused while the same waits, and once it was approved', async () => {
    const first = await world.asked(staff, forgotten);
    expect(await world.ask(hr, forgotten, { person: world.ada })).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/waits for a decision already/) },
    });
    await world.decide(manager, first, 'approved');
    expect(await world.ask(staff, forgotten)).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/been added/) },
    });
  });

  it('many times at once asks once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => world.ask(staff, forgotten)));
    expect(statuses(answers)).toEqual([201, ...Array(7).fill(409)]);
    expect(await world.ofAda(correctionsPrefix)).toHaveLength(1);
  });

  it('has an end when nobody decides', async () => {
    const minute = (n: number): Change =>
      ({ ...forgotten, at: `2026-11-23T14:${String(n).padStart(2, '0')}:00.000Z` }) as Change;
    for (let n = 0; n < 50; n += 1) await world.asked(staff, minute(n));
    expect(await world.ask(staff, minute(50))).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/50 corrections wait/) },
    });
  });

  it('is possible for somebody who has left: payroll still has to be right', async () => {
    const [profile] = await world.ofAda('PROFILE');
    await world.put({ ...profile, status: 'left' } as never);
    const asked = await world.asked(hr, forgotten, { person: world.ada });
    expect((await world.decide(manager, asked, 'approved')).status).toBe(200);
  });
});

describe('deciding about a correction', () => {
  it('says who decided what, and the day shows it at once', async () => {
    await world.punch();
    const asked = await world.asked(staff, forgotten);
    const { status, body } = await world.decide(manager, asked, 'approved', 'seen leaving');
    expect([status, body]).toMatchObject([
      200,
      {
        ...asked,
        state: 'approved',
        decided: {
          by: { sub: 'sub-manager', person: { name: 'Person mona' } },
          note: 'seen leaving',
          overrodeLock: false,
        },
      },
    ]);
    const [stored] = await world.ofAda(resultSortKey('2026-11-23'));
    const day = StoredResult.parse(stored);
    expect(day.corrections).toEqual([{ id: asked.id, action: 'add', state: 'approved' }]);
    expect(day.figures.lastOut).toBe('2026-11-23T15:30:00.000Z');
    expect(day.asRecorded?.lastOut).toBeNull();
    expect(await world.stale()).toEqual([]);
  });

  it('stands even when the day cannot be derived at once; that is done later', async () => {
    api.refresh = async () => {
      throw new Error('throttled');
    };
    const asked = await world.asked(staff, forgotten);
    expect(await world.decide(manager, asked, 'approved')).toMatchObject({
      status: 200,
      body: { state: 'approved' },
    });
    expect((await world.stale()).map(({ instants }) => instants)).toEqual([
      ['2026-11-23T15:30:00.000Z'],
      ['2026-11-23T15:30:00.000Z'],
    ]);
  });

  it('is not for one’s own day, not for what one asked oneself, and not for staff', async () => {
    const own = await world.asked(manager, forgotten);
    expect(await world.decide(manager, own, 'approved')).toMatchObject({
      status: 403,
      body: { detail: expect.stringMatching(/own day/) },
    });
    const forAda = await world.asked(hr, forgotten, { person: world.ada });
    expect(await world.decide(hr, forAda, 'refused')).toMatchObject({
      status: 403,
      body: { detail: expect.stringMatching(/asked for themselves/) },
    });
    expect((await world.decide(staff, forAda, 'approved')).status).toBe(403);
    expect((await world.decide(hr, own, 'approved')).status).toBe(200);
  });

  it('is not for another site, and not for what does not exist', async () => {
    const asked = await world.asked(staff, forgotten);
    expect((await world.decide(elsewhere, asked, 'approved')).status).toBe(404);
    for (const id of [`${asked.id}x`, 'p-nobody.abc', 'nonsense', `${world.ada}.`, '%00'])
      expect((await world.decide(manager, { id }, 'approved')).status).toBe(404);
  });

  it('stays with the site where it was asked when the person moves on', async () => {
    const asked = await world.asked(staff, forgotten);
    const [profile] = await world.ofAda('PROFILE');
    await world.put({ ...profile, site: 'depot' } as never);
    expect((await world.decide(elsewhere, asked, 'approved')).status).toBe(404);
    expect((await world.list(manager, '?state=waiting')).items).toHaveLength(1);
    expect((await world.decide(manager, asked, 'approved')).status).toBe(200);
  });

  it('a second time says what was decided, and changes nothing', async () => {
    const asked = await world.asked(staff, forgotten);
    await world.decide(manager, asked, 'refused');
    const entries = await world.ofAda(correctionsPrefix);
    expect(await world.decide(hr, asked, 'approved')).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/was refused already/) },
    });
    expect(await world.ofAda(correctionsPrefix)).toEqual(entries);
  });

  it('in a closed period is for an administrator; anybody who decides may still refuse', async () => {
    const late = await world.asked(admin, inOctober, { person: world.ada });
    expect(await world.decide(manager, late, 'approved')).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/closed/) },
    });
    const other = api.as('admin', 'manager');
    expect((await world.decide(other, late, 'approved')).status).toBe(403); // they asked for it themselves
    expect((await world.decide(manager, late, 'refused')).status).toBe(200);
  });

  it('that was asked in time comes too late once the period is closed', async () => {
    const asked = await world.asked(staff, forgotten);
    api.laterMs = Date.parse('2026-12-06T00:00:00.000Z') - nowMs;
    expect((await world.decide(manager, asked, 'approved')).status).toBe(409);
    const { body } = await world.decide(admin, asked, 'approved');
    expect(body).toMatchObject({ state: 'approved', decided: { overrodeLock: true } });
  });

  it('twice with one Idempotency-Key decides once and answers twice', async () => {
    const { id } = await world.asked(staff, forgotten);
    const twice = () =>
      manager(
        'attendance',
        `POST /corrections/${id}/decision`,
        { decision: 'approved' },
        { 'idempotency-key': 'approve-it' },
      );
    const first = await twice();
    const second = await twice();
    expect(second.body).toEqual(first.body);
    expect([first.status, second.status, second.headers.get('idempotent-replayed')]).toEqual([
      200,
      200,
      'true',
    ]);
  });
});
