import { describe, expect, it } from 'vitest';
import { at, correction, monday, tuesday, wednesday } from '../../domain/rules-for-tests.ts';
import { DaysForTests } from './days-for-tests.ts';

const days = new DaysForTests();
const week = [monday, tuesday, wednesday];

describe('a day that facts have left out of date', () => {
  it('is derived when somebody asks, and the facts are taken from the list', async () => {
    await days.ada();
    await days.punch('ada', 'p1', at('08:58'), 'in');
    await days.punch('ada', 'p2', at('17:03'), 'out');
    expect(await days.keeper().refresh('main')).toBe(0);
    expect(await days.result('ada', monday)).toMatchObject({
      ...{ personId: 'ada', date: monday, site: 'main', timeZone: 'Europe/Berlin', version: 1 },
      figures: { status: 'present', settled: true, minutes: { worked: 485 } },
      lockedFrom: at('00:00', '2026-12-06'),
    });
    expect(await days.stale()).toEqual([]);
  });

  it('is derived for the person who asks alone', async () => {
    await days.ada();
    await Promise.all([days.person('ben'), days.assign('ben')]);
    await days.punch('ada', 'p1', at('09:00'));
    await days.punch('ben', 'p2', at('09:00'));
    await days.keeper().refresh('main', 'ben');
    expect(await days.result('ben', monday)).not.toBeNull();
    expect(await days.result('ada', monday)).toBeNull();
    expect(await days.stale()).toMatchObject([{ personId: 'ada' }]);
  });

  it('is what a human decided, whatever is derived again', async () => {
    await days.ada();
    const log = correction('ada.c1', { action: 'add', at: at('17:00'), direction: 'out' });
    await days.punch('ada', 'p1', at('09:00'), 'in');
    for (const entry of log) await days.correction('ada', entry, log);
    const keeper = days.keeper();
    await keeper.refresh('main');
    await keeper.derive('ada', [monday]);
    await days.punch('ada', 'late', at('16:59:30'.slice(0, 5)), 'out');
    await keeper.refresh('main');
    expect(await days.result('ada', monday)).toMatchObject({
      figures: { status: 'present', lastOut: at('17:00') },
      asRecorded: { status: 'early_exit' },
      corrections: [{ id: 'ada.c1', state: 'approved' }],
    });
  });

  it('follows an assignment and a leave entered afterwards, up to today and no further', async () => {
    await Promise.all([days.person('ada'), days.shift()]);
    await days.assign('ada', { from: monday });
    await days.mark({
      site: 'main',
      personId: 'ada',
      factId: 'a',
      dates: { from: monday, to: '2026-12-31' },
    });
    await days.keeper().refresh('main');
    expect(await days.statuses('ada', [...week, '2026-11-27', '2026-11-28'])).toEqual([
      ...['absent', 'absent', 'absent', 'absent'],
      null,
    ]);
    await days.leave('ada', { from: tuesday, to: tuesday });
    await days.keeper().refresh('main');
    expect(await days.statuses('ada', week)).toEqual(['absent', 'on_leave', 'absent']);
  });

  it('follows a holiday for everybody of the site, the calendar of its date, and one that was asked for by one person', async () => {
    await days.ada();
    await Promise.all([days.person('ben'), days.assign('ben')]);
    const keeper = days.keeper();
    await keeper.derive('ada', week);
    await keeper.derive('ben', week);
    const calendar = {
      weeklyDaysOff: [6, 7],
      dayChangesAt: '00:00',
      payPeriod: 'month',
      lockGraceDays: 5,
    } as const;
    await days.calendar('main', {
      ...calendar,
      weeklyDaysOff: [...calendar.weeklyDaysOff],
      holidayLists: ['be'],
      from: tuesday,
    });
    const holidays = week.map((date) => ({ date, name: 'Feast' }));
    await days.holidays({ id: 'be', name: 'Berlin', holidays });
    await keeper.refresh('main', 'ada');
    expect(await days.statuses('ada', week)).toEqual(['absent', 'holiday', 'holiday']);
    expect(await days.statuses('ben', week)).toEqual(['absent', 'absent', 'absent']);
    while ((await keeper.refresh('main')) > 0);
    expect(await days.statuses('ben', week)).toEqual(['absent', 'holiday', 'holiday']);
    expect(await days.stale()).toEqual([]);
  });

  it('is derived for as many people as fit into a request, and the rest by the next ones', async () => {
    await days.ada();
    const dates = { from: '2026-09-01', to: '2026-11-27' };
    await days.mark({ site: 'main', personId: 'ada', factId: 'old', dates });
    const keeper = days.keeper();
    expect(await keeper.refresh('main')).toBe(1);
    expect(await days.stale()).toMatchObject([{ dates: { from: '2026-10-11', to: '2026-11-27' } }]);
    expect(await keeper.refresh('main')).toBe(1);
    expect(await keeper.refresh('main')).toBe(0);
    expect(await days.statuses('ada', ['2026-09-01', '2026-10-12', '2026-11-27'])).toEqual([
      'absent',
      'absent',
      'absent',
    ]);
  });

  it('waits, and holds up nobody else, when a person’s schedule is broken', async () => {
    await days.ada();
    await Promise.all([days.person('ben'), days.assign('ben', { shift: 'gone' })]);
    await days.punch('ben', 'p1', at('09:00'));
    await days.punch('ada', 'p2', at('09:00'));
    expect(await days.keeper().refresh('main')).toBe(1);
    expect(await days.result('ada', monday)).not.toBeNull();
    expect(days.logged).toEqual([
      { event: 'days.underivable', person: 'ben', code: 'no_such_shift', cause: 'OperatorError' },
    ]);
    await days.shift({ id: 'gone' });
    expect(await days.keeper().refresh('main')).toBe(0);
    expect(await days.result('ben', monday)).not.toBeNull();
  });

  it('needs nothing of a person who is no longer there', async () => {
    await days.mark({ site: 'main', personId: 'gone', factId: 'x', instants: [at('09:00')] });
    expect(await days.keeper().refresh('main')).toBe(0);
    expect(await days.stale()).toEqual([]);
  });

  it('costs one query for a site and two for a person when it is not out of date', async () => {
    const keeper = days.keeper();
    expect(await days.table.requests(() => keeper.refresh('main'))).toBe(1);
    expect(await days.table.requests(() => keeper.refresh('main', 'ada'))).toBe(2);
  });
});
