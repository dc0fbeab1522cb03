import { beforeEach, describe, expect, it } from 'vitest';
import type { Group } from '#contract/api.ts';
import { DayPage, Overview, SummaryAnswer } from '#contract/attendance.ts';
import { at, monday } from '../../domain/rules-for-tests.ts';
import { ApiForTests, nowMs, searchBudget, sites } from '../api-for-tests.ts';
import { makeDynamoPunchRecorder } from '../punches/dynamo-punch-recorder.ts';
import { scheduleForTests } from '../schedule/schedule-for-tests.ts';
import { makeAttendanceApi } from './attendance-api.ts';

const api = new ApiForTests();
const schedule = scheduleForTests(api);

/** The attendance function as it is deployed, over the table of the test. */
const deployed = () => {
  const app = makeAttendanceApi({
    table: api.table.access(),
    configuredSites: sites,
    budget: searchBudget,
    now: () => nowMs,
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  return async (group: Group, path: string): Promise<unknown> => {
    const claims = {
      sub: `sub-${group}`,
      username: group,
      token_use: 'access',
      scope: 'rollcall/read',
      'cognito:groups': `[${group}]`,
    };
    const event = { requestContext: { authorizer: { jwt: { claims } } } };
    const answer = await app.request(`/api/v1/attendance/${path}`, {}, { event } as never);
    expect(answer.status).toBe(200);
    return answer.json();
  };
};

describe('a punch that has just been made', () => {
  let read: ReturnType<typeof deployed>;

  /** Ada works from 9 to 17 o'clock and comes twenty minutes late. */
  beforeEach(async () => {
    await api.link('sub-hr', ['main']);
    await api.link('sub-manager', ['main']);
    const ada = await api.enrol('ada');
    await api.link('sub-staff', ['main'], ada.id);
    const shift = await schedule.make('/shifts', { name: 'Day', start: '09:00', end: '17:00', site: 'main' });
    await schedule.make('/assignments', { personId: ada.id, shift, site: 'main', from: monday, to: null });
    read = deployed();
    const [site] = sites;
    if (site === undefined) throw new Error('inside a test only');
    await makeDynamoPunchRecorder(api.table.access()).record({
      id: 'browser-1',
      personId: ada.id,
      site,
      at: at('09:20'),
      via: 'in',
      source: 'browser',
      needsConsent: true,
    });
  });

  it('is in one’s own days, in the site’s day table and in the export', async () => {
    expect(DayPage.parse(await read('staff', 'days')).items).toMatchObject([
      { date: monday, figures: { status: 'late', presence: { direction: 'in' } } },
    ]);
    expect(DayPage.parse(await read('manager', 'days?status=late')).items).toMatchObject([
      { person: { name: 'Person ada' } },
    ]);
    expect(await read('hr', `export.json?from=${monday}&to=${monday}`)).toMatchObject({
      items: [{ employee_no: 'ada', late_by_minutes: 20, source_in: 'browser', confidence_in: null }],
    });
  });

  it('is in the overview and in the summaries', async () => {
    expect(Overview.parse(await read('manager', 'overview'))).toMatchObject({ expected: 1, seen: 1, in: 1 });
    const site = SummaryAnswer.parse(await read('manager', 'summary?period=week'));
    expect(site.totals).toMatchObject({ people: 1, byStatus: { late: 1 } });
    const own = SummaryAnswer.parse(await read('staff', 'summary?period=month'));
    expect(own.totals).toMatchObject({ lateDays: 1, minutes: { late: 20 } });
  });

  it('is read with no more than the grants that the stack gives to the attendance function', async () => {
    api.table.asked();
    await read('manager', 'overview');
    await read('manager', 'days?status=late');
    await read('hr', `export.json?from=${monday}&to=${monday}`);
    expect(api.table.asked()).toEqual([
      'BatchGetItem',
      'DeleteItem',
      'GetItem',
      'PutItem',
      'Query',
      'Query (gsi1)',
      'Query (gsi2)',
    ]);
  });
});
