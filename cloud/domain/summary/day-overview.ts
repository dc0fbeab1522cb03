import type { Totals } from '#contract/attendance.ts';
import type { DayFigures } from '#contract/day.ts';
import type { Instant, SiteId } from '#contract/names.ts';
import type { LocalDate } from '../local-time.ts';
import { type SummedDay, sumDays } from './totals.ts';

/** What of a day's record the overview of a site needs; no punches. */
export type OverviewDay = SummedDay & {
  readonly figures: Pick<DayFigures, 'presence' | 'firstIn' | 'lastOut'>;
};

/** A person in a list of the overview. */
type Noted = { readonly personId: string; readonly minutes: number };

/** One day of one site at a glance. */
export type DayOverview = {
  readonly site: SiteId;
  readonly date: LocalDate;
  readonly totals: Totals;
  /** How many should work that day. */
  readonly expected: number;
  /** How many of all have been seen. */
  readonly seen: number;
  /** Expected and not seen, whether already absent or still awaited. */
  readonly notSeen: readonly string[];
  readonly in: readonly { readonly personId: string; readonly since: Instant }[];
  readonly out: readonly { readonly personId: string; readonly since: Instant }[];
  /** Most minutes first. */
  readonly late: readonly Noted[];
  readonly earlyExit: readonly Noted[];
  readonly missingCheckOut: readonly string[];
};

/** The overview of a site's day, from the records of that day alone; people in order of their id where nothing else orders them. */
export const overviewOfDay = (
  site: SiteId,
  date: LocalDate,
  records: readonly OverviewDay[],
): DayOverview => {
  const days = records
    .filter((day) => day.date === date && day.figures.status !== null)
    .sort((a, b) => (a.personId < b.personId ? -1 : 1));
  const noted = (minutes: (day: OverviewDay) => number): readonly Noted[] =>
    days
      .map((day) => ({ personId: day.personId, minutes: minutes(day) }))
      .filter((one) => one.minutes > 0)
      .sort((a, b) => b.minutes - a.minutes);
  const whoAre = (direction: 'in' | 'out') =>
    days.flatMap(({ personId, figures: { presence } }) =>
      presence?.direction === direction ? [{ personId, since: presence.since }] : [],
    );
  const isExpected = ({ figures }: OverviewDay): boolean => figures.minutes.expected > 0;
  const isSeen = ({ figures }: OverviewDay): boolean => figures.presence !== null;
  return {
    site,
    date,
    totals: sumDays(days),
    expected: days.filter(isExpected).length,
    seen: days.filter(isSeen).length,
    notSeen: days.filter((day) => isExpected(day) && !isSeen(day)).map(({ personId }) => personId),
    in: whoAre('in'),
    out: whoAre('out'),
    late: noted(({ figures }) => figures.minutes.late),
    earlyExit: noted(({ figures }) => figures.minutes.early),
    missingCheckOut: days
      .filter(({ figures }) => figures.status === 'missing_check_out')
      .map(({ personId }) => personId),
  };
};
