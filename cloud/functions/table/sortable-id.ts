import { randomBytes } from 'node:crypto';

/** Nine digits to base 36 last until the year 5188. */
const timeDigits = 9;

/** An id of 17 letters and digits that sorts by when it was made. @param nowMs epoch milliseconds */
export const newSortableId = (nowMs: number): string =>
  nowMs.toString(36).padStart(timeDigits, '0') + randomBytes(4).toString('hex');
