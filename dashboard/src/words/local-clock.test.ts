import { describe, expect, it } from 'vitest';
import { addDays, datesBetween, instantsAt, offsetWords, wallClock } from './local-clock.ts';

describe('the wall clock of a site', () => {
  it('is that of its zone, on its date', () => {
    expect(wallClock('2026-11-23T23:30:00.000Z', 'Europe/Berlin')).toEqual({
      date: '2026-11-24',
      time: '00:30',
    });
    expect(wallClock('2026-11-23T23:30:00.000Z', 'America/Sao_Paulo').time).toBe('20:30');
    expect(wallClock('2026-11-23T00:00:00.000Z', 'UTC').time).toBe('00:00');
  });
});

describe('a time typed in the zone of a site', () => {
  it('is one instant on an ordinary day', () => {
    expect(instantsAt('2026-11-23', '08:58', 'Europe/Berlin')).toEqual(['2026-11-23T07:58:00.000Z']);
    expect(instantsAt('2026-06-01', '00:00', 'Asia/Kolkata')).toEqual(['2026-05-31T18:30:00.000Z']);
    expect(instantsAt('2026-06-01', '09:00', 'Pacific/Apia')).toEqual(['2026-05-31T20:00:00.000Z']);
  });

  it.each([
    ['Europe/Berlin', '2026-03-29', '02:30'],
    ['America/New_York', '2026-03-08', '02:00'],
    ['Australia/Lord_Howe', '2026-10-04', '02:15'],
  ])('never was in the hour that %s leaves out', (zone, date, time) => {
    expect(instantsAt(date, time, zone)).toEqual([]);
  });

  it.each([
    ['Europe/Berlin', '2026-03-29', '03:00', '2026-03-29T01:00:00.000Z'],
    ['Europe/Berlin', '2026-03-29', '01:59', '2026-03-29T00:59:00.000Z'],
    ['Europe/Berlin', '2026-10-25', '03:00', '2026-10-25T02:00:00.000Z'],
    ['Australia/Lord_Howe', '2026-10-04', '02:30', '2026-10-03T15:30:00.000Z'],
  ])('is one instant beside the change of %s on %s at %s', (zone, date, time, instant) => {
    expect(instantsAt(date, time, zone)).toEqual([instant]);
  });

  it('was twice in the hour that is repeated', () => {
    expect(instantsAt('2026-10-25', '02:30', 'Europe/Berlin')).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
    ]);
    expect(instantsAt('2026-04-05', '01:45', 'Australia/Lord_Howe')).toEqual([
      '2026-04-04T14:45:00.000Z',
      '2026-04-04T15:15:00.000Z',
    ]);
  });

  it('is nothing while it is incomplete', () => {
    expect(instantsAt('2026-11-23', '', 'UTC')).toEqual([]);
  });
});

describe('words for clocks', () => {
  it('tell the two hours of one name apart', () => {
    const twice = instantsAt('2026-10-25', '02:30', 'Europe/Berlin');
    expect(twice.map((instant) => offsetWords(instant, 'Europe/Berlin'))).toEqual(['UTC+2', 'UTC+1']);
    expect(offsetWords('2026-01-01T00:00:00.000Z', 'America/St_Johns')).toBe('UTC−3:30');
    expect(offsetWords('2026-01-01T00:00:00.000Z', 'Asia/Kolkata')).toBe('UTC+5:30');
  });

  it('count days across months and years', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2026-03-29', -1)).toBe('2026-03-28');
  });
});

describe('the dates of a period', () => {
  it('are all of them, over the end of a month too, and the same on the day that has 25 hours', () => {
    expect(datesBetween('2026-10-24', '2026-10-26')).toEqual(['2026-10-24', '2026-10-25', '2026-10-26']);
    expect(datesBetween('2026-02-27', '2026-03-01')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01']);
    expect(datesBetween('2026-02-27', '2026-02-27')).toEqual(['2026-02-27']);
  });
});
