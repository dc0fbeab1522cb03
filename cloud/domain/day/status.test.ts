import { describe, expect, it } from 'vitest';
import { DayStatus } from '#contract/day.ts';
import {
  afterwards,
  at,
  calendar,
  corrected,
  leave,
  monday,
  schedule,
  shift,
  tuesday,
  withShift,
} from '../rules-for-tests.ts';

const graceful = withShift({ graceLateMinutes: 10, graceEarlyMinutes: 5 });
const codes = (...args: Parameters<typeof corrected>) => corrected(...args).reasons.map(({ code }) => code);
const plusMs = (instant: string, ms: number) => new Date(Date.parse(instant) + ms).toISOString();

describe('every status, with its reason', () => {
  const holidayLists = [{ id: 'de', name: 'Germany', holidays: [{ date: monday, name: 'A holiday' }] }];
  const holiday = schedule({ calendars: [calendar({ holidayLists: ['de'] })], holidayLists });
  const off = schedule({ calendars: [calendar({ weeklyDaysOff: [1] })] });
  const cases: [DayStatus, string, Parameters<typeof corrected>][] = [
    ['present', 'kept_hours', [['in 09:00', 'out 17:00']]],
    ['late', 'late', [['in 09:01', 'out 17:00']]],
    ['early_exit', 'early_exit', [['in 09:00', 'out 16:59']]],
    ['late_and_early', 'early_exit', [['in 09:01', 'out 16:59']]],
    [
      'half_day',
      'below_half_day_threshold',
      [['in 09:00', 'out 12:59'], withShift({ halfDayBelowMinutes: 240 })],
    ],
    ['absent', 'no_punch', [[]]],
    ['absent', 'below_absence_threshold', [['in 09:00', 'out 09:29'], withShift({ absentBelowMinutes: 30 })]],
    ['on_leave', 'on_leave', [[], schedule({ leaves: [leave()] })]],
    ['holiday', 'holiday', [[], holiday]],
    ['weekly_off', 'weekly_off', [[], off]],
    ['missing_check_out', 'missing_check_out', [['in 09:00']]],
    ['pending_sync', 'not_synced', [[], schedule(), { syncedThrough: null }]],
  ];

  it.each(cases)('%s because of %s', (status, code, args) => {
    const day = corrected(...args);
    expect(day.status).toBe(status);
    expect(day.reasons.map((reason) => reason.code)).toContain(code);
  });

  it('is one of these', () => {
    expect(new Set(cases.map(([status]) => status))).toEqual(new Set(DayStatus.options));
  });

  it('tells the figures by which a page can say why', () => {
    expect(corrected(['in 09:12', 'out 16:50'], graceful).reasons).toEqual([
      { code: 'late', at: at('09:12'), start: at('09:00'), graceMinutes: 10, minutes: 12 },
      { code: 'early_exit', at: at('16:50'), end: at('17:00'), graceMinutes: 5, minutes: 10 },
    ]);
  });
});

describe('grace', () => {
  const dayOf = (inAt: string, outAt: string) =>
    corrected([], graceful, {
      punches: [
        { id: 'a', at: inAt, via: 'in' },
        { id: 'b', at: outAt, via: 'out' },
      ],
    });

  it('is not exceeded exactly on it', () => {
    expect(dayOf(at('09:10'), at('16:55'))).toMatchObject({
      status: 'present',
      minutes: { late: 0, early: 0 },
    });
  });

  it('is exceeded a millisecond later, and then the minutes count from the start of the shift, each one begun', () => {
    expect(dayOf(plusMs(at('09:10'), 1), plusMs(at('16:55'), -1))).toMatchObject({
      status: 'late_and_early',
      minutes: { late: 11, early: 6 },
    });
  });
});

describe('thresholds', () => {
  const rules = withShift({ halfDayBelowMinutes: 240, absentBelowMinutes: 60 });

  it('are met exactly on them', () => {
    expect(corrected(['in 09:00', 'out 10:00'], rules).status).toBe('half_day');
    expect(corrected(['in 09:00', 'out 13:00'], rules).status).toBe('early_exit');
  });

  it('of nothing are off', () => {
    expect(corrected(['in 09:00', 'out 09:05']).status).toBe('early_exit');
  });

  it('come before lateness, whose reason is kept', () => {
    expect(codes(['in 14:00', 'out 17:00'], rules)).toEqual(['below_half_day_threshold', 'late']);
  });
});

describe('leave for half a day', () => {
  const half = (part: 'first_half' | 'second_half', rest = {}) =>
    schedule({ shifts: [shift(rest)], leaves: [leave({ part })] });

  it('expects half, and asks nobody why they came late or left early for it', () => {
    expect(corrected(['in 13:00', 'out 17:00'], half('first_half'))).toMatchObject({
      status: 'half_day',
      minutes: { worked: 240, expected: 240, late: 0, overtime: 0 },
    });
    expect(corrected(['in 09:00', 'out 13:00'], half('second_half'))).toMatchObject({
      status: 'half_day',
      minutes: { early: 0 },
    });
  });

  it('halves the thresholds too', () => {
    const rules = half('second_half', { absentBelowMinutes: 240 });
    expect(corrected(['in 09:00', 'out 11:00'], rules).status).toBe('half_day');
    expect(corrected(['in 09:00', 'out 10:59'], rules).status).toBe('absent');
  });

  it('leaves the other half to be missed', () => {
    expect(corrected([], half('first_half')).status).toBe('absent');
  });
});

describe('work on a day off', () => {
  it('is overtime, and the day stays off', () => {
    const rules = schedule({ leaves: [leave()] });
    expect(corrected(['auto 07:00', 'auto 10:00'], rules)).toMatchObject({
      status: 'on_leave',
      minutes: { worked: 180, expected: 0, overtime: 180, late: 0 },
    });
  });

  it('without any assignment is present, and without punches nothing at all', () => {
    const nobody = schedule({ assignments: [] });
    expect(corrected(['auto 07:00', 'auto 10:00'], nobody)).toMatchObject({
      status: 'present',
      reasons: [{ code: 'no_shift' }],
      minutes: { worked: 180, overtime: 0 },
    });
    expect(corrected([], nobody).status).toBeNull();
  });
});

describe('while a door has not synchronised', () => {
  const until = (syncedThrough: string | null, words: readonly string[] = [], rules = schedule()) =>
    corrected(words, rules, { syncedThrough });

  it('nobody is absent until its doors are past the end of the window, not only of the shift', () => {
    expect(until(at('17:59'))).toMatchObject({
      status: 'pending_sync',
      settled: false,
      reasons: [{ code: 'not_synced', syncedThrough: at('17:59'), needed: at('18:00') }],
    });
    expect(until(at('18:00'))).toMatchObject({ status: 'absent', settled: true });
  });

  it('nobody is late until its doors are past the check-in, for an earlier one may be on its way', () => {
    expect(until(at('09:29'), ['in 09:30'])).toMatchObject({ status: 'present', minutes: { late: 0 } });
    expect(until(at('09:30'), ['in 09:30'])).toMatchObject({ status: 'late', minutes: { late: 30 } });
  });

  it('nobody has gone early, worked too little or forgotten to check out', () => {
    const strict = withShift({ absentBelowMinutes: 400 });
    expect(until(at('17:59'), ['in 09:00', 'out 10:00'], strict)).toMatchObject({
      status: 'present',
      minutes: { early: 0, worked: 60 },
      settled: false,
    });
    expect(until(at('17:59'), ['in 09:00']).status).toBe('present');
    expect(until(at('18:00'), ['in 09:00']).status).toBe('missing_check_out');
  });

  it('leave, holidays and days off need no waiting', () => {
    expect(until(null, [], schedule({ leaves: [leave()] }))).toMatchObject({
      status: 'on_leave',
      settled: false,
    });
  });
});

describe('where the person is', () => {
  it('is what the last punch says, a repetition or a second check-in aside', () => {
    expect(corrected(['in 09:00', 'in 11:00', 'in 11:01']).presence).toEqual({
      direction: 'in',
      since: at('09:00'),
    });
    expect(corrected(['in 09:00', 'out 17:00']).presence).toEqual({ direction: 'out', since: at('17:00') });
    expect(corrected([]).presence).toBeNull();
  });
});

describe('a night', () => {
  it('belongs to the date on which it began, and leaves the next date to itself', () => {
    const night = withShift({ start: '22:00', end: '06:00' });
    const words = ['auto 21:55', 'auto 06:05 +1'];
    expect(corrected(words, night)).toMatchObject({ status: 'present', minutes: { worked: 490 } });
    expect(corrected(words, night, { date: tuesday, syncedThrough: afterwards }).status).toBe('absent');
  });
});
