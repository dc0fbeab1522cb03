import type { Instant } from '#contract/names.ts';

type Timed = { readonly id: string; readonly at: Instant };

/** Order of time; instants are ISO 8601 in UTC with milliseconds, so text order is time order. The id separates equal ones. */
export const byTime = (a: Timed, b: Timed): number => compare(a.at, b.at) || compare(a.id, b.id);

/**
 * Finds the punches that come too soon after one that counts, in event time, so that the order of arrival does not matter: the first
 * of them wins, and a queue of duplicates does not stretch the period (the semantics of FingerTec's duplicate punch period).
 * @param punches in order of time
 * @param before a punch before all of these that counts
 * @returns for each duplicate the punch that it repeats
 */
export const findDuplicates = <P extends Timed>(
  punches: readonly P[],
  periodMinutes: number,
  before?: P | undefined,
): ReadonlyMap<P, P> => {
  const duplicates = new Map<P, P>();
  let last = before;
  for (const punch of punches) {
    if (last !== undefined && minutesBetween(last.at, punch.at) < periodMinutes) duplicates.set(punch, last);
    else last = punch;
  }
  return duplicates;
};

const minutesBetween = (from: Instant, to: Instant): number => (Date.parse(to) - Date.parse(from)) / 60_000;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
