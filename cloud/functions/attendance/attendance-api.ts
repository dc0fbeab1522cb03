import { defaultIsContentTypeBinary } from 'hono/aws-lambda';
import type { Site } from '../../domain/site.ts';
import { makeDynamoAudit, queryAudit } from '../api/audit.ts';
import { makeDynamoOnce } from '../api/dynamo-once.ts';
import { makeFindLink } from '../api/find-link.ts';
import { makeApi } from '../api/make-api.ts';
import { makeDayKeeper } from '../days/make-day-keeper.ts';
import { makeOverviews } from '../days/overviews.ts';
import { makeSchedules } from '../days/schedules.ts';
import type { Log } from '../log.ts';
import { makeSiteDirectory } from '../sites/site-directory.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { newSortableId } from '../table/sortable-id.ts';
import { makeDynamoSearchUsage } from '../usage/month-usage.ts';
import { makeCorrectionLists } from './correction-lists.ts';
import { makeDynamoCorrections } from './corrections-store.ts';
import { type AttendanceDeps, makeAttendanceEndpoints } from './endpoints.ts';
import { makeDynamoRecords } from './records.ts';
import { makeDynamoResults } from './results.ts';

/** The attendance function's share of the API on the single table. */
export const makeAttendanceApi = (deps: {
  readonly table: TableAccess;
  readonly configuredSites: readonly Site[];
  readonly budget: AttendanceDeps['budget'];
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: Log;
}) => {
  const { table, configuredSites, budget, now, log } = deps;
  const sites = makeSiteDirectory({ table, configured: configuredSites, now });
  const endpoints = makeAttendanceEndpoints({
    records: makeDynamoRecords(table),
    results: makeDynamoResults(table),
    keeper: makeDayKeeper({ table, sites, now, log }),
    freshOverview: makeOverviews({ table, sites, now }).fresh,
    auditOf: queryAudit(table),
    usage: makeDynamoSearchUsage(table),
    budget,
    sites,
    corrections: makeDynamoCorrections(table),
    correctionLists: makeCorrectionLists(table),
    schedules: makeSchedules({ table, sites }),
    newId: () => newSortableId(now()),
    now,
    log,
  });
  const findLink = makeFindLink(table);
  return makeApi<'attendance'>(endpoints, {
    findLink,
    once: makeDynamoOnce(table, now),
    audit: makeDynamoAudit(table, now),
    log,
  });
};

/** A file leaves Lambda as bytes: as text it would lose its byte order mark on the way (Fetch standard, `text()`). */
export const filesAsBytes = {
  isContentTypeBinary: (type: string): boolean =>
    defaultIsContentTypeBinary(type) || type.startsWith('text/csv'),
};
