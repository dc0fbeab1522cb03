import { describe, expect, it } from 'vitest';
import { hoursColon, minutesWords } from '../words/minutes-words.ts';
import { scaleFor } from './chart-scale.ts';
import { beforeWords, countChange, hasOnlyBegun, minutesChange, periodWords } from './summary-words.ts';

const week = { kind: 'week', id: '2026-W47', from: '2026-11-16', to: '2026-11-22' } as const;
const month = { kind: 'month', id: '2026-11', from: '2026-11-01', to: '2026-11-30' } as const;

describe('a period in words', () => {
  it('is the week with its dates, or the month', () => {
    expect(periodWords(week)).toBe('Week 47: Monday 16 November to Sunday 22 November');
    expect(periodWords(month)).toBe('November 2026');
  });

  it('is compared with as many days, while it is not over', () => {
    const before = { period: { ...week, to: '2026-11-15' }, through: '2026-11-15' };
    const trend = (through: string) => ({ ...before, through }) as never;
    expect(beforeWords({ period: week, trend: trend('2026-11-15') })).toBe('the week before');
    expect(beforeWords({ period: week, trend: trend('2026-11-11') })).toBe(
      'the same days of the week before',
    );
  });

  it('has only begun while it is current, has no hours, and none of its days is certain', () => {
    const totals = (days: number, unsettledDays: number, worked: number) =>
      ({ days, unsettledDays, minutes: { worked } }) as never;
    expect(hasOnlyBegun({ period: week, totals: totals(0, 0, 0) }, '2026-11-16')).toBe(true);
    expect(hasOnlyBegun({ period: week, totals: totals(6, 6, 0) }, '2026-11-16')).toBe(true);
    expect(hasOnlyBegun({ period: week, totals: totals(6, 6, 30) }, '2026-11-16')).toBe(false);
    expect(hasOnlyBegun({ period: week, totals: totals(6, 5, 0) }, '2026-11-17')).toBe(false);
    expect(hasOnlyBegun({ period: week, totals: totals(0, 0, 0) }, '2026-11-23')).toBe(false);
  });

  it('says the trend', () => {
    expect(minutesChange(-90, 'the week before')).toBe('1 h 30 min less than the week before');
    expect(minutesChange(0, 'the week before')).toBe('as much as the week before');
    expect(countChange(2, 'the week before')).toBe('2 more than the week before');
    expect(countChange(-1, 'the week before')).toBe('1 fewer than the week before');
  });
});

describe('minutes in words', () => {
  it('are hours and minutes', () => {
    expect([0, 45, 480, 485, 79_951].map(minutesWords)).toEqual([
      '0 min',
      '45 min',
      '8 h',
      '8 h 5 min',
      '1,332 h 31 min',
    ]);
    expect(hoursColon(485)).toBe('8:05');
  });
});

describe('the scale of the chart', () => {
  it.each([0, 1, 59, 480, 485, 600, 7_000, 480_000, 9_999_999])(
    'holds %i minutes in few even steps of whole hours',
    (most) => {
      const { topMinutes, lines } = scaleFor(most);
      expect(topMinutes).toBeGreaterThanOrEqual(most);
      expect(topMinutes).toBe(lines.at(-1));
      expect(lines.length).toBeLessThanOrEqual(6);
      expect(lines.every((line) => line % 60 === 0)).toBe(true);
    },
  );
});
