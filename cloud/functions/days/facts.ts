import type { PunchFact } from '../../domain/attendance-day.ts';
import type { CorrectionEntry } from '../../domain/corrections/correction-log.ts';
import { addDays, type LocalDate } from '../../domain/local-time.ts';
import { factsNeeded } from '../../domain/schedule/occurrence.ts';
import { StoredCorrection } from '../table/attendance-items.ts';
import { correctionsPrefix } from '../table/attendance-keys.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { StoredPunch } from '../table/items.ts';
import { personKey, punchSortKey } from '../table/keys.ts';
import { queryAll } from '../table/query-all.ts';
import type { ScheduleOn } from './schedules.ts';

export type Facts = {
  readonly corrections: readonly CorrectionEntry[];
  /** The punches that a date needs and no others, so that it makes no difference what else was read. */
  punchesFor(date: LocalDate): readonly PunchFact[];
};

/** What a person's dates rest on: one query for each stretch of dates, and one for the log of corrections. */
export const readFacts = async (
  table: TableAccess,
  personId: string,
  dates: readonly LocalDate[],
  scheduleOn: ScheduleOn,
): Promise<Facts> => {
  const needed = new Map(dates.map((date) => [date, factsNeeded(date, scheduleOn(date))]));
  const query = (from: string, to: string) =>
    queryAll(table, {
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': personKey(personId).pk, ':from': from, ':to': to },
    });
  const instants = stretchesOf(dates).map((stretch) => {
    const all = stretch.flatMap((date) => needed.get(date) ?? []);
    return {
      from: all.map(({ from }) => from).sort()[0] ?? '',
      to:
        all
          .map(({ to }) => to)
          .sort()
          .at(-1) ?? '',
    };
  });
  const [corrections, ...punches] = await Promise.all([
    query(correctionsPrefix, `${correctionsPrefix}~`),
    ...instants.map(({ from, to }) => query(punchSortKey(from), punchSortKey(`${to}~`))),
  ]);
  const facts: readonly PunchFact[] = punches.flat().map((item) => StoredPunch.parse(item));
  return {
    corrections: corrections.map((item) => StoredCorrection.parse(item).entry),
    punchesFor(date) {
      const { from, to } = needed.get(date) ?? { from: '', to: '' };
      return facts.filter(({ at }) => from <= at && at <= to);
    },
  };
};

/** Dates one after the other, in order. */
const stretchesOf = (dates: readonly LocalDate[]): readonly (readonly LocalDate[])[] => {
  const stretches: LocalDate[][] = [];
  for (const date of [...dates].sort()) {
    const last = stretches.at(-1);
    if (last?.at(-1) === addDays(date, -1)) last.push(date);
    else stretches.push([date]);
  }
  return stretches;
};
