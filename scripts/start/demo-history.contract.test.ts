import { BatchWriteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { Shift } from '../../cloud/domain/schedule/shift.ts';
import type { HolidayList } from '../../cloud/domain/schedule/site-calendar.ts';
import { makeDayKeeper } from '../../cloud/functions/days/make-day-keeper.ts';
import { readResults } from '../../cloud/functions/days/results.ts';
import { rollcallTableForTests } from '../../cloud/functions/rollcall-table-for-tests.ts';
import { calendarOn } from '../../cloud/functions/sites/calendar-on.ts';
import { makeSiteDirectory } from '../../cloud/functions/sites/site-directory.ts';
import { personKey } from '../../cloud/functions/table/keys.ts';
import { holidayListKey, shiftKey } from '../../cloud/functions/table/schedule-keys.ts';
import { config } from '../../rollcall.config.ts';
import { createDemoWeeks, firstDemoDate } from './demo-history.ts';
import { demoItems } from './demo-past.ts';

const rollcall = rollcallTableForTests();
const nowMs = Date.parse('2026-11-23T04:00:00.000Z');
const [site] = config.sites;
if (site === undefined) throw new Error('the demo needs a site');
const from = firstDemoDate(nowMs, site.timeZone);

const shifts = {
  day: Shift.parse({ id: 'day', name: 'Day', start: '09:00', end: '17:30', graceLateMinutes: 5 }),
  night: Shift.parse({ id: 'night', name: 'Night', start: '22:00', end: '06:00', windowAfterMinutes: 120 }),
};
const holidays: HolidayList = { id: 'demo', name: 'Demo', holidays: [{ date: '2026-11-11', name: 'Feast' }] };
const record = { site, configured: true, calendars: [], version: 0 };
const calendar = { ...calendarOn(record, from), holidayLists: [] };
const weeksOf = (place: number) => {
  const person = {
    ...{ id: `p-${place}`, name: 'Ada Example', number: String(place), site: site.id },
    ...{ status: 'active' as const, consent: null, createdAt: new Date(nowMs).toISOString() },
  };
  const rules = { site, calendar, shifts, holidays, door: { thing: 'door', name: 'Door' }, nowMs };
  return { person, weeks: createDemoWeeks(person, place, rules) };
};

it('are the same each time, and begin on a Monday some weeks before', () => {
  expect(weeksOf(2)).toEqual(weeksOf(2));
  expect([from, weeksOf(2).weeks.results.at(0)?.date]).toEqual(['2026-10-26', '2026-10-26']);
  expect(weeksOf(2).weeks.results.at(-1)?.date).toBe('2026-11-22');
});

it('hold what pages have to show: late, early, absent, on leave, forgotten, and nights', () => {
  const all = Array.from({ length: 13 }, (_, place) => weeksOf(place).weeks.results).flat();
  const statuses = new Set(all.map(({ figures }) => figures.status));
  for (const status of ['present', 'late', 'early_exit', 'absent', 'on_leave', 'missing_check_out'] as const)
    expect(statuses).toContain(status);
  const nights = weeksOf(7).weeks.punches.map(({ at }) => at.slice(11, 13));
  expect(new Set(nights)).toContain('05');
});

it.each([0, 1, 7])('are derived just as the product derives them (person %i)', async (place) => {
  const table = rollcall.access();
  const { client, tableName } = table;
  const { person, weeks } = weeksOf(place);
  const { consent: _, ...profile } = person;
  const others = [
    { ...personKey(person.id), ...profile },
    ...Object.values(shifts).map((shift) => ({
      ...shiftKey(site.id, shift.id),
      ...{ ...shift, site: site.id, createdAt: person.createdAt },
    })),
    { ...holidayListKey(holidays.id), ...holidays, version: 1 },
  ];
  for (const Item of others) await client.send(new PutCommand({ TableName: tableName, Item }));
  const items = demoItems(weeks);
  for (let first = 0; first < items.length; first += 25) {
    const requests = items.slice(first, first + 25).map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteCommand({ RequestItems: { [tableName]: requests } }));
  }
  const range = { from, to: '2026-11-22' };
  const before = await readResults(table, person.id, range);
  const sites = makeSiteDirectory({ table, configured: [site], now: () => nowMs });
  const keeper = makeDayKeeper({ table, sites, now: () => nowMs, log: { warn: () => {} } });
  await keeper.derive(person.id, [...before.keys()]);
  const after = await readResults(table, person.id, range);
  expect(before.size).toBeGreaterThan(15);
  expect([...after.values()].map((result) => ({ ...result, version: 1 }))).toEqual([...before.values()]);
  expect([...after.values()].every(({ version }) => version === 2)).toBe(true);
});
