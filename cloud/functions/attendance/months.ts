import { monthOf } from '../table/keys.ts';
import type { PositionRange } from '../table/read-page.ts';

/** UTC months that a range of positions touches, newest first; after a cursor, from the cursor's month on. */
export const monthsBetween = (range: PositionRange, after: string | null): readonly string[] => {
  const first = monthOf(range.from);
  const last = monthOf(after === null || after > range.to ? range.to : after);
  const months: string[] = [];
  for (let month = last; month >= first; month = monthBefore(month)) months.push(month);
  return months;
};

const monthBefore = (month: string): string => {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return number > 1
    ? `${year}-${String(number - 1).padStart(2, '0')}`
    : `${String(year - 1).padStart(4, '0')}-12`;
};
