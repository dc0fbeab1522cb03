import { handle } from 'hono/aws-lambda';
import { makeFindLink } from '../api/find-link.ts';
import { makeApi } from '../api/make-api.ts';
import { makeTableClient } from '../aws-clients.ts';
import { readEnvironment } from '../environment.ts';
import { makeLog } from '../log.ts';
import { makeAttendanceEndpoints } from './endpoints.ts';
import { makeDynamoRecords } from './records.ts';

const environment = readEnvironment('TABLE_NAME', 'SITES');
const table = { client: makeTableClient(), tableName: environment.TABLE_NAME };

const endpoints = makeAttendanceEndpoints({
  records: makeDynamoRecords(table),
  sites: environment.SITES,
  now: Date.now,
});

/** GET /me, /attendance/now, /attendance/punches and /sightings. */
export const handler = handle(
  makeApi<'attendance'>(endpoints, { findLink: makeFindLink(table), log: makeLog('attendance') }),
);
