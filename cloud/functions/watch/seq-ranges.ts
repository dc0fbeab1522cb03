import type { SeqRange } from '../table/items.ts';

/** What is not among `arrived`, which are ascending and within the range; lowest first. An empty range has no holes. */
export const holesIn = ({ from, to }: SeqRange, arrived: readonly number[]): readonly SeqRange[] => {
  const holes: SeqRange[] = [];
  let next = from;
  for (const seq of [...arrived, to + 1]) {
    if (seq > next) holes.push({ from: next, to: seq - 1 });
    next = seq + 1;
  }
  return holes;
};

/** At most so many ranges: those above are told as one that spans them all. */
export const atMost = (ranges: readonly SeqRange[], max: number): readonly SeqRange[] => {
  const beyond = ranges[max - 1];
  const last = ranges.at(-1);
  if (beyond === undefined || last === undefined) return ranges;
  return [...ranges.slice(0, max - 1), { from: beyond.from, to: last.to }];
};

/** How many numbers the ranges hold. */
export const countOf = (ranges: readonly SeqRange[]): number =>
  ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);

const maxNamed = 20;

/** The ranges for people, such as `10-14, 17`. */
export const rangesText = (ranges: readonly SeqRange[]): string => {
  const named = ranges.slice(0, maxNamed).map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`));
  const left = ranges.length - named.length;
  return left === 0 ? named.join(', ') : `${named.join(', ')} and ${left} more ranges`;
};
