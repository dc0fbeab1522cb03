import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { DayFigures, Minutes } from '#contract/day.ts';
import { noMinutes } from '../../cloud/domain/day/combine-shifts.ts';
import { addDays, type LocalDate } from '../../cloud/domain/local-time.ts';
import { sumDays } from '../../cloud/domain/summary/totals.ts';
import type { StoredResult } from '../../cloud/functions/table/attendance-items.ts';
import { inSiteResults, overviewKey, resultKey } from '../../cloud/functions/table/attendance-keys.ts';
import type { TableAccess } from '../../cloud/functions/table/batch-get.ts';
import {
  dayKey,
  inSiteDays,
  inSiteList,
  inSiteTimeline,
  personKey,
  punchKey,
} from '../../cloud/functions/table/keys.ts';

type Item = Readonly<Record<string, unknown>>;

/** People of one site; ids sort as their numbers do. */
export const personId = (n: number): string => `p-${String(n).padStart(6, '0')}`;

const timeZone = 'Europe/Berlin';
const worked: Minutes = { ...noMinutes, worked: 480, expected: 480 };

/** A day like any other: in, out for lunch, in, out; each tenth person is late. */
const resultItem = (site: string, n: number, date: LocalDate): Item => {
  const at = (time: string): string => `${date}T${time}.000Z`;
  const late = n % 10 === 0;
  const entries = (['08:00', '11:00', '11:30', '16:00'] as const).map((time, k) => ({
    id: `01932f6e-8f2a-7c31-9d4e-${n}-${date}-${k}`,
    at: at(`${time}:00`),
    via: 'auto' as const,
    direction: k % 2 === 0 ? ('in' as const) : ('out' as const),
    origin: 'recorded' as const,
    suppressedBy: null,
    mark: null,
  }));
  const shared = {
    status: late ? ('late' as const) : ('present' as const),
    reasons: [{ code: 'kept_hours' as const, workedMinutes: 480, expectedMinutes: 480 }],
    settled: true,
    minutes: worked,
    firstIn: at('08:00:00'),
    lastOut: at('16:00:00'),
  };
  const figures: DayFigures = {
    ...shared,
    presence: { direction: 'out', since: at('16:00:00') },
    outside: [],
    shifts: [
      {
        ...shared,
        shift: { id: 'day', name: 'Day', start: at('08:00:00'), end: at('16:00:00') },
        site,
        timeZone,
        window: { from: at('07:00:00'), to: at('17:00:00') },
        entries,
      },
    ],
  };
  const result: StoredResult = {
    ...{ personId: personId(n), date, site, timeZone, version: 2, figures, corrections: [] },
    lockedFrom: at('23:00:00'),
  };
  return {
    ...resultKey(result.personId, date),
    ...result,
    ...inSiteResults(site, date, figures.status, result.personId),
  };
};

const personItem = (site: string, n: number): Item => {
  const createdAt = '2024-01-01T08:00:00.000Z';
  return {
    ...personKey(personId(n)),
    ...{
      id: personId(n),
      name: `Person ${n}`,
      number: String(n).padStart(6, '0'),
      site,
      status: 'active',
      createdAt,
    },
    consent: { version: '1', language: 'en', at: createdAt, by: 'bench' },
    ...inSiteList(site, 'PEOPLE', createdAt, personId(n)),
  };
};

/** The live day of a person with its first punch, and the first and last punch, as ingest writes them. */
const arrivalItems = (site: string, n: number, date: LocalDate): readonly Item[] => {
  const punches = (['in', 'out'] as const).map((direction, k) => ({
    id: `01932f6e-8f2a-7c31-9d4e-${n}-${date}-${3 * k}`,
    at: `${date}T${k === 0 ? '08' : '16'}:00:00.000Z`,
    via: 'auto',
    direction,
  }));
  const since = `${date}T16:00:00.000Z`;
  return [
    {
      ...dayKey(personId(n), date),
      ...{ personId: personId(n), site, date, version: 2, state: 'out', since, lastOut: since },
      firstIn: `${date}T08:00:00.000Z`,
      punches: punches.map((punch) => ({ ...punch, suppressedBy: null })),
      ...inSiteDays(site, date, personId(n)),
    },
    ...punches.map((punch) => ({
      ...punchKey(personId(n), punch.at, punch.id),
      ...{ ...punch, personId: personId(n), site, source: 'door', similarity: 99.9 },
      door: { thing: 'rollcall-dev-bench', name: 'Front door' },
      ...inSiteTimeline(site, 'PUNCHES', punch.at, punch.id),
    })),
  ];
};

const overviewItem = (site: string, people: number, date: LocalDate): Item => ({
  ...overviewKey(site, date),
  ...{ site, date, timeZone, expected: people, seen: people, in: 0, out: people },
  totals: { ...sumDays([]), people, days: people, minutes: { ...noMinutes, worked: 480 * people } },
  madeAt: `${date}T17:00:00.000Z`,
});

/** The first people of a site in order of their ids: all that a page of fifty shows. */
export const shownPeople = 60;

/** At a bigger site no page is measured that is about everybody, so that their results of today are enough. */
export const everybodyUpTo = 5_000;

/** A site’s people with today’s results. */
export const siteItems = function* (site: string, people: number, today: LocalDate): Generator<Item> {
  for (let n = 0; n < people; n += 1) {
    yield resultItem(site, n, today);
    if (people > everybodyUpTo && n >= shownPeople) continue;
    yield personItem(site, n);
    yield* arrivalItems(site, n, today);
  }
};

/** So many days back: the sums of the site, and what the first people did each day. Other people’s past lies under other keys. */
export const pastItems = function* (
  site: string,
  people: number,
  today: LocalDate,
  { from, to }: { readonly from: number; readonly to: number },
  of: number,
): Generator<Item> {
  for (let back = from; back <= to; back += 1) {
    const date = addDays(today, -back);
    yield overviewItem(site, people, date);
    for (let n = 0; n < Math.min(people, of); n += 1) {
      yield resultItem(site, n, date);
      yield* arrivalItems(site, n, date);
    }
  }
};

const perRequest = 25;
const atOnce = 6;

/** Writes items straight into the table. */
export const load = async ({ client, tableName }: TableAccess, items: Iterable<Item>): Promise<void> => {
  const left = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (;;) {
      const batch: Item[] = [];
      while (batch.length < perRequest) {
        const { value, done } = left.next();
        if (done === true) break;
        batch.push(value);
      }
      if (batch.length === 0) return;
      const requests = batch.map((Item) => ({ PutRequest: { Item } }));
      const { UnprocessedItems } = await client.send(
        new BatchWriteCommand({ RequestItems: { [tableName]: requests } }),
      );
      if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error('the table took only a part of it');
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
};
