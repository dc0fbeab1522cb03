import { describe, expect, it } from 'vitest';
import { parseScheduleExpression } from './schedule-expression.ts';

const at = (text: string): number => Date.parse(text);
const next = (
  expression: string,
  after: string,
  { zone = 'UTC', anchor = '2026-01-01T00:00:00Z' } = {},
): string => new Date(parseScheduleExpression(expression, zone).next(at(after), at(anchor))).toISOString();

describe('a rate', () => {
  it.each([
    ['rate(1 minute)', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00.000Z'],
    ['rate(5 minutes)', '2026-01-01T00:07:30Z', '2026-01-01T00:10:00.000Z'],
    ['rate(1 hour)', '2026-01-02T03:04:05Z', '2026-01-02T04:00:00.000Z'],
    ['rate(7 days)', '2026-01-09T00:00:00Z', '2026-01-15T00:00:00.000Z'],
  ])('%s counts from when the schedule first existed', (expression, after, due) => {
    expect(next(expression, after)).toBe(due);
  });
});

describe('a cron expression', () => {
  it.each([
    ['cron(0 8 * * ? *)', '2026-03-01T08:00:00Z', '2026-03-02T08:00:00.000Z'],
    ['cron(15,45 8-9 * * ? *)', '2026-03-01T08:20:00Z', '2026-03-01T08:45:00.000Z'],
    ['cron(0/20 * * * ? *)', '2026-03-01T08:21:00Z', '2026-03-01T08:40:00.000Z'],
    ['cron(0 6 ? * MON-FRI *)', '2026-03-06T07:00:00Z', '2026-03-09T06:00:00.000Z'],
    ['cron(0 6 ? * 1 *)', '2026-03-06T07:00:00Z', '2026-03-08T06:00:00.000Z'],
    ['cron(0 0 1 JAN ? *)', '2026-03-06T07:00:00Z', '2027-01-01T00:00:00.000Z'],
    ['cron(0 0 29 2 ? *)', '2026-03-06T07:00:00Z', '2028-02-29T00:00:00.000Z'],
  ])('%s', (expression, after, due) => {
    expect(next(expression, after)).toBe(due);
  });

  it('is read in its time zone, and passes over an hour that the clocks skip', () => {
    const zone = 'Europe/Berlin';
    expect(next('cron(30 8 * * ? *)', '2026-07-01T00:00:00Z', { zone })).toBe('2026-07-01T06:30:00.000Z');
    expect(next('cron(30 2 * * ? *)', '2026-03-28T12:00:00Z', { zone })).toBe('2026-03-30T00:30:00.000Z');
  });

  it('is an error when it is never due again', () => {
    expect(() => next('cron(0 0 1 1 ? 2020)', '2026-03-06T07:00:00Z')).toThrow(/never due/);
  });
});

it.each([
  ['at(2026-01-01T00:00:00)', 'UTC'],
  ['rate(0 minutes)', 'UTC'],
  ['rate(1 fortnight)', 'UTC'],
  ['cron(0 8 * * *)', 'UTC'],
  ['cron(0 8 * * * *)', 'UTC'],
  ['cron(60 8 * * ? *)', 'UTC'],
  ['cron(0 8 L * ? *)', 'UTC'],
  ['cron(0 8 * * ? *)', 'Europe/Nowhere'],
])('refuses %s in %s', (expression, zone) => {
  expect(() => parseScheduleExpression(expression, zone)).toThrow();
});
