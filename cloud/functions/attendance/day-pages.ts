import type { DayStatus } from '#contract/day.ts';
import type { LocalDate } from '../../domain/local-time.ts';
import type { StoredResult } from '../table/attendance-items.ts';
import { type Page, readPage } from '../table/read-page.ts';
import type { Results } from './results.ts';

type DaysRequest = {
  /** Newest first, without gaps. */
  readonly dates: readonly LocalDate[];
  readonly status?: DayStatus | undefined;
  /** Position of the last day of the page before; null for the first page. */
  readonly after: string | null;
  readonly limit: number;
};

/** Where a day stands in a list: what a cursor holds. */
const dayPosition = ({ date, personId }: StoredResult): string => `${date}#${personId}`;
const parsePosition = (position: string): { readonly date: LocalDate; readonly personId: string } => ({
  date: position.slice(0, 10),
  personId: position.slice(11),
});

/** So many dates of a site are asked for at the same time, once the first few had too little to show. */
const maxTogether = 8;

/**
 * One page of a site's days, newest date first, in order of the person within a date. Dates are read one by one and, while the page
 * is not full, ever more of them together: a big site needs one query, and a quiet month a few rounds.
 */
export const readSiteDays = async (
  results: Pick<Results, 'ofSite'>,
  site: string,
  { dates, status, after, limit }: DaysRequest,
): Promise<Page<StoredResult>> => {
  const wanted = limit + 1; // one more tells whether there is a next page
  const last = after === null ? null : parsePosition(after);
  const left = last === null ? dates : dates.filter((date) => date <= last.date);
  const items: StoredResult[] = [];
  for (let read = 0, together = 1; read < left.length && items.length < wanted; ) {
    const rows = await Promise.all(
      left.slice(read, read + together).map((date) =>
        results.ofSite(site, date, {
          status,
          after: last?.date === date ? last.personId : null,
          limit: wanted - items.length,
        }),
      ),
    );
    items.push(...rows.flat());
    read += together;
    together = Math.min(together * 2, maxTogether);
  }
  const page = items.slice(0, limit);
  const end = items.length > limit ? page.at(-1) : undefined;
  return { items: page, next: end === undefined ? null : dayPosition(end) };
};

/** One page of a person's days, newest first. Days that `keep` leaves out are read but skipped. */
export const readPersonDays = async (
  results: Pick<Results, 'ofPerson'>,
  personId: string,
  { dates, after, limit }: Omit<DaysRequest, 'status'>,
  keep: (day: StoredResult) => boolean,
): Promise<Page<StoredResult>> => {
  const range = { from: dates.at(-1) ?? '', to: dates[0] ?? '' };
  const { items, next } = await readPage({
    partitions: [personId],
    range,
    after: after === null ? null : parsePosition(after).date,
    limit,
    keep,
    query: (id, within, n) => results.ofPerson(id, within, n),
    positionOf: ({ date }) => date,
  });
  const end = items.at(-1);
  return { items, next: next === null || end === undefined ? null : dayPosition(end) };
};
