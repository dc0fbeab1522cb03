import type { DayItem } from '#contract/attendance.ts';
import type { StoredResult } from '../table/attendance-items.ts';
import type { StoredPerson } from '../table/items.ts';
import { personRef } from './presentation.ts';

/** A stored day as pages show it. */
export const toDayItem = (day: StoredResult, person: StoredPerson | undefined): DayItem => ({
  person: personRef(day.personId, person),
  date: day.date,
  site: day.site,
  timeZone: day.timeZone,
  figures: day.figures,
  asRecorded: day.asRecorded ?? null,
  corrections: day.corrections,
  lockedFrom: day.lockedFrom,
});
