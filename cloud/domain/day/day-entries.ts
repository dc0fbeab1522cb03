import type { DayEntry } from '#contract/day.ts';
import type { CountingPunch } from './counting-punches.ts';

/** A punch outside all windows has no direction but its door's; `in` stands for one that alternates. */
export const entryOf = ({ id, at, via, origin }: CountingPunch): DayEntry => ({
  id,
  at,
  via,
  direction: via === 'auto' ? 'in' : via,
  origin,
  suppressedBy: null,
  mark: null,
});

/** In order of time; the id separates equal ones. */
export const entriesInOrder = (a: DayEntry, b: DayEntry): number =>
  a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1;
