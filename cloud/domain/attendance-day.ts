import type { Instant } from '#contract/names.ts';
import type { Direction, DoorDirection } from '#contract/outcome.ts';
import { byTime, findDuplicates } from './duplicates.ts';

/** What is immutable about a punch, as far as a day is derived from it. */
export type PunchFact = {
  readonly id: string;
  readonly at: Instant;
  /** The door's own direction; `auto` leaves it to the day. */
  readonly via: DoorDirection;
};

/** A punch as its day sees it. A suppressed one is kept but does not count: `suppressedBy` is the punch that did. */
export type DayPunch = PunchFact & { readonly direction: Direction; readonly suppressedBy: string | null };

/** What a person's local date amounts to. Always recomputable from the punches. */
export type AttendanceDay = {
  readonly punches: readonly DayPunch[];
  /** Where the person is now, and since when; null when no punch counts. */
  readonly state: Direction | null;
  readonly since: Instant | null;
  readonly firstIn: Instant | null;
  readonly lastOut: Instant | null;
};

export type DayRule = {
  readonly duplicatePunchMinutes: number;
  /** The last counting punch of the day before, which may make the first one of this day a duplicate. */
  readonly before?: { readonly id: string; readonly at: Instant; readonly direction: Direction } | undefined;
};

/**
 * Derives a day from the punches of one person on one local date, given in any order.
 *
 * Works in event time, so late and offline deliveries end in the same day as punctual ones:
 * a punch within the duplicate period of the last counting punch is suppressed (the first wins, whatever its direction);
 * a door with a fixed direction decides it, `auto` alternates, and the day's first is `in`.
 */
export const deriveDay = (facts: readonly PunchFact[], rule: DayRule): AttendanceDay => {
  const inOrder = [...facts].sort(byTime);
  const duplicates = findDuplicates<{ readonly id: string; readonly at: Instant }>(
    inOrder,
    rule.duplicatePunchMinutes,
    rule.before,
  );

  const punches: DayPunch[] = [];
  let today: DayPunch | undefined;
  for (const fact of inOrder) {
    const repeated = duplicates.has(fact) ? (today ?? rule.before) : undefined;
    const alternate: Direction = today?.direction === 'in' ? 'out' : 'in';
    const punch: DayPunch = {
      ...fact,
      direction: repeated?.direction ?? (fact.via === 'auto' ? alternate : fact.via),
      suppressedBy: repeated?.id ?? null,
    };
    punches.push(punch);
    if (repeated === undefined) today = punch;
  }

  const counting = punches.filter((punch) => punch.suppressedBy === null);
  return {
    punches,
    state: today?.direction ?? null,
    since: today?.at ?? null,
    firstIn: counting.find((punch) => punch.direction === 'in')?.at ?? null,
    lastOut: counting.findLast((punch) => punch.direction === 'out')?.at ?? null,
  };
};
