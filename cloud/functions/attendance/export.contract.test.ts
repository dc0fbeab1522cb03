import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { parse } from 'csv-parse/sync';
import { beforeEach, describe, expect, it } from 'vitest';
import { addDays } from '../../domain/local-time.ts';
import { monday, punches } from '../../domain/rules-for-tests.ts';
import { ApiForTests } from '../api-for-tests.ts';
import { inSiteTimeline, punchKey } from '../table/keys.ts';
import { csvHeader } from './payroll-csv.ts';
import { resultOf, storeResults } from './stored-days-for-tests.ts';

const api = new ApiForTests();
const range = `from=2026-11-16&to=${monday}`;

const csv = async (query = range) => {
  const { status, headers, body } = await api.as('hr')('attendance', `GET /attendance/export.csv?${query}`);
  expect(status).toBe(200);
  return { headers, text: String(body) };
};
const rowsOf = (text: string): Record<string, string>[] =>
  parse(text, { columns: true, record_delimiter: '\r\n', bom: true });
const told = (rows: readonly Record<string, unknown>[]) =>
  rows.map(({ attendance_date, employee_no, status }) => `${attendance_date} ${employee_no} ${status}`);

describe('the export for payroll', () => {
  /** Enrolled in another order than that of their numbers. */
  beforeEach(async () => {
    await api.link('sub-hr', ['main']);
    await api.enrol('B-2', { name: '=cmd|calc' });
    await api.enrol('A-1', { name: "Zoë O'Neil, jr." });
    await storeResults(api.table.access(), [
      resultOf('p-1', monday, ['in 09:00', 'out 17:00']),
      resultOf('p-2', monday),
      resultOf('p-1', '2026-11-16', ['in 09:30', 'out 17:00']),
      resultOf('p-2', '2026-11-16', ['in 09:00', 'out 15:00']),
    ]);
    const [fact] = punches('in 09:30 -7');
    if (fact === undefined) return;
    const punch = {
      ...fact,
      personId: 'p-1',
      site: 'main',
      source: 'door',
      similarity: 99.5,
      direction: 'in',
    };
    const { client, tableName: TableName } = api.table.access();
    const Item = {
      ...punch,
      ...punchKey('p-1', fact.at, fact.id),
      ...inSiteTimeline('main', 'PUNCHES', fact.at, fact.id),
    };
    await client.send(new PutCommand({ TableName, Item }));
  });

  it('is in order of date and person number', async () => {
    const rows = rowsOf((await csv()).text);
    expect(told(rows)).toEqual([
      '2026-11-16 A-1 early_exit',
      '2026-11-16 B-2 late',
      `${monday} A-1 absent`,
      `${monday} B-2 present`,
    ]);
    expect(rows.map(({ name }) => name).slice(0, 2)).toEqual(["Zoë O'Neil, jr.", "'=cmd|calc"]);
  });

  it('says by what and how surely a person was seen', async () => {
    const rows = rowsOf((await csv()).text);
    expect(rows[1]).toMatchObject({ source_in: 'door', source_out: '', confidence_in: '99.5' });
  });

  it('is a file of its own for Excel only where that is asked for', async () => {
    const { headers, text } = await csv();
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toBe(
      `attachment; filename="attendance-main-2026-11-16-${monday}.csv"`,
    );
    expect(headers.get('link')).toBeNull();
    expect(text.startsWith('employee_no,')).toBe(true);
  });

  it('says the same as JSON, as it is', async () => {
    const { body } = await api.as('hr')('attendance', `GET /attendance/export.json?${range}`);
    const { items, next } = body as { items: Record<string, unknown>[]; next: string | null };
    expect(told(items)).toEqual(told(rowsOf((await csv()).text)));
    expect(items[1]).toMatchObject({ name: '=cmd|calc', worked_minutes: 450, department: null });
    expect(next).toBeNull();
  });

  it('comes in pages that make one file when put together', async () => {
    const whole = (await csv()).text;
    api.exportLimits.bytes = 300;
    const pages: string[] = [];
    for (let path: string | null = `?${range}&bom=1`; path !== null; ) {
      const { headers, text } = await csv(path.slice(1));
      pages.push(text);
      const link = /^<\/api\/v1\/attendance\/export\.csv(\?.*)>; rel="next"$/.exec(headers.get('link') ?? '');
      path = link?.[1] ?? null;
    }
    expect(pages).toHaveLength(4);
    expect(pages.join('')).toBe(whole);
  });

  it('goes on where it was, also in the middle of a date, and says so when that place is gone', async () => {
    api.exportLimits.bytes = 300;
    const { headers } = await csv();
    const next = new URL(/<(.*)>/.exec(headers.get('link') ?? '')?.[1] ?? '', 'https://x').search;
    api.exportLimits.bytes = 100_000;
    const rest = rowsOf(csvHeader + (await csv(next.slice(1))).text);
    expect(told(rest)).toEqual(['2026-11-16 B-2 late', `${monday} A-1 absent`, `${monday} B-2 present`]);
    const gone = Buffer.from('2026-11-16#p-9#0').toString('base64url');
    const answer = await api.as('hr')('attendance', `GET /attendance/export.csv?${range}&cursor=${gone}`);
    expect(answer.status).toBe(409);
  });

  it('ends a page when it has taken long, and loses nothing', async () => {
    api.exportLimits.ms = 0;
    const first = await csv();
    expect(told(rowsOf(first.text))).toEqual(['2026-11-16 A-1 early_exit', '2026-11-16 B-2 late']);
    expect(first.headers.get('link')).toContain('cursor=');
  });

  it('is for HR alone, of sites that they reach, and of a year at most', async () => {
    const status = async (who: 'hr' | 'manager' | 'staff', query: string) =>
      (await api.as(who)('attendance', `GET /attendance/export.csv?${query}`)).status;
    await api.link('sub-manager', ['main']);
    expect(await status('manager', range)).toBe(403);
    expect(await status('staff', range)).toBe(403);
    expect(await status('hr', `${range}&site=depot`)).toBe(403);
    expect(await status('hr', `from=${addDays(monday, -366)}&to=${monday}`)).toBe(400);
    expect(await status('hr', `from=${addDays(monday, -365)}&to=${monday}`)).toBe(200);
    expect(await status('hr', 'from=2026-11-16')).toBe(400);
  });

  it('derives first what has come in since', async () => {
    let waiting = 2;
    api.refresh = async () => {
      waiting -= 1;
      if (waiting === 0) await storeResults(api.table.access(), [resultOf('p-1', '2026-11-17')]);
      return waiting;
    };
    expect(told(rowsOf((await csv()).text))).toContain('2026-11-17 B-2 absent');
  });
});
