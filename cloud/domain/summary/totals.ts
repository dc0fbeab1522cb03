import { add, noMinutes } from '../day/combine-shifts.ts';
import { type DayFigures, DayStatus, type Minutes } from '../day/figures.ts';
import type { LocalDate } from '../local-time.ts';

/** What of a day goes into summaries; of a `DayResult` it is `asCorrected` (or `asRecorded`, to show the difference). */
export type SummedDay = {
  readonly personId: string;
  readonly date: LocalDate;
  readonly figures: Pick<DayFigures, 'status' | 'settled' | 'minutes'>;
};

/** Sums over days. `late`, `early` and so on are minutes; `lateDays` and `earlyDays` count days that have any. */
export type Totals = {
  readonly people: number;
  /** Days with a status. */
  readonly days: number;
  readonly byStatus: Readonly<Record<DayStatus, number>>;
  /** Of these, days that a door could still change. */
  readonly unsettledDays: number;
  readonly lateDays: number;
  readonly earlyDays: number;
  readonly minutes: Minutes;
};

export const sumDays = (days: readonly SummedDay[]): Totals => {
  const known = days.filter(({ figures }) => figures.status !== null);
  const count = (is: (day: SummedDay) => boolean): number => known.filter(is).length;
  const byStatus = Object.fromEntries(
    DayStatus.options.map((status) => [status, count(({ figures }) => figures.status === status)]),
  ) as Record<DayStatus, number>;
  return {
    people: new Set(known.map(({ personId }) => personId)).size,
    days: known.length,
    byStatus,
    unsettledDays: count(({ figures }) => !figures.settled),
    lateDays: count(({ figures }) => figures.minutes.late > 0),
    earlyDays: count(({ figures }) => figures.minutes.early > 0),
    minutes: known.map(({ figures }) => figures.minutes).reduce(add, noMinutes),
  };
};
