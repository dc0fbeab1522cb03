import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monday } from '../../domain/rules-for-tests.ts';
import { type PayrollRow, payrollColumns } from './payroll-columns.ts';
import { csvHeader, csvLine } from './payroll-csv.ts';
import { payrollRows } from './payroll-rows.ts';
import { resultOf } from './stored-days-for-tests.ts';

const [plain] = payrollRows(resultOf('ada', monday, ['in 09:00', 'out 17:00']), undefined, new Map());
const rowWith = (change: Partial<PayrollRow>): PayrollRow => {
  if (plain === undefined) throw new Error('inside a test only');
  return { ...plain, ...change };
};
const read = (rows: readonly PayrollRow[]): Record<string, string>[] =>
  parse(csvHeader + rows.map(csvLine).join(''), { columns: true, record_delimiter: '\r\n' });
const cellOf = (name: string): string => read([rowWith({ name })])[0]?.name ?? '';

/** The characters of which compatibility makes an operator: full width, small, raised, lowered, Hebrew. */
const operators = Array.from({ length: 0x11_0000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))
  .filter((character) => /^[=+@−-]/.test(character.normalize('NFKC')));
/** What a spreadsheet may do with a cell; written apart from the code that prevents it. */
const isDangerous = (cell: string): boolean =>
  [...operators, '\t', '\r', '\n'].some((start) =>
    cell.replace(/^[\s\p{C}]+(?=\S)/u, '').startsWith(start),
  ) || /^[\t\r\n]/.test(cell);
/** What a reader does who wants the very same text again. */
const restored = (cell: string): string =>
  cell.startsWith("'") && isDangerous(cell.replace(/^'+/, '')) ? cell.slice(1) : cell;

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom('=', '+', '-', '@', '−', "'", '"', ',', ';', '\t', '\r', '\n', ' ', '＇', '\u0338'),
      fc.constantFrom(...operators),
      fc.constantFrom('\u00A0', '\u200B', '\uFEFF', '\u202E', '\0', 'cmd|', 'HYPERLINK("x")'),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

describe('a cell of the export', () => {
  it.each([
    'Ada Example',
    "O'Neil",
    'Anne-Marie',
    'Müller, "Jo"',
    '李小龍',
    'a=b',
    "'t Hart",
    'line\nbreak',
    '',
  ])('keeps %j as it is', (name) => expect(cellOf(name)).toBe(name));

  it.each([
    '-Ümlaut',
    '=1+1',
    '+491',
    '@SUM(A1)',
    '\tx',
    '\rx',
    '＝1+1',
    '－x',
    ' =1',
    '\u200B=1',
    '﹦1',
    '−1',
    '⁺1',
    '₌1',
    '﬩1',
    // With this mark Unicode makes one character of it, ≠; a spreadsheet sees the first.
    '=\u0338x',
    '＝\u0338x',
  ])('makes %j harmless without losing anything of it', (name) => expect(cellOf(name)).toBe(`'${name}`));

  it('is never a formula and can always be read back, whatever people call themselves', () => {
    fc.assert(
      fc.property(hostile, hostile, (name, number) => {
        const [row] = read([rowWith({ name, employee_no: number })]);
        expect(Object.keys(row ?? {})).toEqual([...payrollColumns]);
        expect(isDangerous(row?.name ?? '')).toBe(false);
        expect(isDangerous(row?.employee_no ?? '')).toBe(false);
        expect(restored(row?.name ?? '')).toBe(name);
        expect(restored(row?.employee_no ?? '')).toBe(number);
      }),
      { numRuns: 500 },
    );
  });

  it('would be one, or something else, if it were written as it is', () => {
    const naive = (name: string): string => (/^[=+\-@]/.test(name) ? `'${name}` : name);
    const found = fc.check(fc.property(hostile, (name) => expect(isDangerous(naive(name))).toBe(false)));
    expect(found.failed).toBe(true);
    const lossy = (name: string): string => naive(name).replace(/^[\t\r\n]/, '');
    expect(fc.check(fc.property(hostile, (name) => restored(lossy(name)) === name)).failed).toBe(true);
  });

  it('has the columns that payroll programs read by their place', () => {
    expect(csvHeader).toBe(
      'employee_no,name,department,site,shift,attendance_date,shift_start,shift_end,in_time,out_time,' +
        'worked_minutes,expected_minutes,late_by_minutes,early_by_minutes,status,flags,corrected,' +
        'correction_ids,source_in,source_out,confidence_in,overtime_minutes,break_minutes,settled\r\n',
    );
  });
});
