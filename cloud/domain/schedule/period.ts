import { DateTime } from 'luxon';
import { addDays, type LocalDate } from '../local-time.ts';

export type PeriodKind = 'week' | 'month';

/** A calendar month, or a week by ISO 8601 (from Monday; `2026-W01` holds the year's first Thursday). Both dates included. */
export type Period = {
  readonly kind: PeriodKind;
  /** `2026-03` or `2026-W13`. */
  readonly id: string;
  readonly from: LocalDate;
  readonly to: LocalDate;
};

/** The week or month in which a date lies. */
export const periodOf = (date: LocalDate, kind: PeriodKind): Period => {
  const day = DateTime.fromISO(date, { zone: 'utc' });
  return {
    kind,
    id: day.toFormat(kind === 'week' ? "kkkk-'W'WW" : 'yyyy-MM'),
    from: day.startOf(kind).toFormat('yyyy-MM-dd'),
    to: day.endOf(kind).toFormat('yyyy-MM-dd'),
  };
};

export const periodBefore = ({ from, kind }: Period): Period => periodOf(addDays(from, -1), kind);
