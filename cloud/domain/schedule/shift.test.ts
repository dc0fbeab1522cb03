import { describe, expect, it } from 'vitest';
import { expectedMinutes, lengthMinutes, Shift } from './shift.ts';

const day = { id: 'day', name: 'Day', start: '09:00', end: '17:00' };
const accepts = (change: object) => Shift.safeParse({ ...day, ...change }).success;

describe('a shift', () => {
  it('needs no more than its hours', () => {
    expect(Shift.parse(day)).toMatchObject({
      windowBeforeMinutes: 60,
      windowAfterMinutes: 60,
      graceLateMinutes: 0,
      counting: 'first_last',
      automaticCheckOut: null,
      worksOnHolidays: false,
    });
  });

  it.each([
    ['a time that is none', { start: '24:00' }],
    ['a length of more than 16 hours', { start: '06:00', end: '22:01' }],
    ['a length of a whole day', { end: '09:00' }],
    ['windows that reach into its own next day', { windowBeforeMinutes: 500, windowAfterMinutes: 461 }],
    [
      'an absence threshold above the one for half days',
      { absentBelowMinutes: 241, halfDayBelowMinutes: 240 },
    ],
    ['a break outside', { breaks: [{ start: '16:31', minutes: 30, paid: false }] }],
    ['a break before', { breaks: [{ start: '08:00', minutes: 30, paid: false }] }],
    [
      'breaks that overlap',
      {
        breaks: [
          { start: '12:00', minutes: 31, paid: false },
          { start: '12:30', minutes: 10, paid: true },
        ],
      },
    ],
    ['a misspelt key', { graceLate: 5 }],
  ])('refuses %s', (_case, change) => {
    expect(accepts(change)).toBe(false);
  });

  it('takes what just fits', () => {
    expect(accepts({ start: '06:00', end: '22:00' })).toBe(true);
    expect(accepts({ windowBeforeMinutes: 500, windowAfterMinutes: 460 })).toBe(true);
    expect(accepts({ breaks: [{ start: '16:30', minutes: 30, paid: false }] })).toBe(true);
    expect(
      accepts({ start: '22:00', end: '06:00', breaks: [{ start: '02:00', minutes: 30, paid: true }] }),
    ).toBe(true);
  });

  it('expects its length without unpaid breaks, over midnight too', () => {
    const night = Shift.parse({
      ...day,
      start: '22:00',
      end: '06:30',
      breaks: [
        { start: '01:00', minutes: 30, paid: false },
        { start: '04:00', minutes: 15, paid: true },
      ],
    });
    expect(lengthMinutes(night)).toBe(510);
    expect(expectedMinutes(night)).toBe(480);
  });
});
