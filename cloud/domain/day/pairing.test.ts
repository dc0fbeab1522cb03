import { describe, expect, it } from 'vitest';
import {
  assignment,
  at,
  corrected,
  monday,
  schedule,
  shift,
  told,
  tuesday,
  withShift,
} from '../rules-for-tests.ts';

const everyPair = withShift({ counting: 'every_pair' });
const lunch = { start: '12:00', minutes: 60, paid: false };
const minutesOf = (...args: Parameters<typeof corrected>) => corrected(...args).minutes;

describe('which way a punch counts', () => {
  it('alternates at automatic doors, beginning with in', () => {
    expect(told(corrected(['auto 09:00', 'auto 12:00', 'auto 13:00']))).toEqual([
      'auto 09:00 → in',
      'auto 12:00 → out',
      'auto 13:00 → in missing_check_out',
    ]);
  });

  it('is that of a door with a fixed direction, and automatic doors go on from there', () => {
    expect(told(corrected(['in 09:00', 'auto 12:00', 'in 13:00', 'out 17:00']))).toEqual([
      'in 09:00 → in',
      'auto 12:00 → out',
      'in 13:00 → in',
      'out 17:00 → out',
    ]);
  });

  it('begins anew with every shift, not with every date', () => {
    const nights = schedule({
      shifts: [shift({ id: 'night', start: '22:00', end: '06:00' })],
      assignments: [assignment({ shift: 'night' })],
    });
    const words = ['auto 22:00', 'auto 06:00 +1', 'auto 22:00 +1', 'auto 06:00 +2'];
    expect(told(corrected(words, nights))).toEqual(['auto 22:00 → in', 'auto 06:00 +1 → out']);
    expect(told(corrected(words, nights, { date: tuesday }))).toEqual([
      'auto 22:00 +1 → in',
      'auto 06:00 +2 → out',
    ]);
  });
});

describe('what is odd', () => {
  it('is an in while in: the earlier one counts', () => {
    const day = corrected(['in 09:00', 'in 11:00', 'out 17:00']);
    expect(told(day)[1]).toBe('in 11:00 → in in_while_in');
    expect(day).toMatchObject({ status: 'present', minutes: { worked: 480 } });
  });

  it('is an out without an in', () => {
    const day = corrected(['out 08:30', 'in 09:00', 'out 17:00'], everyPair);
    expect(told(day)[0]).toBe('out 08:30 → out out_without_in');
    expect(day).toMatchObject({ status: 'present', minutes: { worked: 480 } });
  });

  it('is a day with nothing but an out: nobody is called absent for it', () => {
    const day = corrected(['out 17:00']);
    expect(told(day)).toEqual(['out 17:00 → out out_without_in']);
    expect(day).toMatchObject({ status: 'present', minutes: { worked: 0 } });
    expect(day.reasons).toContainEqual({ code: 'no_check_in' });
  });

  it('is a punch outside of all windows: it is shown and does not count', () => {
    const day = corrected(['auto 06:00', 'auto 09:00', 'auto 17:00']);
    expect(told(day)).toEqual(['auto 09:00 → in', 'auto 17:00 → out', 'auto 06:00 → in outside_window']);
    expect(day.outside).toHaveLength(1);
  });

  it('is the same punch told in two ways: the earlier holds, whichever arrived first', () => {
    const twoWays = [
      { id: 'a', at: at('09:00'), via: 'in' as const },
      { id: 'a', at: at('09:30'), via: 'out' as const },
    ];
    for (const punches of [twoWays, [...twoWays].reverse()]) {
      expect(told(corrected([], schedule(), { punches }))).toEqual(['a → in missing_check_out']);
    }
  });

  it('is a repetition, shown with the direction of what it repeats', () => {
    expect(told(corrected(['auto 09:00', 'auto 17:00', 'auto 17:01']))).toEqual([
      'auto 09:00 → in',
      'auto 17:00 → out',
      'auto 17:01 → out repeats',
    ]);
  });
});

describe('what counts as worked', () => {
  const away = ['in 09:00', 'out 11:00', 'in 13:30', 'out 17:00'];

  it('is everything from the first in to the last out', () => {
    expect(minutesOf(away)).toMatchObject({ worked: 480, break: 0, expected: 480 });
  });

  it('is only what lies between every in and its out', () => {
    expect(minutesOf(away, everyPair)).toMatchObject({ worked: 330, break: 150 });
  });

  it('ends with the last out even when the in before it was missed, unless only pairs count', () => {
    const missed = ['in 09:00', 'out 12:00', 'out 17:00'];
    expect(minutesOf(missed)).toMatchObject({ worked: 480 });
    expect(minutesOf(missed, everyPair)).toMatchObject({ worked: 180, break: 0 });
  });

  it('leaves unpaid breaks out, spent inside or outside', () => {
    const rest = { breaks: [lunch] };
    const inside = ['in 09:00', 'out 17:00'];
    const outside = ['in 09:00', 'out 12:10', 'in 12:50', 'out 17:00'];
    for (const counting of ['first_last', 'every_pair'] as const) {
      expect(minutesOf(inside, withShift({ ...rest, counting }))).toMatchObject({ worked: 420, break: 60 });
      expect(minutesOf(outside, withShift({ ...rest, counting }))).toMatchObject({ worked: 420, break: 60 });
    }
    expect(minutesOf(inside, withShift(rest)).expected).toBe(420);
  });

  it('leaves out only as much of an unpaid break as someone was there for', () => {
    expect(minutesOf(['in 12:40', 'out 17:00'], withShift({ breaks: [lunch] }))).toMatchObject({
      worked: 240,
      break: 20,
    });
  });

  it('counts a paid break spent outside, and no minute beyond it', () => {
    const paid = withShift({ counting: 'every_pair', breaks: [{ ...lunch, minutes: 15, paid: true }] });
    expect(minutesOf(['in 09:00', 'out 12:00', 'in 12:20', 'out 17:00'], paid)).toMatchObject({
      worked: 475,
      break: 5,
    });
    expect(minutesOf(['in 09:00', 'out 11:00'], paid)).toMatchObject({ worked: 120 });
  });

  it('is full minutes: 59 seconds are none', () => {
    const punches = [
      { id: 'a', at: at('09:00'), via: 'in' as const },
      { id: 'b', at: at('17:00').replace('00.000Z', '59.999Z'), via: 'out' as const },
    ];
    expect(minutesOf([], schedule(), { punches }).worked).toBe(480);
  });

  it('beyond what was expected is overtime', () => {
    expect(minutesOf(['in 08:30', 'out 17:30'])).toMatchObject({ worked: 540, overtime: 60 });
  });
});

describe('a check-in without a check-out', () => {
  it('counts no time by itself, but what was closed before it does', () => {
    const day = corrected(['in 09:00', 'out 12:00', 'in 13:00']);
    expect(day).toMatchObject({
      status: 'missing_check_out',
      minutes: { worked: 180 },
      lastOut: at('12:00'),
    });
    expect(day.reasons).toContainEqual({
      code: 'missing_check_out',
      punchId: 'in 13:00',
      since: at('13:00'),
    });
  });

  it('is closed where the shift says so, and marked for ever', () => {
    const day = corrected(['in 09:00'], withShift({ automaticCheckOut: 'shift_end' }));
    expect(day).toMatchObject({
      status: 'present',
      minutes: { worked: 480, early: 0 },
      lastOut: at('17:00'),
    });
    expect(day.reasons).toContainEqual({ code: 'automatic_check_out', punchId: 'in 09:00', at: at('17:00') });
    expect(day.shifts[0]?.entries.at(-1)).toMatchObject({ origin: 'automatic', direction: 'out' });
    expect(day.presence).toEqual({ direction: 'in', since: at('09:00') });
  });

  it('is closed at a fixed time, of the next date for a night', () => {
    expect(corrected(['in 09:00'], withShift({ automaticCheckOut: '16:00' }))).toMatchObject({
      minutes: { worked: 420, early: 0 },
    });
    const night = { start: '22:00', end: '06:00', automaticCheckOut: '05:00' };
    expect(corrected(['in 22:00'], withShift(night)).lastOut).toBe(at('05:00', tuesday));
  });

  it('is not closed before it was opened, nor before its doors have synchronised', () => {
    const rules = withShift({ automaticCheckOut: 'shift_end' });
    expect(corrected(['in 17:30'], rules).status).toBe('missing_check_out');
    expect(corrected(['in 09:00'], rules, { syncedThrough: at('17:59') })).toMatchObject({
      lastOut: null,
      settled: false,
    });
  });

  it('is closed by the real check-out as soon as that arrives', () => {
    const day = corrected(['in 09:00', 'out 16:30'], withShift({ automaticCheckOut: 'shift_end' }));
    expect(told(day)).toEqual(['in 09:00 → in', 'out 16:30 → out']);
    expect(day.status).toBe('early_exit');
  });
});

describe('sixteen hours', () => {
  const long = withShift({ start: '06:00', end: '20:00', windowBeforeMinutes: 60, windowAfterMinutes: 540 });

  it('is as long as a check-in stays open', () => {
    expect(told(corrected(['auto 06:00', 'auto 22:00'], long))).toEqual([
      'auto 06:00 → in',
      'auto 22:00 → out',
    ]);
  });

  it('ends it: a minute later begins something new, and the old one stays open', () => {
    const day = corrected(['auto 06:00', 'auto 22:01', 'auto 23:00'], long);
    expect(told(day)).toEqual(['auto 06:00 → in missing_check_out', 'auto 22:01 → in', 'auto 23:00 → out']);
    expect(day).toMatchObject({ status: 'missing_check_out', minutes: { worked: 59 } });
  });

  it('is not exceeded by adding up from the first in to the last out', () => {
    const day = corrected(['in 05:00', 'out 12:00', 'in 13:00', 'out 21:30'], long);
    expect(day.minutes.worked).toBe(7 * 60 + 8 * 60 + 30);
  });

  it('is never what an automatic check-out makes', () => {
    const rules = withShift({
      start: '06:00',
      end: '22:00',
      windowBeforeMinutes: 120,
      automaticCheckOut: 'shift_end',
    });
    expect(corrected(['in 05:00'], rules).status).toBe('missing_check_out');
    expect(corrected(['in 06:00'], rules).status).toBe('present');
  });
});

describe('two shifts on one date', () => {
  const split = schedule({
    shifts: [
      shift({ id: 'morning', start: '08:00', end: '12:00' }),
      shift({ id: 'evening', start: '16:00', end: '20:00' }),
    ],
    assignments: [assignment({ shift: 'morning' }), assignment({ shift: 'evening' })],
  });

  it('add up to one day', () => {
    const day = corrected(['auto 08:00', 'auto 12:00', 'auto 16:10', 'auto 20:00'], split);
    expect(day).toMatchObject({ status: 'late', minutes: { worked: 470, expected: 480, late: 10 } });
    expect(day.shifts.map(({ status }) => status)).toEqual(['present', 'late']);
    expect(day).toMatchObject({ firstIn: at('08:00'), lastOut: at('20:00') });
  });

  it('are half a day when one of them was missed', () => {
    const day = corrected(['auto 08:00', 'auto 12:00'], split);
    expect(day.status).toBe('half_day');
    expect(day.reasons).toContainEqual({ code: 'no_punch', from: at('15:00'), to: at('21:00') });
  });

  it('keep a check-in open for its check-out where one follows at once', () => {
    const doubled = schedule({
      shifts: [
        shift({ id: 'early', start: '06:00', end: '14:00' }),
        shift({ id: 'late', start: '14:00', end: '22:00' }),
      ],
      assignments: [assignment({ shift: 'early' }), assignment({ shift: 'late' })],
    });
    const day = corrected(['auto 06:00', 'auto 14:05', 'auto 14:08', 'auto 22:00'], doubled);
    expect(day.shifts.map(({ entries }) => entries.map(({ id }) => id))).toEqual([
      ['auto 06:00', 'auto 14:05'],
      ['auto 14:08', 'auto 22:00'],
    ]);
    expect(corrected(['in 14:05', 'out 22:00'], doubled, { date: monday }).shifts[0]?.status).toBe('absent');
    const onlyOut = corrected(['out 14:05'], doubled);
    expect(told(onlyOut)).toEqual(['out 14:05 → out out_without_in']);
    expect(onlyOut.shifts.map(({ entries }) => entries.length)).toEqual([1, 0]);
  });
});
