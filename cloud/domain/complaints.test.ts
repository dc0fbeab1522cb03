import { describe, expect, it } from 'vitest';
import { decideCorrection, requestCorrection } from './corrections/correct.ts';
import { readCorrections } from './corrections/correction-log.ts';
import {
  assignment,
  at,
  calendar,
  corrected,
  correction,
  derive,
  monday,
  schedule,
  shift,
  told,
  tuesday,
  wednesday,
  withShift,
} from './rules-for-tests.ts';

/** What people complained about in other systems, one test each, so that it stays ended here. */
describe('complaints about other systems', () => {
  /** "maps the check-out to the July 14 Evening Shift … Attendance is marked absent for July 13" */
  describe('frappe/hrms#3298: the check-out of a night goes to the next day’s shift', () => {
    const rotation = (evening: Parameters<typeof shift>[0]) =>
      schedule({
        shifts: [
          shift({ id: 'night', start: '18:00', end: '07:00' }),
          shift({ id: 'evening', start: '14:00', end: '20:00', ...evening }),
        ],
        assignments: [
          assignment({ shift: 'night', from: monday, to: monday }),
          assignment({ shift: 'evening', from: tuesday, to: tuesday }),
        ],
      });
    const words = ['auto 18:30', 'auto 07:10 +1'];

    it.each([
      ['as reported', {}],
      [
        'even when the next shift follows at once and its window is open already',
        { start: '08:00', end: '14:00' },
      ],
    ])('%s', (_case, evening) => {
      const rules = rotation(evening);
      expect(told(corrected(words, rules))).toEqual(['auto 18:30 → in', 'auto 07:10 +1 → out']);
      expect(corrected(words, rules)).toMatchObject({ status: 'late', minutes: { worked: 760, late: 30 } });
      expect(corrected(words, rules, { date: tuesday })).toMatchObject({ status: 'absent' });
    });
  });

  /** "day 1: forget to check-out; day 2: The employee thinks a checks in, but in fact checks out" */
  describe('odoo/odoo#29645 and frappe/hrms#3859: the morning after a forgotten check-out closes yesterday', () => {
    const words = ['auto 09:00', 'auto 08:55 +1', 'auto 17:00 +1'];

    it('on the ordinary windows', () => {
      expect(corrected(words).status).toBe('missing_check_out');
      expect(corrected(words, schedule(), { date: tuesday })).toMatchObject({
        status: 'present',
        firstIn: at('08:55', tuesday),
        lastOut: at('17:00', tuesday),
      });
    });

    it('not when check-outs are allowed far into the night and only 15 hours have passed', () => {
      const rules = schedule({
        shifts: [
          shift({ id: 'late', start: '14:00', end: '22:00', windowAfterMinutes: 600 }),
          shift({ id: 'early', start: '06:00', end: '14:00' }),
        ],
        assignments: [
          assignment({ shift: 'late', from: monday, to: monday }),
          assignment({ shift: 'early', from: tuesday, to: tuesday }),
        ],
      });
      const forgotten = ['auto 15:00', 'auto 05:55 +1', 'auto 14:00 +1'];
      expect(corrected(forgotten, rules).status).toBe('missing_check_out');
      expect(corrected(forgotten, rules, { date: tuesday }).status).toBe('present');
    });

    it('nor without any shift', () => {
      const nobody = schedule({ assignments: [] });
      expect(told(corrected(['auto 16:00', 'auto 07:00 +1'], nobody))).toEqual([
        'auto 16:00 → in missing_check_out',
      ]);
    });

    it('while someone who works over midnight is not cut in two ("22:00 to 02:00 for example")', () => {
      const rules = withShift({ start: '22:00', end: '02:00' });
      expect(corrected(['auto 22:00', 'auto 02:00 +1'], rules)).toMatchObject({
        status: 'present',
        minutes: { worked: 240 },
      });
    });
  });

  it('OCA/hr#845: two readings within two minutes make a check-in and a check-out', () => {
    const day = corrected(['in 09:00', 'out 09:01', 'auto 09:01', 'out 17:00'], schedule(), {});
    expect(day).toMatchObject({ status: 'present', minutes: { worked: 480 } });
    expect(told(day).slice(1, 3)).toEqual(['auto 09:01 → in repeats', 'out 09:01 → in repeats']);
  });

  it('FingerTec: a queue of duplicates stretches the period, or the last of them wins', () => {
    expect(told(corrected(['auto 09:00', 'auto 09:01', 'auto 09:02', 'auto 17:00']))).toEqual([
      'auto 09:00 → in',
      'auto 09:01 → in repeats',
      'auto 09:02 → out',
      'auto 17:00 → in missing_check_out',
    ]);
  });

  /** "Make this waiting period configurable so that clients can choose when the Absent status should be processed" */
  it('frappe/hrms#5082: how long to wait before someone is absent cannot be chosen', () => {
    const waits = (absenceWaitMinutes: number, syncedThrough: string) =>
      corrected([], withShift({ absenceWaitMinutes }), { syncedThrough }).status;
    expect(waits(0, at('18:00'))).toBe('absent');
    expect(waits(1440, at('18:00'))).toBe('pending_sync');
    expect(waits(1440, at('17:59', tuesday))).toBe('pending_sync');
    expect(waits(1440, at('18:00', tuesday))).toBe('absent');
  });

  it('frappe/hrms "Last Sync of Checkin": someone is absent because a door was offline', () => {
    const offline = derive([], schedule(), { syncedThrough: at('08:00') }).asRecorded;
    expect(offline.status).toBe('pending_sync');
    expect(derive(['auto 09:00', 'auto 17:00']).asRecorded.status).toBe('present');
  });

  /** "Attendance Requests should ideally be restricted to past or current dates" */
  it('frappe/hrms#5125: attendance is corrected for the future', () => {
    const asked = requestCorrection(
      {
        id: 'c',
        personId: 'ada',
        reason: 'I will be there',
        change: { action: 'add', at: at('09:00', wednesday), direction: 'in' },
      },
      {
        by: { sub: 'sub-ada', personId: 'ada' },
        now: at('12:00', tuesday),
        scheduleOn: () => schedule(),
        mayOverrideLock: true,
      },
    );
    expect(asked).toEqual({ refused: { why: 'in_the_future', instant: at('09:00', wednesday) } });
  });

  /** "the list of people reverts back to the automatically applied faces" */
  it('immich#16374: running it again drops what a human decided', () => {
    const corrections = correction('c', { action: 'add', at: at('17:00'), direction: 'out' });
    const once = derive(['in 09:00'], schedule(), { corrections });
    expect(once.asCorrected).toMatchObject({ status: 'present', minutes: { worked: 480 } });
    expect(derive(['in 09:00'], schedule(), { corrections })).toEqual(once);
    // The door's own check-out arrives late, a minute before the one that was decided: it repeats it, and takes nothing away.
    const late = derive(['in 09:00', 'out 16:59'], schedule(), { corrections });
    expect(late.asCorrected).toMatchObject({ status: 'present', lastOut: at('17:00') });
    expect(late.asRecorded).toMatchObject({ status: 'early_exit', lastOut: at('16:59') });
  });

  it('attendance requests are approved by whoever made them', () => {
    const [request] = readCorrections(
      correction('c', { action: 'add', at: at('17:00'), direction: 'out' }, 'waiting'),
    );
    if (request === undefined) throw new Error('no request');
    const circumstances = { now: at('12:00', tuesday), scheduleOn: () => schedule(), mayOverrideLock: true };
    const approved = { decision: 'approved' as const, note: '' };
    expect(
      decideCorrection(request, approved, { ...circumstances, by: { sub: 'another', personId: 'ada' } }),
    ).toEqual({ refused: { why: 'own_day' } });
  });

  it('frappe/hrms#3268: a day off is marked absent', () => {
    expect(corrected([], schedule(), { date: '2026-11-28' }).status).toBe('weekly_off');
  });

  it('frappe/hrms#713: someone is absent although the time for checking out is not over', () => {
    const rules = withShift({
      start: '15:00',
      end: '23:30',
      windowBeforeMinutes: 120,
      windowAfterMinutes: 120,
    });
    expect(corrected([], rules, { syncedThrough: at('01:29', tuesday) }).status).toBe('pending_sync');
    expect(corrected([], rules, { syncedThrough: at('01:30', tuesday) }).status).toBe('absent');
  });

  /** Their days end by the clock of whoever looks, or of the server; here by that of the site, wherever a browser is. */
  it('Odoo and OrangeHRM: a punch far away is counted on the wrong date', () => {
    const auckland = schedule({ calendars: [calendar({ timeZone: 'Pacific/Auckland' })] });
    // Monday there, from nine to five; still Sunday in UTC in the morning.
    const punches = [
      { id: 'came', at: '2026-11-22T20:00:00.000Z', via: 'auto' as const },
      { id: 'went', at: '2026-11-23T04:00:00.000Z', via: 'auto' as const },
    ];
    expect(corrected([], auckland, { punches })).toMatchObject({
      status: 'present',
      minutes: { worked: 480, late: 0 },
    });
    expect(corrected([], auckland, { punches, date: '2026-11-22' }).status).toBe('weekly_off');
  });

  it('Odoo: an open check-in is closed by whatever comes, more than 16 hours later', () => {
    const day = corrected(['in 09:00', 'out 01:01 +1'], withShift({ windowAfterMinutes: 600 }));
    expect(day).toMatchObject({ status: 'missing_check_out', minutes: { worked: 0 } });
    expect(told(day)).toEqual(['in 09:00 → in missing_check_out', 'out 01:01 +1 → out out_without_in']);
  });

  it('Insperity: a suspicious or missing punch is put right silently, and nobody sees it', () => {
    expect(told(corrected(['in 09:00', 'in 11:00', 'out 17:00', 'out 17:30']))).toEqual([
      'in 09:00 → in',
      'in 11:00 → in in_while_in',
      'out 17:00 → out',
      'out 17:30 → out out_without_in',
    ]);
  });

  it('Kimai: a day is changed after payroll has taken it', () => {
    const late = {
      by: { sub: 'sub-ada', personId: 'ada' },
      now: '2026-12-06T00:00:00.000Z',
      scheduleOn: () => schedule(),
      mayOverrideLock: false,
    };
    const change = { action: 'add' as const, at: at('17:00'), direction: 'out' as const };
    const wanted = { id: 'c', personId: 'ada', reason: 'I forgot', change };
    expect(requestCorrection(wanted, late)).toEqual({ refused: { why: 'period_locked', dates: [monday] } });
    expect(requestCorrection(wanted, { ...late, mayOverrideLock: true })).toMatchObject({
      entry: { overrodeLock: true },
    });
  });

  it('an automatic check-out looks like a real one (Odoo)', () => {
    const day = corrected(['in 09:00'], withShift({ automaticCheckOut: 'shift_end' }));
    expect(day.shifts[0]?.entries.map(({ origin }) => origin)).toEqual(['recorded', 'automatic']);
    expect(day.reasons.map(({ code }) => code)).toContain('automatic_check_out');
  });
});
