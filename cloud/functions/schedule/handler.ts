import { handle } from 'hono/aws-lambda';
import { makeDynamoAudit } from '../api/audit.ts';
import { makeDynamoOnce } from '../api/dynamo-once.ts';
import { makeFindLink } from '../api/find-link.ts';
import { makeApi } from '../api/make-api.ts';
import { makeTableClient } from '../aws-clients.ts';
import { readEnvironment } from '../environment.ts';
import { makeLog } from '../log.ts';
import { makeSiteDirectory } from '../sites/site-directory.ts';
import { newSortableId } from '../table/sortable-id.ts';
import { makeScheduleEndpoints } from './endpoints.ts';
import { makeDynamoScheduleStore } from './schedule-store.ts';

const environment = readEnvironment('TABLE_NAME', 'SITES');
const table = { client: makeTableClient(), tableName: environment.TABLE_NAME };

const endpoints = makeScheduleEndpoints({
  sites: makeSiteDirectory({ table, configured: environment.SITES, now: Date.now, memoryMs: 0 }),
  store: makeDynamoScheduleStore(table),
  newId: () => newSortableId(Date.now()),
  now: Date.now,
});

/** Sites, shifts, assignments, holidays and leaves. */
export const handler = handle(
  makeApi<'schedule'>(endpoints, {
    findLink: makeFindLink(table),
    once: makeDynamoOnce(table, Date.now),
    audit: makeDynamoAudit(table, Date.now),
    log: makeLog('schedule'),
  }),
);
