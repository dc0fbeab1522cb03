import { describe, expect, it } from 'vitest';
import type { DayStatus, Minutes } from '#contract/day.ts';
import { add, noMinutes } from '../day/combine-shifts.ts';
import { at, corrected, leave, monday, schedule } from '../rules-for-tests.ts';
import { periodOf } from '../schedule/period.ts';
import { overviewOfDay } from './day-overview.ts';
import { summarise } from './summarise.ts';
import type { SummedDay } from './totals.ts';

const day = (
  date: string,
  status: DayStatus | null,
  minutes: Partial<Minutes> = {},
  personId = 'ada',
  settled = true,
): SummedDay => ({
  personId,
  date,
  figures: { status, settled, minutes: add(noMinutes, { ...noMinutes, ...minutes }) },
});

describe('a week or month', () => {
  const week = periodOf('2026-11-23', 'week');
  const days = [
    day('2026-11-16', 'present', { worked: 480, expected: 480 }),
    day('2026-11-17', 'absent', { expected: 480 }),
    day('2026-11-20', 'late', { worked: 400, expected: 480, late: 80 }),
    day('2026-11-23', 'late', { worked: 470, expected: 480, late: 10 }),
    day('2026-11-24', 'present', { worked: 500, expected: 480, overtime: 20, break: 30 }),
    day('2026-11-25', 'pending_sync', { expected: 480 }, 'ada', false),
    day('2026-11-28', 'weekly_off'),
    day('2026-11-30', 'present', { worked: 480, expected: 480 }),
    day('2026-11-26', null),
  ];

  it('adds up its own days and no others', () => {
    const { totals, through } = summarise(week, days, '2026-12-24');
    expect(through).toBe('2026-11-29');
    expect(totals).toMatchObject({
      people: 1,
      days: 4,
      byStatus: { late: 1, present: 1, pending_sync: 1, weekly_off: 1, absent: 0 },
      unsettledDays: 1,
      lateDays: 1,
      earlyDays: 0,
      minutes: { worked: 970, expected: 1440, late: 10, early: 0, overtime: 20, break: 30 },
    });
  });

  it('says how it differs from the one before', () => {
    expect(summarise(week, days, '2026-12-24').trend).toMatchObject({
      period: { id: '2026-W47' },
      through: '2026-11-22',
      change: { minutes: { worked: 90, late: -70, overtime: 20 }, byStatus: { absent: -1 }, lateDays: 0 },
    });
  });

  it('is compared with as many days of the one before while it is not over', () => {
    const { totals, trend } = summarise(week, days, '2026-11-24');
    expect(totals.days).toBe(2);
    expect(trend).toMatchObject({ through: '2026-11-17', totals: { days: 2 }, change: { lateDays: 1 } });
  });

  it('is compared with the whole of a shorter month', () => {
    const march = periodOf('2026-03-30', 'month');
    expect(summarise(march, [], '2026-03-30').trend.through).toBe('2026-02-28');
    expect(summarise(march, [], '2026-03-10').trend.through).toBe('2026-02-10');
    expect(summarise(march, [], '2026-03-31').trend.through).toBe('2026-02-28');
  });

  it('of a site adds up its people', () => {
    const both = [...days, day('2026-11-23', 'present', { worked: 480, expected: 480 }, 'bao')];
    const { totals } = summarise(week, both, '2026-12-24');
    expect(totals).toMatchObject({ people: 2, days: 5, minutes: { worked: 1450 } });
  });

  it('counts a corrected day by its corrected figures', () => {
    const figures = corrected(['in 09:00', 'out 17:00']);
    expect(summarise(week, [{ personId: 'ada', date: monday, figures }], monday).totals).toMatchObject({
      byStatus: { present: 1 },
      minutes: { worked: 480 },
    });
  });
});

describe('the overview of a site’s day', () => {
  const record = (personId: string, ...args: Parameters<typeof corrected>) => ({
    personId,
    date: monday,
    figures: corrected(...args),
  });
  const noon = { syncedThrough: at('12:00') };

  it('says from the records alone who is there, late, missing, and what is still awaited', () => {
    const records = [
      record('dan', []),
      record('bao', ['in 09:20'], schedule(), noon),
      record('ada', ['in 08:55', 'out 11:00'], schedule(), noon),
      record('eve', [], schedule({ leaves: [leave()] })),
      record('cem', ['in 10:30'], schedule(), noon),
      record('fay', [], schedule(), noon),
      record('gus', [], schedule({ assignments: [] })),
      { ...record('hal', ['in 09:00', 'out 17:00']), date: '2026-11-24' },
    ];
    expect(overviewOfDay('main', monday, records)).toMatchObject({
      site: 'main',
      date: monday,
      totals: { people: 6, byStatus: { present: 1, late: 2, absent: 1, on_leave: 1, pending_sync: 1 } },
      expected: 5,
      seen: 3,
      notSeen: ['dan', 'fay'],
      in: [
        { personId: 'bao', since: at('09:20') },
        { personId: 'cem', since: at('10:30') },
      ],
      out: [{ personId: 'ada', since: at('11:00') }],
      late: [
        { personId: 'cem', minutes: 90 },
        { personId: 'bao', minutes: 20 },
      ],
      earlyExit: [],
      missingCheckOut: [],
    });
  });

  it('names who forgot to check out and who went early', () => {
    const records = [record('ada', ['in 09:00']), record('bao', ['in 09:00', 'out 16:00'])];
    expect(overviewOfDay('main', monday, records)).toMatchObject({
      earlyExit: [{ personId: 'bao', minutes: 60 }],
      missingCheckOut: ['ada'],
    });
  });
});
