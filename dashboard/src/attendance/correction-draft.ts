import type { Change } from '#contract/correction.ts';
import type { DayEntry, DayFigures } from '#contract/day.ts';
import type { Direction } from '#contract/outcome.ts';
import { instantsAt } from '../words/local-clock.ts';

/** A correction as somebody fills it in: times as text, at the site's clock. */
export type Draft = {
  readonly action: Change['action'];
  /** Which punch it is about; of no meaning to `add`. */
  readonly punchId: string;
  readonly date: string;
  readonly time: string;
  /** Which of two equal wall times, when clocks go back. */
  readonly fold: 'earlier' | 'later';
  readonly direction: Direction;
};

/** Every punch of a day that a correction can be about. An automatic check-out is none: nobody was seen. */
export const correctablePunches = ({ shifts, outside }: DayFigures): readonly DayEntry[] =>
  [...shifts.flatMap(({ entries }) => entries), ...outside]
    .filter(({ origin }) => origin !== 'automatic')
    .sort((a, b) => (a.at < b.at ? -1 : 1));

/** The change that a draft asks for, or what has to be filled in first, in words. */
export const changeOf = (
  draft: Draft,
  punches: readonly DayEntry[],
  timeZone: string,
): { readonly change: Change } | { readonly problem: string } => {
  const { action, date, time, fold, direction } = draft;
  const chosen = punches.find(({ id }) => id === draft.punchId);
  if (action !== 'add' && chosen === undefined) return { problem: 'Choose the punch that it is about.' };
  const punch = { id: chosen?.id ?? '', at: chosen?.at ?? '', via: chosen?.via ?? 'auto' };
  if (action === 'void') return { change: { action, punch } };
  if (action === 'reclassify')
    return chosen?.direction === direction && chosen.via === direction
      ? { problem: 'The punch already has this direction.' }
      : { change: { action, punch, direction } };

  if (date === '' || time === '') return { problem: 'Fill in the date and the time.' };
  const instants = instantsAt(date, time, timeZone);
  const at = fold === 'later' ? instants.at(-1) : instants[0];
  if (at === undefined)
    return { problem: `${time} never was that day: the clocks went forward past it. Choose another time.` };
  return { change: action === 'add' ? { action, at, direction } : { action, punch, to: at } };
};

/** Whether a draft's time was twice, so that it has to be said which is meant. */
export const happensTwice = ({ action, date, time }: Draft, timeZone: string): boolean =>
  (action === 'add' || action === 'retime') && instantsAt(date, time, timeZone).length > 1;
