import { beforeEach, describe, expect, it } from 'vitest';
import { Overview, SummaryAnswer } from '#contract/attendance.ts';
import { addDays } from '../../domain/local-time.ts';
import { monday } from '../../domain/rules-for-tests.ts';
import { ApiForTests } from '../api-for-tests.ts';
import { resultOf, storeOverview, storeResults } from './stored-days-for-tests.ts';

const api = new ApiForTests();
const workdays = Array.from({ length: 21 }, (_, n) => addDays(monday, -n)).filter(
  (date) => ![0, 6].includes(new Date(date).getUTCDay()),
);

describe('what days come to', () => {
  /** Three weeks: Ada works eight hours each day, Bao came late on the two Mondays before and is at work now. */
  beforeEach(async () => {
    await api.link('sub-hr', ['main']);
    await api.link('sub-manager', ['main']);
    const [ada, bao] = [await api.enrol('ada'), await api.enrol('bao')];
    await api.link('sub-staff', ['main'], ada.id);
    for (const date of workdays) {
      const late = date !== monday && new Date(date).getUTCDay() === 1;
      const results = [
        resultOf(ada.id, date, ['in 09:00', 'out 17:00']),
        resultOf(bao.id, date, [late ? 'in 09:30' : 'in 09:00', ...(date === monday ? [] : ['out 17:00'])]),
      ];
      await storeResults(api.table.access(), results);
      await storeOverview(api.table.access(), date, results);
    }
  });
  const summary = async (who: ReturnType<ApiForTests['as']>, query: string) =>
    SummaryAnswer.parse((await who('attendance', `GET /attendance/summary?${query}`)).body);
  const overview = async (query = '') =>
    Overview.parse((await api.as('manager')('attendance', `GET /attendance/overview${query}`)).body);

  it('is shown of a site’s day in sums', async () => {
    expect(await overview()).toMatchObject({
      site: 'main',
      date: monday,
      expected: 2,
      seen: 2,
      in: 1,
      out: 1,
      totals: { people: 2, byStatus: { present: 1, missing_check_out: 1 }, minutes: { worked: 480 } },
      madeAt: '2026-11-23T15:00:00.000Z',
    });
    expect(await overview('?date=2026-11-16')).toMatchObject({ totals: { lateDays: 1 }, out: 2 });
  });

  it('is nothing for a day that nobody has made sums of yet', async () => {
    expect(await overview('?date=2026-01-05')).toMatchObject({
      date: '2026-01-05',
      timeZone: 'Europe/Berlin',
      expected: 0,
      totals: { days: 0 },
      madeAt: null,
    });
  });

  it('is shown of one’s own week beside as many days of the week before', async () => {
    const week = await summary(api.as('staff'), 'period=week');
    expect(week).toMatchObject({
      person: { name: 'Person ada' },
      period: { id: '2026-W48', from: monday },
      through: monday,
      totals: { people: 1, days: 1, minutes: { worked: 480, expected: 480 } },
      trend: { through: '2026-11-16', totals: { days: 1 }, change: { minutes: { worked: 0 } } },
      days: [{ date: monday, status: 'present', people: 1, minutes: { worked: 480 } }],
    });
  });

  it('is shown of a week that is over, with its days off', async () => {
    const { totals, days, through } = await summary(
      api.as('manager'),
      'period=week&date=2026-11-18&person=p-2',
    );
    expect(through).toBe('2026-11-22');
    expect(totals).toMatchObject({ days: 5, lateDays: 1, minutes: { late: 30 } });
    expect(days.map(({ status }) => status)).toEqual([
      'late',
      'present',
      'present',
      'present',
      'present',
      null,
      null,
    ]);
  });

  it('is shown of a whole site from the sums of its days', async () => {
    const month = await summary(api.as('manager'), 'period=month');
    expect(month).toMatchObject({
      person: null,
      period: { id: '2026-11' },
      through: monday,
      totals: { people: 2, days: 30, lateDays: 2, byStatus: { late: 2, missing_check_out: 1 } },
    });
    expect(month.days).toHaveLength(23);
    expect(month.days.at(-1)).toMatchObject({ status: null, people: 2, minutes: { worked: 480 } });
    const week = await summary(api.as('manager'), 'period=week&date=2026-11-16');
    expect(week.trend.change).toMatchObject({ lateDays: 0, minutes: { worked: 0, late: 0 } });
    expect(week.totals.minutes.worked).toBe(2 * 5 * 480 - 30);
  });

  it('agrees, of a site, with the sum of its people', async () => {
    const of = (person: string) => summary(api.as('manager'), `period=month${person}`);
    const [site, ada, bao] = [await of(''), await of('&person=p-1'), await of('&person=p-2')];
    expect(site.totals.minutes.worked).toBe(ada.totals.minutes.worked + bao.totals.minutes.worked);
    expect(site.totals.days).toBe(ada.totals.days + bao.totals.days);
    expect(site.totals.byStatus.late).toBe(ada.totals.byStatus.late + bao.totals.byStatus.late);
  });

  it('costs the same few requests for a day as for two months of a site', async () => {
    const requests = (request: string) =>
      api.table.requests(() => api.as('manager')('attendance', `GET /attendance/${request}`));
    expect(await requests('summary?period=month')).toBe(await requests('summary?period=week'));
    expect(await requests('summary?period=month&person=p-1')).toBeLessThanOrEqual(4);
    expect(await requests('overview')).toBeLessThanOrEqual(3);
  });

  it('is refused of a period that has not begun, of other sites and of other people', async () => {
    const status = async (who: ReturnType<ApiForTests['as']>, query: string) =>
      (await who('attendance', `GET /attendance/${query}`)).status;
    expect(await status(api.as('manager'), 'summary?period=week&date=2026-12-01')).toBe(400);
    expect(await status(api.as('manager'), 'summary?period=week&site=depot')).toBe(403);
    expect(await status(api.as('staff'), 'summary?period=week&person=p-2')).toBe(403);
    expect(await status(api.as('staff'), 'overview')).toBe(403);
  });
});
