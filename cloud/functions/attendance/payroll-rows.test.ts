import { describe, expect, it } from 'vitest';
import {
  assignment,
  at,
  correction,
  monday,
  punches,
  schedule,
  shift,
  withShift,
} from '../../domain/rules-for-tests.ts';
import type { StoredPunch } from '../table/items.ts';
import { payrollRows } from './payroll-rows.ts';
import { resultOf } from './stored-days-for-tests.ts';

const person = {
  id: 'ada',
  name: 'Ada Example',
  number: '007',
  site: 'main',
  status: 'active' as const,
  createdAt: at('08:00'),
};
const made = (words: string, change: Partial<StoredPunch> = {}): [string, StoredPunch] => {
  const [fact] = punches(words);
  if (fact === undefined) throw new Error('inside a test only');
  return [
    fact.id,
    { ...fact, personId: 'ada', site: 'main', source: 'door', similarity: 99.9, direction: 'in', ...change },
  ];
};
const rows = (...args: Parameters<typeof resultOf>) =>
  payrollRows(
    resultOf(...args),
    person,
    new Map([made('in 09:20 0'), made('out 17:00 0', { source: 'browser' })]),
  );

describe('a row of the export', () => {
  it('says all that payroll asks of a shift, in the time of its site', () => {
    expect(rows('ada', monday, ['in 09:20', 'out 17:00'])).toEqual([
      {
        employee_no: '007',
        name: 'Ada Example',
        department: null,
        site: 'main',
        shift: 'Day',
        attendance_date: monday,
        shift_start: '2026-11-23T09:00:00+01:00',
        shift_end: '2026-11-23T17:00:00+01:00',
        in_time: '2026-11-23T09:20:00+01:00',
        out_time: '2026-11-23T17:00:00+01:00',
        worked_minutes: 460,
        expected_minutes: 480,
        late_by_minutes: 20,
        early_by_minutes: 0,
        status: 'late',
        flags: '',
        corrected: 'N',
        correction_ids: '',
        source_in: 'door',
        source_out: 'browser',
        confidence_in: 99.9,
        overtime_minutes: 0,
        break_minutes: 0,
        settled: 'Y',
      },
    ]);
  });

  it('is there for each shift of a day', () => {
    const both = schedule({
      shifts: [shift({ end: '12:00' }), shift({ id: 'late', name: 'Late', start: '14:00', end: '18:00' })],
      assignments: [assignment(), assignment({ shift: 'late' })],
    });
    const [first, second] = rows('ada', monday, ['in 09:20', 'out 12:00'], { rules: both });
    expect(first).toMatchObject({ shift: 'Day', status: 'late', out_time: '2026-11-23T12:00:00+01:00' });
    expect(second).toMatchObject({ shift: 'Late', status: 'absent', in_time: null, source_in: null });
  });

  it('says what a human decided, and that its times are theirs', () => {
    const corrections = [
      ...correction('ada.1', { action: 'add', at: at('17:00'), direction: 'out' }),
      ...correction('ada.2', { action: 'add', at: at('18:00'), direction: 'out' }, 'refused'),
    ];
    expect(rows('ada', monday, ['in 09:20'], { corrections })).toMatchObject([
      { corrected: 'Y', correction_ids: 'ada.1', source_in: 'door', source_out: 'manual', status: 'late' },
    ]);
  });

  it('never passes a closed day’s check-out for a punch', () => {
    const rules = withShift({ automaticCheckOut: 'shift_end' });
    expect(rows('ada', monday, ['in 09:20'], { rules })).toMatchObject([
      { out_time: '2026-11-23T17:00:00+01:00', source_out: 'automatic', flags: 'auto_check_out' },
    ]);
  });

  it('flags what is odd, and what a door may still change', () => {
    expect(rows('ada', monday, ['in 09:20', 'in 11:00', 'in 22:00'])).toMatchObject([
      {
        flags: 'in_while_in missing_check_out outside_window',
        status: 'missing_check_out',
        source_out: null,
      },
    ]);
    expect(rows('ada', monday, [], { syncedThrough: at('12:00') })).toMatchObject([
      { status: 'pending_sync', settled: 'N' },
    ]);
  });

  it('has the offset of each instant where clocks change in a shift', () => {
    const night = withShift({ start: '22:00', end: '06:00' });
    const rules = { ...night, assignments: [assignment({ weekdays: [6] })] };
    expect(rows('ada', '2026-10-24', [], { rules })).toMatchObject([
      { shift_start: '2026-10-24T22:00:00+02:00', shift_end: '2026-10-25T06:00:00+01:00', flags: '' },
    ]);
  });
});
