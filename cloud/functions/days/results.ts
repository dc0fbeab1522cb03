import { isDeepStrictEqual } from 'node:util';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { DayFigures, DayResult, ShiftFigures } from '#contract/day.ts';
import type { Instant } from '#contract/names.ts';
import type { LocalDate } from '../../domain/local-time.ts';
import { StoredResult } from '../table/attendance-items.ts';
import { inSiteResults, resultKey, resultSortKey } from '../table/attendance-keys.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { ifNotRaced, isVersion } from '../table/conditional-write.ts';
import { personKey } from '../table/keys.ts';
import { queryAll } from '../table/query-all.ts';

/** A person's results from one date to another, both included, as they are at this moment. */
export const readResults = async (
  table: TableAccess,
  personId: string,
  { from, to }: { readonly from: LocalDate; readonly to: LocalDate },
): Promise<ReadonlyMap<LocalDate, StoredResult>> => {
  const items = await queryAll(table, {
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: {
      ':pk': personKey(personId).pk,
      ':from': resultSortKey(from),
      ':to': resultSortKey(to),
    },
  });
  return new Map(items.map((item) => StoredResult.parse(item)).map((result) => [result.date, result]));
};

/** Writes a result if the one before it is still there; version 1 = there is none. */
export const writeResult = (table: TableAccess, result: StoredResult): Promise<'done' | 'raced'> => {
  const { personId, date, site, figures, version } = result;
  return ifNotRaced(
    table.client.send(
      new PutCommand({
        TableName: table.tableName,
        Item: {
          ...resultKey(personId, date),
          ...result,
          ...inSiteResults(site, date, figures.status, personId),
        },
        ...isVersion(version - 1),
      }),
    ),
  );
};

/** What is kept of a result. */
export const storedResultOf = (
  derived: DayResult,
  more: Pick<StoredResult, 'lockedFrom' | 'version'> & { readonly syncedThrough: Instant },
): StoredResult => {
  const { asCorrected, asRecorded, ...rest } = derived;
  const { syncedThrough, ...kept } = more;
  const waitsFor = [...waitsOf(asCorrected, syncedThrough), ...waitsOf(asRecorded, syncedThrough)].sort()[0];
  return {
    ...rest,
    ...kept,
    figures: asCorrected,
    ...(isDeepStrictEqual(asCorrected, asRecorded) ? {} : { asRecorded }),
    ...(waitsFor === undefined ? {} : { waitsFor }),
  };
};

/** Nothing was expected, nobody came, nobody asked for a change: there is nothing to show. */
export const saysNothing = ({ figures, asRecorded, corrections }: StoredResult): boolean =>
  figures.status === null && !hasEntries(figures) && asRecorded === undefined && corrections.length === 0;

export const hasEntries = ({ shifts, outside }: DayFigures): boolean =>
  outside.length > 0 || shifts.some(({ entries }) => entries.length > 0);

/** Whoever came is judged late as soon as the doors are past the check-in, and everything else at the end of the window. */
const waitsOf = ({ shifts }: DayFigures, syncedThrough: Instant): readonly Instant[] =>
  shifts
    .filter(({ settled }) => !settled)
    .map((shift) =>
      shift.firstIn !== null && shift.firstIn > syncedThrough ? shift.firstIn : neededBy(shift),
    );

const neededBy = ({ reasons, window }: ShiftFigures): Instant =>
  reasons.find((reason) => reason.code === 'not_synced')?.needed ?? window.to;
