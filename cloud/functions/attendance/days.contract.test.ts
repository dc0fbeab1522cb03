import { beforeEach, describe, expect, it } from 'vitest';
import { DayPage } from '#contract/attendance.ts';
import { addDays } from '../../domain/local-time.ts';
import { assignment, at, correction, monday, schedule } from '../../domain/rules-for-tests.ts';
import { ApiForTests } from '../api-for-tests.ts';
import { resultOf, storeResults } from './stored-days-for-tests.ts';

const api = new ApiForTests();
const friday = addDays(monday, -3);
const saturday = addDays(monday, -2);

const list = async (who: ReturnType<ApiForTests['as']>, query = '') => {
  const { items, next } = DayPage.parse((await who('attendance', `GET /attendance/days${query}`)).body);
  return { seen: items.map(({ person, date, figures }) => `${person.name} ${date} ${figures.status}`), next };
};
const everyPage = async (who: ReturnType<ApiForTests['as']>, query: string) => {
  const seen: string[] = [];
  for (let cursor = ''; ; ) {
    const page = await list(who, `${query}${cursor}`);
    seen.push(...page.seen);
    if (page.next === null) return seen;
    cursor = `&cursor=${page.next}`;
  }
};

describe('attendance days', () => {
  /** Ada comes late on Friday and works on Monday; Bao is absent on Friday and forgets to check out on Monday. */
  beforeEach(async () => {
    await api.link('sub-hr', ['main']);
    await api.link('sub-manager', ['main']);
    const [ada, bao] = [await api.enrol('ada'), await api.enrol('bao')];
    await api.link('sub-staff', ['main'], ada.id);
    await storeResults(api.table.access(), [
      resultOf(ada.id, friday, ['in 09:20', 'out 17:00']),
      resultOf(bao.id, friday),
      resultOf(ada.id, saturday),
      resultOf(ada.id, monday, ['in 08:55', 'out 17:05']),
      resultOf(bao.id, monday, ['in 09:00']),
    ]);
  });

  it('of a site are listed newest date first, with names', async () => {
    expect(await list(api.as('manager'))).toEqual({
      seen: [
        `Person ada ${monday} present`,
        `Person bao ${monday} missing_check_out`,
        `Person ada ${saturday} weekly_off`,
        `Person ada ${friday} late`,
        `Person bao ${friday} absent`,
      ],
      next: null,
    });
  });

  it.each(['', '&status=late', '&person=p-1'])(
    'come in pages that leave out nothing and repeat nothing%s',
    async (query) => {
      const manager = api.as('manager');
      const { seen } = await list(manager, `?limit=100${query}`);
      expect(await everyPage(manager, `?limit=1${query}`)).toEqual(seen);
      expect(await everyPage(manager, `?limit=2${query}`)).toEqual(seen);
    },
  );

  it('are found by status, of a site and of a person', async () => {
    const manager = api.as('manager');
    expect((await list(manager, '?status=absent')).seen).toEqual([`Person bao ${friday} absent`]);
    expect((await list(manager, '?status=late&person=p-1')).seen).toEqual([`Person ada ${friday} late`]);
    expect((await list(manager, '?status=late&person=p-2')).seen).toEqual([]);
  });

  it('are bounded by dates', async () => {
    expect((await list(api.as('manager'), `?from=${friday}&to=${saturday}`)).seen).toHaveLength(3);
    expect((await list(api.as('manager'), '?to=2026-11-19')).seen).toEqual([]);
  });

  it('show staff their own and nobody else’s', async () => {
    const staff = api.as('staff');
    expect((await list(staff)).seen).toEqual([
      `Person ada ${monday} present`,
      `Person ada ${saturday} weekly_off`,
      `Person ada ${friday} late`,
    ]);
    expect((await staff('attendance', 'GET /attendance/days?person=p-2')).status).toBe(403);
    expect((await staff('attendance', 'GET /attendance/days?person=p-1')).status).toBe(200);
  });

  it('are hidden from a manager of another site', async () => {
    await api.link('sub-manager', ['depot']);
    const elsewhere = api.as('manager');
    expect((await list(elsewhere)).seen).toEqual([]);
    expect((await elsewhere('attendance', 'GET /attendance/days?person=p-2')).status).toBe(404);
    expect((await elsewhere('attendance', 'GET /attendance/days?site=main')).status).toBe(403);
  });

  it('of one’s people at a site that a manager does not reach stay hidden, and are one’s own', async () => {
    const rules = schedule({
      assignments: [assignment({ site: 'depot' })],
      calendars: schedule().calendars.map((calendar) => ({ ...calendar, site: 'depot' })),
    });
    await storeResults(api.table.access(), [resultOf('p-1', '2026-11-19', ['in 09:00'], { rules })]);
    const own = `Person ada 2026-11-19 missing_check_out`;
    expect((await list(api.as('staff'))).seen).toContain(own);
    expect((await list(api.as('manager'), '?person=p-1')).seen).not.toContain(own);
  });

  it('say what was recorded beside what counts where a correction made a difference', async () => {
    const corrections = correction('p-1.c', {
      action: 'add',
      at: at('17:00', '2026-11-18'),
      direction: 'out',
    });
    await storeResults(api.table.access(), [resultOf('p-1', '2026-11-18', ['in 09:00'], { corrections })]);
    const { body } = await api.as('staff')('attendance', 'GET /attendance/days?to=2026-11-18');
    expect(DayPage.parse(body).items).toMatchObject([
      {
        figures: { status: 'present', minutes: { worked: 480 } },
        asRecorded: { status: 'missing_check_out' },
        corrections: [{ id: 'p-1.c', state: 'approved' }],
        lockedFrom: '2026-12-05T23:00:00.000Z',
      },
    ]);
  });

  it('have a bounded range, because each date of a site is a query', async () => {
    const status = async (query: string) =>
      (await api.as('manager')('attendance', `GET /attendance/days?${query}`)).status;
    expect(await status('from=2026-09-23&to=2026-11-23')).toBe(200);
    expect(await status('from=2026-09-22&to=2026-11-23')).toBe(400);
    expect(await status('person=p-1&from=2025-11-23&to=2026-11-23')).toBe(200);
    expect(await status('person=p-1&from=2025-11-22&to=2026-11-23')).toBe(400);
    expect(await status('from=2026-11-24&to=2026-11-23')).toBe(400);
  });

  it('are derived from what has come in since, before they are read', async () => {
    const asked: unknown[] = [];
    api.refresh = async (...about) => {
      asked.push(about);
      if (asked.length === 1) await storeResults(api.table.access(), [resultOf('p-2', '2026-11-19')]);
      return 0;
    };
    expect((await list(api.as('manager'))).seen).toContain('Person bao 2026-11-19 absent');
    await list(api.as('staff'));
    expect(asked).toEqual([['main'], ['main', 'p-1']]);
  });

  it('cost the same page however many people and months there are', async () => {
    const page = (query: string) => api.table.requests(() => list(api.as('manager'), query));
    const before = await page('?limit=2');
    const dates = Array.from({ length: 60 }, (_, n) => addDays('2026-11-19', -n));
    for (const date of dates)
      await storeResults(
        api.table.access(),
        [1, 2, 3].map((n) => resultOf(`p-${n}`, date, ['in 09:00'])),
      );
    expect(await page('?limit=2')).toBe(before);
    // Nobody was ever late but once: the rounds grow, and the range ends them.
    expect(await page('?status=late&from=2026-10-01&to=2026-11-23')).toBeLessThanOrEqual(54 + 4);
  });
});
