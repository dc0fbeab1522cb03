import type { LocalDate } from '../../domain/local-time.ts';
import { Refusal } from '../api/refusal.ts';
import type { StoredResult } from '../table/attendance-items.ts';
import type { StoredPerson } from '../table/items.ts';
import type { PayrollRow } from './payroll-columns.ts';
import { payrollRows, sourcePunches } from './payroll-rows.ts';
import type { Records } from './records.ts';
import type { Results } from './results.ts';

type PayrollDeps = {
  readonly records: Pick<Records, 'findPeople' | 'punchesBehind'>;
  readonly results: Pick<Results, 'ofSite'>;
  readonly limits: PageLimits;
  /** Epoch milliseconds. */
  readonly now: () => number;
};

type PayrollRequest = {
  readonly site: string;
  /** Oldest first, without gaps. */
  readonly dates: readonly LocalDate[];
  /** Position after which the page begins; null for the first one. */
  readonly after: string | null;
  /** What a row takes of the answer. */
  readonly bytesOf: (row: PayrollRow) => number;
};

/**
 * When a page ends: Lambda answers with at most 6 MB, of which base64 leaves 4.5; API Gateway waits for 30 seconds, and after `ms` a
 * page ends with the date that it has reached.
 */
export type PageLimits = { readonly bytes: number; readonly ms: number };
export const pageLimits: PageLimits = { bytes: 3_500_000, ms: 10_000 };

/** A row with its place in the export. */
type Placed = { readonly row: PayrollRow; readonly position: string };

const endOf = (date: LocalDate): string => `${date}#end`;

/**
 * One page of an export in order of date, person number and shift; `next` = where to go on, null at the end. A date is read as a
 * whole because its people are ordered by their number, which only the person has: who gets another name or number has it at once.
 * Throws a Refusal (409) when the row that it should go on after is not there any more.
 */
export const readPayrollPage = async (
  deps: PayrollDeps,
  { site, dates, after, bytesOf }: PayrollRequest,
): Promise<{ readonly rows: readonly PayrollRow[]; readonly next: string | null }> => {
  const startedMs = deps.now();
  const known = new Map<string, StoredPerson>();
  const rows: PayrollRow[] = [];
  let bytes = 0;
  let end = after;
  for (const date of dates.filter((one) => after === null || one >= after.slice(0, 10))) {
    if (after === endOf(date)) continue;
    const all = await rowsOfDate(deps, site, date, known);
    for (const { row, position } of after?.startsWith(date) ? followers(all, after) : all) {
      bytes += bytesOf(row);
      if (bytes > deps.limits.bytes && rows.length > 0) return { rows, next: end };
      rows.push(row);
      end = position;
    }
    end = endOf(date);
    if (deps.now() - startedMs >= deps.limits.ms && date !== dates.at(-1)) return { rows, next: end };
  }
  return { rows, next: null };
};

const followers = (all: readonly Placed[], after: string): readonly Placed[] => {
  const place = all.findIndex(({ position }) => position === after);
  if (place === -1) throw new Refusal(409, 'Somebody in this export was removed meanwhile; begin it again.');
  return all.slice(place + 1);
};

const rowsOfDate = async (
  { results, records }: PayrollDeps,
  site: string,
  date: LocalDate,
  known: Map<string, StoredPerson>,
): Promise<readonly Placed[]> => {
  const days = await results.ofSite(site, date, { after: null, limit: null });
  const unknown = days.flatMap(({ personId }) => (known.has(personId) ? [] : [personId]));
  for (const [id, person] of await records.findPeople(unknown)) known.set(id, person);
  const named = days.flatMap((day) =>
    sourcePunches(day).map(({ id, at }) => ({ personId: day.personId, id, at })),
  );
  const punches = await records.punchesBehind(site, named);
  return [...days].sort(byNumber(known)).flatMap((day) =>
    payrollRows(day, known.get(day.personId), punches).map((row, n) => ({
      row,
      position: `${date}#${day.personId}#${n}`,
    })),
  );
};

/** By character codes, so that no setting of a machine changes the order; the id separates who has no number any more. */
const byNumber = (people: ReadonlyMap<string, StoredPerson>) => {
  const keyOf = ({ personId }: StoredResult): string => `${people.get(personId)?.number ?? ''}\0${personId}`;
  return (a: StoredResult, b: StoredResult): number => (keyOf(a) < keyOf(b) ? -1 : 1);
};
