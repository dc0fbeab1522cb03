import type * as z from 'zod';
import type { SiteId } from '#contract/names.ts';
import { addDays, type LocalDate } from '../../domain/local-time.ts';
import { Refusal } from '../api/refusal.ts';
import { firstOpenDate, todayAt } from '../sites/calendar-on.ts';
import type { SiteDirectory, SiteRecord } from '../sites/site-directory.ts';
import type { Stale } from '../table/stale.ts';
import type { ScheduleStore } from './schedule-store.ts';

/** What every change of a schedule keeps to. */
export type ScheduleDeps = {
  readonly store: ScheduleStore;
  /** One that remembers nothing: an ETag must be that of what is there. */
  readonly sites: SiteDirectory;
  /** Up to 20 letters, digits, `-` and `_`; later ones sort behind earlier ones. */
  readonly newId: () => string;
  /** Epoch milliseconds. */
  readonly now: () => number;
};

/** Reads a whole object by the rules of the domain; what they refuse is the body's fault. */
export const readByRules = <S extends z.ZodType>(schema: S, value: z.input<S>): z.output<S> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Refusal(
    400,
    'Correct the body of the request.',
    parsed.error.issues.map(({ path, message }) => ({ path: ['body', ...path].join('.'), message })),
  );
};

export const findSite = async (sites: SiteDirectory, id: string): Promise<SiteRecord> => {
  const record = await sites.find(id);
  if (record === undefined) throw new Refusal(404, 'There is no such site.');
  return record;
};

const earliestDate: LocalDate = '2000-01-01';
const latestDate: LocalDate = '2999-12-31';

/** Dates that nobody means stand for a slip of the pen. */
export const requireLikelyDates = (dates: Readonly<Record<string, LocalDate | null>>): void => {
  const unlikely = Object.entries(dates).filter(
    ([, date]) => date !== null && (date < earliestDate || date > latestDate),
  );
  if (unlikely.length === 0) return;
  const message = `must lie between ${earliestDate} and ${latestDate}`;
  throw new Refusal(
    400,
    'Correct the dates of the request.',
    unlikely.map(([path]) => ({ path, message })),
  );
};

/** Refuses a change that touches `first` when its pay period is closed: payroll has those figures. */
export const requireOpen = (record: SiteRecord, first: LocalDate, nowMs: number): void => {
  const open = firstOpenDate(record, nowMs);
  if (first >= open) return;
  throw new Refusal(
    409,
    `${first} lies in a pay period that is closed at ${record.site.id}; a change may reach back to ${open} at most. What was wrong before is put right by corrections that an administrator approves.`,
  );
};

/**
 * The dates to derive again after a change that touches those from `first` to `last` (null = from then on): their neighbours too,
 * because windows are cut where the next one begins; none in a closed period, none in the future. Null when there are none.
 */
export const staleDates = (
  record: SiteRecord,
  first: LocalDate,
  last: LocalDate | null,
  nowMs: number,
): { readonly from: LocalDate; readonly to: LocalDate } | null => {
  const today = todayAt(record, nowMs);
  const from = latest(addDays(first, -1), firstOpenDate(record, nowMs));
  const to = last === null ? today : earliest(addDays(last, 2), today);
  return from > to ? null : { from, to };
};

/** What the adding, changing or removing of something of a person's leaves out of date. */
export const staleOf = (
  { site, personId, id }: { readonly site: SiteId; readonly personId: string; readonly id: string },
  what: string,
  dates: ReturnType<typeof staleDates>,
): Stale[] => (dates === null ? [] : [{ site, personId, factId: `${id}.${what}`, dates }]);

const latest = (a: LocalDate, b: LocalDate): LocalDate => (a > b ? a : b);
const earliest = (a: LocalDate, b: LocalDate): LocalDate => (a < b ? a : b);
