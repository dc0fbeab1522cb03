import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { at, correction, monday, tuesday } from '../../domain/rules-for-tests.ts';
import { StoredClosing, StoredOverview } from '../table/attendance-items.ts';
import { closingKey, overviewKey } from '../table/attendance-keys.ts';
import type { TableAccess } from '../table/batch-get.ts';
import type { Key } from '../table/keys.ts';
import { DaysForTests } from './days-for-tests.ts';
import { makeKeepDays } from './keep-days.ts';
import { makeOverviews } from './overviews.ts';

const days = new DaysForTests();
beforeEach(() => days.closedBefore(monday));

const keepAt = async (instant: string, leftMs = () => 60_000, table?: TableAccess) => {
  days.nowMs = Date.parse(instant);
  const deps = days.deps(table);
  await makeKeepDays({ ...deps, log: { ...deps.log, info: deps.log.warn } })(leftMs);
};

const get = async (Key: Key) => {
  const { client, tableName } = days.table.access();
  return (await client.send(new GetCommand({ TableName: tableName, Key }))).Item;
};
const closing = async (date: string) => {
  const item = await get(closingKey('main', date));
  return item === undefined ? null : StoredClosing.parse(item);
};
const overview = async (date: string) => StoredOverview.parse(await get(overviewKey('main', date)));
const status = async (personId: string, date = monday) =>
  (await days.result(personId, date))?.figures.status ?? null;

describe('closing a day', () => {
  it('awaits everybody in the morning, and finds absent who never came when the window is over', async () => {
    await days.ada();
    await keepAt(at('06:00'));
    expect(await status('ada')).toBe('pending_sync');
    expect(await overview(monday)).toMatchObject({ expected: 1, seen: 0, totals: { unsettledDays: 1 } });
    await keepAt(at('17:59'));
    expect(await status('ada')).toBe('pending_sync');
    await keepAt(at('18:00'));
    expect(await status('ada')).toBe('absent');
    expect(await overview(monday)).toMatchObject({ totals: { byStatus: { absent: 1 }, unsettledDays: 0 } });
    expect(await closing(monday)).toMatchObject({ closed: false });
    await keepAt(at('00:00', tuesday));
    expect(await closing(monday)).toMatchObject({ closed: true });
  });

  it('notes a forgotten check-out, or makes one where the shift says so and marks it', async () => {
    await days.ada();
    await Promise.all([
      days.person('ben'),
      days.shift({ id: 'auto', automaticCheckOut: 'shift_end' }),
      days.assign('ben', { shift: 'auto' }),
    ]);
    await days.punch('ada', 'p1', at('09:00'));
    await days.punch('ben', 'p2', at('09:00'));
    await keepAt(at('12:00'));
    expect([await status('ada'), await status('ben')]).toEqual(['present', 'present']);
    await keepAt(at('18:00'));
    expect(await status('ada')).toBe('missing_check_out');
    expect(await days.result('ben', monday)).toMatchObject({
      figures: {
        status: 'present',
        reasons: expect.arrayContaining([expect.objectContaining({ code: 'automatic_check_out' })]),
      },
    });
  });

  it('finds out who was late as soon as the doors are past the check-in', async () => {
    await days.ada();
    await days.door('door-1', at('09:29'));
    await days.punch('ada', 'p1', at('09:30'), 'in');
    await keepAt(at('09:31'));
    expect(await status('ada')).toBe('present');
    await days.door('door-1', at('09:34'));
    await keepAt(at('09:36'));
    expect(await status('ada')).toBe('late');
  });

  it('frappe/hrms "Last Sync of Checkin": waits for a door that was offline, and takes what it brings', async () => {
    await days.ada();
    await Promise.all([days.person('ben'), days.assign('ben')]);
    await days.door('door-1', at('23:00'));
    await days.door('door-2', at('08:00'));
    await keepAt(at('12:00', tuesday));
    expect(await status('ada')).toBe('pending_sync');
    expect(await days.result('ada', monday)).toMatchObject({
      figures: { reasons: [{ code: 'not_synced', syncedThrough: at('08:00'), needed: at('18:00') }] },
    });
    await days.punch('ada', 'p1', at('08:59'), 'in');
    await days.punch('ada', 'p2', at('17:01'), 'out');
    await days.door('door-2', at('12:05', tuesday));
    await keepAt(at('12:06', tuesday));
    expect([await status('ada'), await status('ben')]).toEqual(['present', 'absent']);
    await keepAt(at('12:11', tuesday));
    expect(await closing(monday)).toMatchObject({ closed: true });
  });

  it('waits for a silent door however long, until that is off the list, and not for one about the time before it was there', async () => {
    await days.ada();
    await days.door('door-1', at('08:00'));
    await keepAt(at('08:00', '2026-11-30'));
    expect(await status('ada')).toBe('pending_sync');
    expect(days.logged).toContainEqual({
      ...{ event: 'closing.overdue', site: 'main', date: monday, syncedThrough: at('08:00') },
    });
    await keepAt(at('18:00', '2026-12-31'));
    expect(await status('ada')).toBe('pending_sync');
    await days.removeDoor('door-1');
    await keepAt(at('18:10', '2026-12-31'));
    expect(await status('ada')).toBe('absent');

    await days.person('ben');
    await days.assign('ben');
    await days.door('door-1', at('12:00', '2026-12-01'));
    await days.door('door-3', null, at('10:00', '2026-12-01'));
    await keepAt(at('12:00', '2026-12-01'));
    expect(await status('ben', '2026-11-30')).toBe('absent');
    expect(await status('ben', '2026-12-01')).toBe('pending_sync');
  });

  it('frappe/hrms#5082: waits as long as the shift says before anybody is absent', async () => {
    await Promise.all([days.person('ada'), days.shift({ absenceWaitMinutes: 1440 }), days.assign('ada')]);
    await keepAt(at('17:59', tuesday));
    expect(await status('ada')).toBe('pending_sync');
    await keepAt(at('18:00', tuesday));
    expect(await status('ada')).toBe('absent');
  });

  it('is done again for what arrives late, with the overview', async () => {
    await days.ada();
    await keepAt(at('00:00', tuesday));
    await keepAt(at('00:05', tuesday));
    expect(await closing(monday)).toMatchObject({ closed: true });
    await days.punch('ada', 'p1', at('09:00'), 'in');
    await days.punch('ada', 'p2', at('17:00'), 'out');
    await keepAt(at('10:00', tuesday));
    expect(await overview(monday)).toMatchObject({
      seen: 1,
      totals: { byStatus: { present: 1, absent: 0 } },
    });
    expect(await closing(monday)).toMatchObject({ closed: true });
  });

  it('never takes back a decision: what a human corrected is the same after every run', async () => {
    await days.ada();
    const log = correction('ada.c1', { action: 'add', at: at('09:00'), direction: 'in' });
    const more = correction('ada.c2', { action: 'add', at: at('17:00'), direction: 'out' });
    await keepAt(at('00:00', tuesday));
    for (const entry of [...log, ...more]) await days.correction('ada', entry, [...log, ...more]);
    for (const time of ['10:00', '10:05', '10:10']) await keepAt(at(time, tuesday));
    expect(await days.result('ada', monday)).toMatchObject({
      figures: { status: 'present' },
      asRecorded: { status: 'absent' },
    });
  });

  it('shows the people of another site, and those without a shift, where they belong', async () => {
    await Promise.all([days.person('ada'), days.shift({}, 'depot'), days.assign('ada', { site: 'depot' })]);
    await days.person('ben');
    await days.punch('ben', 'p1', at('09:00'));
    await keepAt(at('18:00', tuesday));
    expect(await days.result('ada', monday)).toMatchObject({ site: 'depot', figures: { status: 'absent' } });
    expect(await overview(monday)).toMatchObject({ expected: 0, seen: 1 });
    expect(StoredOverview.parse(await get(overviewKey('depot', monday)))).toMatchObject({
      expected: 1,
      seen: 0,
    });
  });
});

describe('nights', () => {
  it.each([
    ['in which clocks go forward', '2027-03-27', '2027-03-28', 420],
    ['in which clocks go back', '2026-10-24', '2026-10-25', 540],
    ['like any other', monday, tuesday, 480],
  ])(
    '%s are closed when their window is over, on the date on which they began',
    async (_, date, next, worked) => {
      await days.person('ada');
      await days.shift({ id: 'night', start: '22:00', end: '06:00' });
      await days.calendar('main', {
        ...{ from: '2026-01-01', weeklyDaysOff: [], holidayLists: [] },
        ...{ dayChangesAt: '00:00', payPeriod: 'month', lockGraceDays: 5 },
      });
      await days.assign('ada', { shift: 'night', from: date, to: date });
      await Promise.all([days.person('ben'), days.assign('ben', { shift: 'night', from: date, to: date })]);
      await days.punch('ada', 'p1', at('22:00', date));
      await keepAt(at('00:30', next));
      expect([await status('ada', date), await status('ben', date)]).toEqual(['present', 'pending_sync']);
      await days.punch('ada', 'p2', at('06:00', next));
      await keepAt(at('06:59', next));
      expect(await status('ben', date)).toBe('pending_sync');
      expect(await closing(date)).toMatchObject({ closed: false });
      await keepAt(at('07:00', next));
      expect([await status('ada', date), await status('ben', date)]).toEqual(['present', 'absent']);
      expect(await days.result('ada', date)).toMatchObject({ figures: { minutes: { worked } } });
      await keepAt(at('07:05', next));
      expect(await closing(date)).toMatchObject({ closed: true });
    },
  );
});

describe('a run', () => {
  it('does nothing that is done already', async () => {
    await days.ada();
    await keepAt(at('20:00', tuesday));
    await keepAt(at('20:05', tuesday));
    const before = await days.result('ada', monday);
    days.table.asked();
    await keepAt(at('20:10', tuesday));
    expect(days.table.asked()).toEqual(['Query', 'Query (gsi1)']);
    expect(await days.result('ada', monday)).toEqual(before);
  });

  it('that ends anywhere is gone on with by the next, to the same result', async () => {
    await days.ada();
    const others = ['ben', 'cem', 'dora'];
    await Promise.all(others.flatMap((id) => [days.person(id), days.assign(id)]));
    await days.punch('ben', 'p1', at('09:00'));
    let crashes = 0;
    for (let after = 1; ; after += 1) {
      let sent = 0;
      const { client, tableName } = days.table.access();
      const failing = new Proxy(client, {
        get: (target, name) =>
          name !== 'send'
            ? Reflect.get(target, name)
            : (command: never) => {
                sent += 1;
                if (sent > after) throw new Error('the function is gone');
                return target.send(command);
              },
      });
      const run = await Promise.allSettled([
        keepAt(at('20:00', tuesday), undefined, { client: failing, tableName }),
      ]);
      if (run[0]?.status === 'fulfilled') break;
      crashes += 1;
    }
    expect(crashes).toBeGreaterThan(5);
    await keepAt(at('20:05', tuesday));
    expect(await Promise.all(['ada', ...others].map((id) => status(id)))).toEqual([
      ...['absent', 'missing_check_out', 'absent', 'absent'],
    ]);
    expect(await overview(monday)).toMatchObject({ totals: { people: 4, byStatus: { absent: 3 } } });
    expect(await closing(monday)).toMatchObject({ closed: true });
    expect(await days.stale()).toEqual([]);
  });

  it('that has no time left leaves the rest to the next', async () => {
    await days.ada();
    await keepAt(at('20:00', tuesday), () => 0);
    expect(await status('ada')).toBeNull();
    expect(days.logged.at(-1)).toMatchObject({ event: 'days.kept', site: 'depot' });
    await keepAt(at('20:05', tuesday));
    expect(await status('ada')).toBe('absent');
  });

  it('does what it can for the other people and the other sites, and fails in the end so that somebody looks', async () => {
    await days.ada();
    await Promise.all([days.person('ben'), days.assign('ben', { shift: 'gone' })]);
    await expect(keepAt(at('20:00', tuesday))).rejects.toMatchObject({ code: 'days_underivable' });
    expect(await status('ada')).toBe('absent');
    expect(await closing(monday)).toMatchObject({ closed: false });
    await days.shift({ id: 'gone' });
    await keepAt(at('20:05', tuesday));
    await keepAt(at('20:10', tuesday));
    expect(await closing(monday)).toMatchObject({ closed: true });
  });

  it('beside another run changes nothing', async () => {
    await days.ada();
    await days.punch('ada', 'p1', at('09:00'), 'in');
    await Promise.all([keepAt(at('20:00', tuesday)), keepAt(at('20:00', tuesday))]);
    await keepAt(at('20:05', tuesday));
    expect(await status('ada')).toBe('missing_check_out');
    expect(await overview(monday)).toMatchObject({ seen: 1, totals: { people: 1 } });
  });
});

describe('the overview of a day', () => {
  it('shows a fresh punch at once, and is made anew only when something has changed', async () => {
    await days.ada();
    await keepAt(at('08:00'));
    const { fresh } = makeOverviews(days.deps());
    days.nowMs = Date.parse(at('09:01'));
    await days.punch('ada', 'p1', at('09:00'), 'in');
    await days.keeper().refresh('main');
    expect(await fresh('main', monday)).toMatchObject({ in: 1, seen: 1, madeAt: at('09:01') });
    days.nowMs += 60_000;
    await fresh('main', monday);
    expect(await days.table.requests(() => fresh('main', monday))).toBe(1);
  });

  it('is not there for a date of which nothing is known', async () => {
    expect(await makeOverviews(days.deps()).fresh('main', '2020-01-01')).toBeNull();
  });
});
