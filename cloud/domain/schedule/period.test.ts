import { expect, it } from 'vitest';
import { periodBefore, periodOf } from './period.ts';

it('counts weeks by ISO 8601, whose year is not always that of the date', () => {
  expect(periodOf('2027-01-01', 'week')).toEqual({
    kind: 'week',
    id: '2026-W53',
    from: '2026-12-28',
    to: '2027-01-03',
  });
  expect(periodOf('2024-12-30', 'week').id).toBe('2025-W01');
});

it('knows the period before, over a year and in a leap year', () => {
  expect(periodBefore(periodOf('2027-01-04', 'week')).id).toBe('2026-W53');
  expect(periodBefore(periodOf('2028-03-31', 'month'))).toEqual({
    kind: 'month',
    id: '2028-02',
    from: '2028-02-01',
    to: '2028-02-29',
  });
});
