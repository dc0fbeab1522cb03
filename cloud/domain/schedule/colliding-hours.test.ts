import { describe, expect, it } from 'vitest';
import { calendar, monday, shift } from '../rules-for-tests.ts';
import { type Duty, firstCollision } from './colliding-hours.ts';

const duty = (start: string, end: string, rest: Partial<Duty> = {}): Duty => ({
  shift: shift({ start, end, windowBeforeMinutes: 60, windowAfterMinutes: 60 }),
  calendar: calendar(),
  from: monday,
  to: null,
  weekdays: [1, 2, 3, 4, 5],
  ...rest,
});

describe('hours that one person cannot keep', () => {
  it('are those of two shifts that overlap on a common day', () => {
    expect(firstCollision(duty('09:00', '17:00'), duty('16:59', '20:00'))).toBe(monday);
    expect(firstCollision(duty('09:00', '17:00'), duty('10:00', '11:00'))).toBe(monday);
  });

  it('are not those of shifts of which one begins when the other ends, although their windows overlap', () => {
    expect(firstCollision(duty('09:00', '17:00'), duty('17:00', '20:00'))).toBeNull();
  });

  it('reach over midnight, whichever of the two began the day before', () => {
    const nights = duty('22:00', '06:00', { weekdays: [1] });
    const early = duty('05:00', '09:00', { weekdays: [2] });
    expect(firstCollision(nights, early)).toBe(monday);
    expect(firstCollision(early, nights)).toBe('2026-11-24');
    expect(firstCollision({ ...nights, to: monday }, { ...early, from: '2026-11-24' })).toBe(monday);
  });

  it('need a common date and a common weekday', () => {
    const day = duty('09:00', '17:00');
    expect(firstCollision({ ...day, to: '2026-11-27' }, { ...day, from: '2026-11-28' })).toBeNull();
    expect(firstCollision(day, { ...day, weekdays: [6, 7] })).toBeNull();
    expect(firstCollision(day, { ...day, weekdays: [5] })).toBe('2026-11-27');
  });

  it('are compared by instants where two sites have two zones', () => {
    const lisbon = { calendar: calendar({ site: 'depot', timeZone: 'Europe/Lisbon' }) };
    expect(firstCollision(duty('09:00', '17:00'), duty('16:00', '20:00', lisbon))).toBeNull();
    expect(firstCollision(duty('09:00', '17:00'), duty('15:59', '20:00', lisbon))).toBe(monday);
  });
});
