import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DayItem } from '#contract/attendance.ts';
import { at, correction, monday, withShift } from '../../cloud/domain/rules-for-tests.ts';
import { toDayItem } from '../../cloud/functions/attendance/day-item.ts';
import { resultOf } from '../../cloud/functions/attendance/stored-days-for-tests.ts';
import type { ApiClient } from '../api-client.ts';
import { readCheckIns } from './check-ins.ts';
import { makeFrappe } from './frappe-client.ts';
import { FrappeForTests } from './frappe-for-tests.ts';
import { postCheckIns } from './post-check-ins.ts';
import { openPostedFile } from './posted-file.ts';

const frappe = new FrappeForTests();
const range = { from: monday, to: monday };
const people = ['ada', 'bao'].map((id, n) => ({
  id,
  name: `Person ${id}`,
  number: `00${n + 1}`,
  site: 'main',
  status: 'active',
  consent: null,
  createdAt: at('08:00'),
}));
let days: readonly DayItem[];
let folder: string;
let state: string;

/** Answers as the API does, one item on each page. */
const api: ApiClient = async (_, request) => {
  const { pathname, searchParams } = new URL(request, 'http://rollcall');
  const all: readonly unknown[] = pathname === '/people' ? people : days;
  const from = Number(searchParams.get('cursor') ?? 0);
  return { items: all.slice(from, from + 1), next: from + 1 < all.length ? String(from + 1) : null };
};
const day = (...args: Parameters<typeof resultOf>): DayItem => toDayItem(resultOf(...args), undefined);
const run = async (token = 'key:secret') =>
  postCheckIns(await readCheckIns(api, { site: 'main', ...range }), range, {
    frappe: makeFrappe({ url: frappe.url, token, employeeField: 'attendance_device_id', deviceId: 'main' }),
    log: openPostedFile(state),
  });

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'rollcall-frappe-'));
  state = path.join(folder, 'posted.jsonl');
  frappe.employees.set('001', { name: 'HR-EMP-1', status: 'Active' });
  frappe.employees.set('002', { name: 'HR-EMP-2', status: 'Active' });
  days = [day('bao', monday, ['in 08:59']), day('ada', monday, ['in 09:00', 'out 17:00'])];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('posting to Frappe', () => {
  it('makes a check-in of every coming and going, in order, on the site’s clock', async () => {
    expect(await run()).toEqual({ posted: 3, already: 0, problems: [] });
    expect(frappe.kept).toEqual([
      { employee: 'HR-EMP-2', time: '2026-11-23 08:59:00', log_type: 'IN', device_id: 'main' },
      { employee: 'HR-EMP-1', time: '2026-11-23 09:00:00', log_type: 'IN', device_id: 'main' },
      { employee: 'HR-EMP-1', time: '2026-11-23 17:00:00', log_type: 'OUT', device_id: 'main' },
    ]);
  });

  it('leaves out repetitions and check-outs that nobody made', async () => {
    const rules = withShift({ automaticCheckOut: 'shift_end' });
    days = [day('ada', monday, ['in 09:00', 'in 09:01'], { rules })];
    expect((await run()).posted).toBe(1);
    expect(frappe.kept.map(({ time, log_type }) => [time, log_type])).toEqual([
      ['2026-11-23 09:00:00', 'IN'],
    ]);
  });

  it('says nothing of the direction that nobody knows', async () => {
    days = [day('ada', monday, ['auto 03:00'])];
    await run();
    expect(frappe.kept).toMatchObject([{ time: '2026-11-23 03:00:00', log_type: null }]);
  });

  it('posts each but once, however often it is repeated', async () => {
    await run();
    expect(await run()).toEqual({ posted: 0, already: 0, problems: [] });
    expect(frappe.requests).toBe(3);
  });

  it('finds by Frappe’s refusals what it has, when the state file is lost', async () => {
    await run();
    rmSync(state);
    expect(await run()).toEqual({ posted: 0, already: 3, problems: [] });
    expect(frappe.kept).toHaveLength(3);
    expect((await run()).already).toBe(0);
  });

  it('goes on after a crash in the middle of a line', async () => {
    await run();
    const whole = readFileSync(state, 'utf8');
    writeFileSync(state, whole.slice(0, -20));
    expect(await run()).toEqual({ posted: 0, already: 1, problems: [] });
    expect(readFileSync(state, 'utf8')).toBe(whole);
  });

  it('reports whom Frappe does not know and goes on with the others', async () => {
    frappe.employees.delete('001');
    frappe.employees.set('002', { name: 'HR-EMP-2', status: 'Inactive' });
    const { posted, problems } = await run();
    expect(posted).toBe(0);
    expect(problems).toEqual([
      '002: this employee is inactive in Frappe (1 not taken)',
      '001: Frappe knows no employee with this number; enter it there (2 not taken)',
    ]);
    frappe.employees.set('001', { name: 'HR-EMP-1', status: 'Active' });
    expect((await run()).posted).toBe(2);
  });

  it('reports what was corrected after it was posted', async () => {
    await run();
    const [punch] = days[1]?.figures.shifts[0]?.entries ?? [];
    const before = { id: punch?.id ?? '', at: punch?.at ?? '', via: 'in' as const };
    const retimed = correction('c', { action: 'retime', punch: before, to: at('09:30') });
    days = [day('ada', monday, ['in 09:00', 'out 17:00'], { corrections: retimed })];
    const { posted, problems } = await run();
    expect(posted).toBe(0);
    expect(problems).toEqual([
      expect.stringMatching(/^in 08:59 0 .* does not count any more; delete it in Frappe$/),
      expect.stringMatching(/^in 09:00 0 .* is now .*08:30:00.000Z\); change it in Frappe$/),
    ]);
  });

  it('posts what a correction added', async () => {
    const corrections = correction('bao.1', { action: 'add', at: at('17:30'), direction: 'out' });
    days = [day('bao', monday, ['in 08:59'], { corrections })];
    await run();
    expect(frappe.kept.at(-1)).toMatchObject({ time: '2026-11-23 17:30:00', log_type: 'OUT' });
  });

  it.each([
    [403, /may not make check-ins/],
    [404, /no Frappe with the HRMS app/],
    [429, /run this again later/],
    [301, /leads elsewhere/],
    [500, /nothing is posted twice/],
  ])('stops with the remedy at status %i', async (status, words) => {
    frappe.failing = status;
    await expect(run()).rejects.toThrow(words);
    expect(frappe.requests).toBe(1);
  });

  it('stops where its secret is not known, and never says the secret', async () => {
    await expect(run('key:wrong')).rejects.toThrow(/does not know this API key and secret/);
    await expect(run('key:wrong')).rejects.not.toThrow(/wrong/);
  });

  it('takes no other file for its own', async () => {
    appendFileSync(state, 'somebody’s diary\n');
    await expect(run()).rejects.toThrow(/name another with --state/);
  });
});
