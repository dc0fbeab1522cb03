import { addDays, type LocalDate } from '../local-time.ts';
import type { Assignment } from './assignment.ts';
import type { PlannedShift } from './day-plan.ts';
import { type ShiftHours, shiftOn } from './occurrence.ts';
import { type Weekday, weekdayOf } from './wall-time.ts';

/** A shift that a person works from one date to another. */
export type Duty = PlannedShift &
  Pick<Assignment, 'from' | 'to'> & {
    /** Every weekday on which it may be worked. */
    readonly weekdays: readonly Weekday[];
  };

/** Whatever meets at all meets within the first days of the time that two duties share: weeks repeat. */
const daysLookedAt = 9;

/**
 * The first date on which a person would have to be at both duties at once; null when there is none. Windows may overlap (an open
 * check-in decides whose a punch is), hours may not: whoever works one shift would be late for the other.
 */
export const firstCollision = (a: Duty, b: Duty): LocalDate | null => {
  const start = addDays(a.from > b.from ? a.from : b.from, -1);
  for (let n = 0; n < daysLookedAt; n += 1) {
    const date = addDays(start, n);
    const hours = hoursOn(a, date);
    if (hours === null) continue;
    for (const other of [-1, 0, 1].map((days) => hoursOn(b, addDays(date, days)))) {
      if (other !== null && hours.start < other.end && other.start < hours.end) return date;
    }
  }
  return null;
};

const hoursOn = (duty: Duty, date: LocalDate): ShiftHours | null => {
  const { from, to, weekdays } = duty;
  const isWorked = from <= date && (to === null || date <= to) && weekdays.includes(weekdayOf(date));
  return isWorked ? shiftOn(date, duty).work : null;
};
