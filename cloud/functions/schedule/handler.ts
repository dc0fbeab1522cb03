import { handle } from 'hono/aws-lambda';
import { makeFindLink } from '../api/find-link.ts';
import { makeApi } from '../api/make-api.ts';
import { makeTableClient } from '../aws-clients.ts';
import { readEnvironment } from '../environment.ts';
import { makeLog } from '../log.ts';
import { makeScheduleEndpoints } from './endpoints.ts';

const environment = readEnvironment('TABLE_NAME', 'SITES');
const table = { client: makeTableClient(), tableName: environment.TABLE_NAME };

export const handler = handle(
  makeApi<'schedule'>(makeScheduleEndpoints(), { findLink: makeFindLink(table), log: makeLog('schedule') }),
);
