import { expect, it } from 'vitest';
import { monthsBetween } from './months.ts';

const range = { from: '2025-11-30T23:00:00.000Z', to: '2026-02-01T00:00:00.000Z' };

it('names every month of a range, newest first, across a year', () => {
  expect(monthsBetween(range, null)).toEqual(['2026-02', '2026-01', '2025-12', '2025-11']);
});

it('begins with the month of the cursor', () => {
  expect(monthsBetween(range, '2025-12-05T00:00:00.000Z#x')).toEqual(['2025-12', '2025-11']);
  expect(monthsBetween(range, '2027-12-05T00:00:00.000Z#x')).toHaveLength(4);
});
