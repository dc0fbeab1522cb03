import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atMost, countOf, holesIn, rangesText } from './seq-ranges.ts';

const membersOf = (ranges: readonly { from: number; to: number }[]) =>
  ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, n) => from + n));
const someOf = (from: number, to: number) => fc.uniqueArray(fc.integer({ min: from, max: to }));

describe('the holes in a range', () => {
  it('are exactly what has not arrived', () => {
    const range = { from: 5, to: 40 };
    void fc.assert(
      fc.property(someOf(range.from, range.to), (arrived) => {
        const holes = holesIn(
          range,
          arrived.toSorted((a, b) => a - b),
        );
        const expected = membersOf([range]).filter((seq) => !arrived.includes(seq));
        expect(membersOf(holes)).toEqual(expected);
        expect(countOf(holes)).toBe(expected.length);
      }),
    );
  });

  it('are one when nothing has arrived, and none in an empty range', () => {
    expect(holesIn({ from: 1, to: 1_000_000_000 }, [])).toEqual([{ from: 1, to: 1_000_000_000 }]);
    expect(holesIn({ from: 7, to: 6 }, [])).toEqual([]);
  });
});

describe('many ranges', () => {
  const ranges = holesIn({ from: 0, to: 9 }, [1, 3, 5, 7]);

  it('are kept up to a number of them, and the rest as what spans it', () => {
    expect(atMost(ranges, 5)).toEqual(ranges);
    expect(atMost(ranges, 3)).toEqual([
      { from: 0, to: 0 },
      { from: 2, to: 2 },
      { from: 4, to: 9 },
    ]);
  });

  it('read as people write them', () => {
    expect(rangesText(ranges)).toBe('0, 2, 4, 6, 8-9');
  });
});
