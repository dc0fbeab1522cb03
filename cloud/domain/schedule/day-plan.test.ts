import { describe, expect, it } from 'vitest';
import { assignment, calendar, leave, monday, schedule, shift } from '../rules-for-tests.ts';
import { planDay } from './day-plan.ts';

const saturday = '2026-11-28';
const holidays = [
  { id: 'de', name: 'Germany', holidays: [{ date: monday, name: 'A holiday' }] },
  { id: 'us', name: 'United States', holidays: [{ date: '2026-11-26', name: 'Thanksgiving' }] },
];
const german = calendar({ holidayLists: ['de'] });
const why = (...args: Parameters<typeof planDay>) => planDay(...args).off;

describe('what is planned for a date', () => {
  it('is the assigned shift', () => {
    const { expected, off } = planDay(monday, schedule());
    expect(expected.map((one) => one.shift.id)).toEqual(['day']);
    expect(off).toBeNull();
  });

  it('is nothing before the assignment begins and after it ends', () => {
    const rules = schedule({ assignments: [assignment({ from: monday, to: monday })] });
    expect(why('2026-11-22', rules)).toEqual({ why: 'unassigned' });
    expect(why(monday, rules)).toBeNull();
    expect(why('2026-11-24', rules)).toEqual({ why: 'unassigned' });
  });

  it('is nothing on the site’s weekly days off, unless the assignment names them', () => {
    expect(why(saturday, schedule())).toEqual({ why: 'weekly_off', weekday: 6, by: 'site' });
    const weekend = schedule({ assignments: [assignment({ weekdays: [6, 7] })] });
    expect(why(saturday, weekend)).toBeNull();
    expect(why(monday, weekend)).toEqual({ why: 'weekly_off', weekday: 1, by: 'assignment' });
  });

  it('is nothing on a holiday of a list that the site follows, and only of such a one', () => {
    const rules = schedule({ calendars: [german], holidayLists: holidays });
    expect(why(monday, rules)).toEqual({ why: 'holiday', name: 'A holiday', list: 'de' });
    expect(why('2026-11-26', rules)).toBeNull();
  });

  it('is the shift on a holiday on which it works', () => {
    const rules = schedule({
      calendars: [german],
      holidayLists: holidays,
      shifts: [shift({ worksOnHolidays: true })],
    });
    expect(planDay(monday, rules).expected).toHaveLength(1);
  });

  it('says holiday, then weekly day off, then leave', () => {
    const week = leave({ from: monday, to: '2026-11-29' });
    const rules = schedule({ calendars: [german], holidayLists: holidays, leaves: [week] });
    expect(why(monday, rules)).toMatchObject({ why: 'holiday' });
    expect(why('2026-11-24', rules)).toMatchObject({ why: 'on_leave', leave: week });
    expect(why(saturday, rules)).toMatchObject({ why: 'weekly_off' });
  });

  it('is two shifts, each by its own site’s calendar', () => {
    const rules = schedule({
      calendars: [german, calendar({ site: 'new-york', timeZone: 'America/New_York' })],
      holidayLists: holidays,
      shifts: [shift(), shift({ id: 'evening', start: '18:00', end: '22:00' })],
      assignments: [assignment(), assignment({ shift: 'evening', site: 'new-york' })],
    });
    expect(planDay('2026-11-24', rules).expected.map((one) => one.calendar.site)).toEqual([
      'main',
      'new-york',
    ]);
    expect(planDay(monday, rules).expected.map((one) => one.calendar.site)).toEqual(['new-york']);
  });

  it('says who has to mend a schedule that refers to nothing', () => {
    expect(() => planDay(monday, schedule({ shifts: [] }))).toThrow(/names shift day, which is not there/);
    expect(() => planDay(monday, schedule({ calendars: [] }))).toThrow(/site main has no calendar/);
  });
});
