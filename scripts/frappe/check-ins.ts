import { PersonPage } from '#contract/api.ts';
import { type DayItem, DayPage } from '#contract/attendance.ts';
import type { DayEntry } from '#contract/day.ts';
import type { Instant } from '#contract/names.ts';
import { localTime } from '../../cloud/domain/local-time.ts';
import type { ApiClient } from '../api-client.ts';

/** One coming or going as Frappe calls it: an Employee Checkin. */
export type CheckIn = {
  /** Of the punch, or of the correction that added it. */
  readonly id: string;
  /** Null for somebody whom the site's list of people does not have. */
  readonly employeeNumber: string | null;
  readonly personId: string;
  /** Attendance date, which may be the one before that of the instant. */
  readonly date: string;
  readonly at: Instant;
  /** On the site's wall, as Frappe wants it: `2026-11-23 08:58:12.340000`. */
  readonly timestamp: string;
  /** Null where a punch is outside every shift and its door knows no direction. */
  readonly logType: 'IN' | 'OUT' | null;
};

type Wanted = { readonly site: string; readonly from: string; readonly to: string };

/**
 * Everything that counts at a site from one date to another, as corrected, in order of time. Repetitions do not count, and an
 * automatic check-out is none: nobody was seen.
 */
export const readCheckIns = async (
  api: ApiClient,
  { site, from, to }: Wanted,
): Promise<readonly CheckIn[]> => {
  const people = await readAll(api, `/people?site=${site}&limit=100`, PersonPage);
  const numbers = new Map(people.map(({ id, number }) => [id, number]));
  const days = await readAll(api, `/attendance/days?site=${site}&from=${from}&to=${to}&limit=100`, DayPage);
  const checkIns = new Map<string, CheckIn>();
  for (const day of days) {
    for (const { entry, timeZone } of entriesOf(day)) {
      if (entry.suppressedBy !== null || entry.origin === 'automatic') continue;
      checkIns.set(entry.id, {
        id: entry.id,
        employeeNumber: numbers.get(day.person.id) ?? null,
        personId: day.person.id,
        date: day.date,
        at: entry.at,
        timestamp: `${localTime(entry.at, timeZone).replace('T', ' ')}000`,
        logType: logTypeOf(entry),
      });
    }
  }
  return [...checkIns.values()].sort((a, b) => (a.at + a.id < b.at + b.id ? -1 : 1));
};

const entriesOf = ({ figures, timeZone }: DayItem) => [
  ...figures.shifts.flatMap((shift) => shift.entries.map((entry) => ({ entry, timeZone: shift.timeZone }))),
  ...figures.outside.map((entry) => ({ entry, timeZone })),
];

/** Outside every shift there is nothing by which to tell the direction of a door that knows none. */
const logTypeOf = ({ mark, via, direction }: DayEntry): CheckIn['logType'] => {
  if (mark === 'outside_window' && via === 'auto') return null;
  return direction === 'in' ? 'IN' : 'OUT';
};

type PageOf<T> = { readonly items: readonly T[]; readonly next: string | null };

const readAll = async <T>(
  api: ApiClient,
  path: string,
  schema: { parse(value: unknown): PageOf<T> },
): Promise<readonly T[]> => {
  const items: T[] = [];
  let cursor = '';
  for (;;) {
    const page = schema.parse(await api('GET', `${path}${cursor}`));
    items.push(...page.items);
    if (page.next === null) return items;
    cursor = `&cursor=${page.next}`;
  }
};
