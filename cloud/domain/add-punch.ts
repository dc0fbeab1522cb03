import type { Instant } from '#contract/names.ts';
import { type AttendanceDay, type DayPunch, deriveDay, type PunchFact } from './attendance-day.ts';
import { addDays, dayBounds, type LocalDate, localDate } from './local-time.ts';

/** The punches of a person's days as they are stored, in order of time; a date that was read and has none is an empty list. */
export type KnownDays = ReadonlyMap<LocalDate, readonly DayPunch[]>;

export type PunchRule = { readonly timeZone: string; readonly duplicatePunchMinutes: number };

/** What a new punch makes of a person's days, or the date that has to be read before that can be said. */
export type AddedPunch =
  | { readonly kind: 'unread'; readonly date: LocalDate }
  | {
      readonly kind: 'derived';
      readonly own: DayPunch;
      /** Days to be written, the punch's own first. */
      readonly days: readonly { readonly date: LocalDate; readonly day: AttendanceDay }[];
      /** Days that this rests on although they stay as they are: they must not change before it is written. */
      readonly reliedOn: readonly LocalDate[];
      /** Earlier punches, of any of the days, that count differently now. */
      readonly changed: readonly DayPunch[];
    };

/** The dates that a punch at this instant needs in nearly every case: its own, and its neighbour's near midnight. */
export const datesAround = (at: Instant, rule: PunchRule): readonly [LocalDate, ...LocalDate[]] => {
  const date = localDate(at, rule.timeZone);
  return [
    date,
    ...(reachesBack(at, date, rule) ? [addDays(date, -1)] : []),
    ...(reachesOn(at, date, rule) ? [addDays(date, 1)] : []),
  ];
};

/**
 * Adds a punch to a person's days. The duplicate period does not end at midnight: the last counting punch of a day may
 * suppress the first of the next, so a late punch can change days after its own, each as far as its last counting punch changes.
 */
export const addPunch = (fact: PunchFact, known: KnownDays, rule: PunchRule): AddedPunch => {
  const date = localDate(fact.at, rule.timeZone);
  const stored = known.get(date);
  if (stored === undefined) return { kind: 'unread', date };

  const dayBefore = addDays(date, -1);
  const restsOnDayBefore = [fact, ...stored].some(({ at }) => reachesBack(at, date, rule));
  const before = restsOnDayBefore ? known.get(dayBefore) : [];
  if (before === undefined) return { kind: 'unread', date: dayBefore };

  const { duplicatePunchMinutes } = rule;
  const day = deriveDay([...stored, fact], { duplicatePunchMinutes, before: before.findLast(counts) });
  const own = day.punches.find(({ id }) => id === fact.id);
  if (own === undefined) throw new Error('deriveDay lost a punch');

  const days = [{ date, day }];
  const reliedOn = restsOnDayBefore ? [dayBefore] : [];
  const changed = changedOf(stored, day);
  let was = stored;
  for (let current = days[0]; current !== undefined; ) {
    const last = { was: was.findLast(counts), is: current.day.punches.findLast(counts) };
    if (isSame(last.was, last.is)) break;
    const { date: ending } = current;
    if (![last.was, last.is].some((punch) => punch !== undefined && reachesOn(punch.at, ending, rule))) break;
    const date = addDays(ending, 1);
    const next = known.get(date);
    if (next === undefined) return { kind: 'unread', date };
    const derived = deriveDay(next, { duplicatePunchMinutes, before: last.is });
    const differing = changedOf(next, derived);
    if (differing.length === 0) {
      reliedOn.push(date);
      break;
    }
    changed.push(...differing);
    was = next;
    current = { date, day: derived };
    days.push(current);
  }
  return { kind: 'derived', own, days, reliedOn, changed };
};

const counts = (punch: DayPunch): boolean => punch.suppressedBy === null;

const periodMs = (rule: PunchRule): number => rule.duplicatePunchMinutes * 60_000;

/** Whether a punch of the day before could suppress one at this instant. */
const reachesBack = (at: Instant, date: LocalDate, rule: PunchRule): boolean =>
  Date.parse(at) - Date.parse(dayBounds(date, rule.timeZone).start) < periodMs(rule);

/** Whether one at this instant could suppress a punch of the day after. */
const reachesOn = (at: Instant, date: LocalDate, rule: PunchRule): boolean =>
  Date.parse(dayBounds(date, rule.timeZone).end) - Date.parse(at) < periodMs(rule);

/** A day looks at no more than this of the last counting punch of the day before. */
const isSame = (a: DayPunch | undefined, b: DayPunch | undefined): boolean =>
  a?.id === b?.id && a?.at === b?.at && a?.direction === b?.direction;

const changedOf = (stored: readonly DayPunch[], day: AttendanceDay): DayPunch[] => {
  const before = new Map(stored.map((punch) => [punch.id, punch]));
  return day.punches.filter((now) => {
    const was = before.get(now.id);
    return was !== undefined && (was.direction !== now.direction || was.suppressedBy !== now.suppressedBy);
  });
};
