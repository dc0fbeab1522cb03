import { type PayrollRow, payrollColumns } from './payroll-columns.ts';

/**
 * What a spreadsheet may take for a formula, also behind blanks and invisible characters. NFKC makes a plain character of one in full
 * width, raised and so on; of the first alone, because with what follows it may make another (`=` and an overlay are one, ≠).
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const isFormula = (text: string): boolean => {
  const bare = text.replace(/^'+/, '');
  const [first = ''] = bare.replace(/^[\s\p{C}]+/u, '');
  return /^[=+\-@\u2212]/.test(first.normalize('NFKC')) || /^[\t\r\n]/.test(bare);
};

/**
 * A text as a cell. What looks like a formula gets an apostrophe in front, and so does a text that already had one there: whoever
 * reads the file takes away one apostrophe in front of such a text and has the very same again. Nothing else is changed.
 * Every text is quoted (RFC 4180), so that no other separator can cut a formula out of it.
 */
const textCell = (text: string): string => `"${(isFormula(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

const cell = (value: string | number | null): string => {
  if (value === null) return '';
  return typeof value === 'number' ? String(value) : textCell(value);
};

/** Byte order mark: Excel takes a file without one for its own old character set. */
export const byteOrderMark = '\uFEFF';
export const csvHeader = `${payrollColumns.join(',')}\r\n`;
export const csvLine = (row: PayrollRow): string =>
  `${payrollColumns.map((column) => cell(row[column])).join(',')}\r\n`;
