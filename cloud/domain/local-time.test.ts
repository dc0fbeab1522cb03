import { describe, expect, it } from 'vitest';
import { addDays, dayBounds, localDate, localTime, localTimeWithOffset, utcOffset } from './local-time.ts';

const hours = ({ start, end }: { start: string; end: string }) =>
  (Date.parse(end) - Date.parse(start)) / 3_600_000;

describe('local time', () => {
  it('puts an instant on the date of the site, not of UTC', () => {
    expect(localDate('2026-11-23T23:30:00.000Z', 'Europe/Berlin')).toBe('2026-11-24');
    expect(localDate('2026-11-23T02:30:00.000Z', 'America/New_York')).toBe('2026-11-22');
  });

  it('writes the wall clock with milliseconds, and the offset beside it', () => {
    expect(localTime('2026-11-23T07:58:12.340Z', 'Europe/Berlin')).toBe('2026-11-23T08:58:12.340');
    expect(utcOffset('2026-11-23T07:58:12.340Z', 'Europe/Berlin')).toBe('+01:00');
    expect(utcOffset('2026-06-23T07:58:12.340Z', 'Asia/Kolkata')).toBe('+05:30');
  });

  it.each([
    ['Europe/Berlin', '2026-11-23T08:58:12+01:00'],
    ['Asia/Kolkata', '2026-11-23T13:28:12+05:30'],
    ['UTC', '2026-11-23T07:58:12+00:00'],
  ])('writes both in one in %s, in whole seconds', (zone, written) => {
    expect(localTimeWithOffset('2026-11-23T07:58:12.999Z', zone)).toBe(written);
  });

  it.each([
    ['an ordinary day', '2026-11-23', 'Europe/Berlin', 24],
    ['the day that loses an hour', '2026-03-29', 'Europe/Berlin', 23],
    ['the day that gains an hour', '2026-10-25', 'Europe/Berlin', 25],
    ['a change of half an hour', '2026-04-05', 'Australia/Lord_Howe', 24.5],
    ['a day without midnight', '2018-11-04', 'America/Sao_Paulo', 23],
  ])('bounds %s', (_case, date, zone, length) => {
    const bounds = dayBounds(date, zone);
    expect(hours(bounds)).toBe(length);
    expect(localDate(bounds.start, zone)).toBe(date);
    expect(localDate(bounds.end, zone)).toBe(addDays(date, 1));
  });

  it('counts dates across month ends', () => {
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  });
});
