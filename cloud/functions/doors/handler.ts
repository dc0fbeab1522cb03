import { handle } from 'hono/aws-lambda';
import { makeDynamoAudit } from '../api/audit.ts';
import { makeDynamoOnce } from '../api/dynamo-once.ts';
import { makeFindLink } from '../api/find-link.ts';
import { makeApi } from '../api/make-api.ts';
import { makeTableClient } from '../aws-clients.ts';
import { readEnvironment } from '../environment.ts';
import { makeLog } from '../log.ts';
import { createCode } from '../one-time-code.ts';
import { makeSiteDirectory } from '../sites/site-directory.ts';
import { makeDynamoDoors } from './door-store.ts';
import { makeDoorsEndpoints } from './endpoints.ts';

const environment = readEnvironment('TABLE_NAME', 'SITES', 'STAGE');
const table = { client: makeTableClient(), tableName: environment.TABLE_NAME };

const endpoints = makeDoorsEndpoints({
  doors: makeDynamoDoors(table),
  stage: environment.STAGE,
  sites: makeSiteDirectory({ table, configured: environment.SITES, now: Date.now }),
  newCode: createCode,
  now: Date.now,
});

/** GET and POST /doors, and GET /openapi.json. */
export const handler = handle(
  makeApi<'doors'>(endpoints, {
    findLink: makeFindLink(table),
    once: makeDynamoOnce(table, Date.now),
    audit: makeDynamoAudit(table, Date.now),
    log: makeLog('doors'),
  }),
);
