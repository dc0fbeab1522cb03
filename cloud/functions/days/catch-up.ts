import type { SiteId } from '#contract/names.ts';
import { addDays, daysBetween, type LocalDate } from '../../domain/local-time.ts';
import type { StoredStale } from '../table/attendance-items.ts';
import { everybody } from '../table/attendance-keys.ts';
import type { DaysToDerive } from './derive-days.ts';
import type { DaysDeps, DerivePeople } from './derive-people.ts';
import { makeShareOut } from './share-out.ts';
import { makeStaleFacts, type StalePage } from './stale-facts.ts';

type Extent = {
  readonly site: SiteId;
  /** Left out: everybody's. */
  readonly personId?: string | undefined;
  /** At most about so many days of people are derived. */
  readonly peopleDays: number;
  /** A fact about everybody is shared out among no more people than these. */
  readonly mostPeople: number;
};

/** What came of it: days derived, people who could not be, and facts that still wait (at least). */
export type CaughtUp = { readonly derived: number; readonly failed: number; readonly left: number };

/** Derives what facts have left out of date, and takes the facts from the list when that is written, not before. */
export const makeCatchUp = ({ table, now }: Pick<DaysDeps, 'table' | 'now'>, derivePeople: DerivePeople) => {
  const stale = makeStaleFacts(table);
  const shareOut = makeShareOut(table);
  /** The latest date that has begun anywhere on earth. */
  const latest = (): LocalDate => addDays(new Date(now()).toISOString().slice(0, 10), 1);

  const deriveFrom = async (portions: readonly Portion[]): Promise<CaughtUp> => {
    const results = await derivePeople(portions.map(({ wanted }) => wanted));
    const done = portions.filter((_, n) => results[n] !== null);
    await Promise.all(
      done.flatMap(({ finished, begun }) => [
        ...finished.map((fact) => stale.remove(fact)),
        ...begun.map(({ fact, from }) => stale.shorten(fact, from)),
      ]),
    );
    return {
      derived: results.reduce((days, one) => days + (one?.length ?? 0), 0),
      failed: portions.length - done.length,
      left:
        done.reduce((facts, { begun }) => facts + begun.length, 0) +
        portions.filter((_, n) => results[n] === null).flatMap(({ finished }) => finished).length,
    };
  };

  /** Facts about everybody concern this person too; they stay for the others. */
  const sharedWith = async (site: SiteId, personId: string, peopleDays: number): Promise<void> => {
    const { facts } = await stale.page(site, everybody, undefined);
    const dates = facts.flatMap((fact) => datesOf(fact, latest()));
    const newest = [...new Set(dates)].sort().slice(-peopleDays);
    if (newest.length > 0) await derivePeople([{ personId, dates: newest, instants: [], onlyLook: true }]);
  };

  /** Whether any of them could be shared out. */
  const shareOutAll = async (shared: readonly StoredStale[], mostPeople: number): Promise<boolean> => {
    let any = false;
    for (const fact of shared) {
      if (!(await shareOut(fact, mostPeople))) continue;
      await stale.remove(fact);
      any = true;
    }
    return any;
  };

  return async ({ site, personId, peopleDays, mostPeople }: Extent): Promise<CaughtUp> => {
    const sum = { derived: 0, failed: 0, left: 0 };
    let room = peopleDays;
    let start: StalePage['next'];
    do {
      const page = await stale.page(site, personId, start);
      const shared = page.facts.filter((fact) => fact.personId === undefined);
      if (await shareOutAll(shared, mostPeople)) continue; // and read what has come of them
      const portions: Portion[] = [];
      sum.left += shared.length;
      for (const facts of byPerson(page.facts).values()) {
        if (room <= 0) sum.left += facts.length;
        else {
          const portion = portionOf(facts, room, latest());
          portions.push(portion);
          room -= portion.days;
        }
      }
      const { derived, failed, left } = await deriveFrom(portions);
      sum.derived += derived;
      sum.failed += failed;
      sum.left += left;
      start = page.next;
      if (start === undefined) break;
    } while (room > 0);
    if (start !== undefined) sum.left += 1;
    if (personId !== undefined) await sharedWith(site, personId, peopleDays);
    return sum;
  };
};

/** As much of a person's facts as there is room for. */
type Portion = {
  readonly wanted: DaysToDerive;
  readonly days: number;
  readonly finished: readonly StoredStale[];
  /** With the date from which on they still wait. */
  readonly begun: readonly { readonly fact: StoredStale; readonly from: LocalDate }[];
};

const portionOf = (facts: readonly StoredStale[], most: number, latest: LocalDate): Portion => {
  const dates = new Set<LocalDate>();
  const instants = new Set<string>();
  const finished: StoredStale[] = [];
  const begun: { fact: StoredStale; from: LocalDate }[] = [];
  for (const fact of facts) {
    const room = Math.max(0, most - dates.size - instants.size);
    const all = datesOf(fact, latest);
    const from = all[room];
    for (const date of all.slice(0, room)) dates.add(date);
    if (from !== undefined) begun.push({ fact, from });
    else {
      for (const instant of fact.instants ?? []) instants.add(instant);
      finished.push(fact);
    }
  }
  const personId = facts[0]?.personId ?? '';
  const onlyLook = facts.every(({ shared }) => shared === true);
  return {
    wanted: { personId, dates: [...dates], instants: [...instants], onlyLook },
    days: dates.size + instants.size,
    finished,
    begun,
  };
};

const byPerson = (facts: readonly StoredStale[]): ReadonlyMap<string, readonly StoredStale[]> => {
  const groups = new Map<string, StoredStale[]>();
  for (const fact of facts) {
    const { personId } = fact;
    if (personId === undefined) continue;
    groups.set(personId, [...(groups.get(personId) ?? []), fact]);
  }
  return groups;
};

/** Dates that have begun; the others are derived when they begin. */
const datesOf = ({ dates }: StoredStale, latest: LocalDate): readonly LocalDate[] => {
  if (dates === undefined || dates.from > latest) return [];
  const to = dates.to < latest ? dates.to : latest;
  return Array.from({ length: Math.max(0, daysBetween(dates.from, to) + 1) }, (_, n) =>
    addDays(dates.from, n),
  );
};
