import { handle } from 'hono/aws-lambda';
import { makeTableClient } from '../aws-clients.ts';
import { readEnvironment } from '../environment.ts';
import { makeLog } from '../log.ts';
import { filesAsBytes, makeAttendanceApi } from './attendance-api.ts';

const environment = readEnvironment('TABLE_NAME', 'SITES', 'SEARCH_BUDGET');

/** Reading attendance, and corrections of it. */
export const handler = handle(
  makeAttendanceApi({
    table: { client: makeTableClient(), tableName: environment.TABLE_NAME },
    configuredSites: environment.SITES,
    budget: environment.SEARCH_BUDGET,
    now: Date.now,
    log: makeLog('attendance'),
  }),
  filesAsBytes,
);
