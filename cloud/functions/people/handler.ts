import { randomUUID } from 'node:crypto';
import { handle } from 'hono/aws-lambda';
import { makeDynamoAudit } from '../api/audit.ts';
import { makeDynamoOnce } from '../api/dynamo-once.ts';
import { makeFindLink } from '../api/find-link.ts';
import { makeApi } from '../api/make-api.ts';
import { makeRekognitionClient, makeTableClient } from '../aws-clients.ts';
import { readEnvironment } from '../environment.ts';
import { makeLog } from '../log.ts';
import { makeDynamoPins } from '../pin/pin-store.ts';
import { makeSiteDirectory } from '../sites/site-directory.ts';
import { makePeopleEndpoints } from './endpoints.ts';
import { makeRekognitionFaceIndex } from './face-index.ts';
import { makeDynamoPeople } from './people-store.ts';
import { makeDynamoUserLinks } from './user-links.ts';

const environment = readEnvironment('TABLE_NAME', 'COLLECTION_ID', 'SITES');
const table = { client: makeTableClient(), tableName: environment.TABLE_NAME };

const endpoints = makePeopleEndpoints({
  people: makeDynamoPeople(table),
  users: makeDynamoUserLinks(table),
  pins: makeDynamoPins(table),
  faces: makeRekognitionFaceIndex(makeRekognitionClient(), environment.COLLECTION_ID),
  sites: makeSiteDirectory({ table, configured: environment.SITES, now: Date.now }),
  newPersonId: () => `p-${randomUUID()}`,
  now: Date.now,
});

/** People with their faces and PINs, and the links of users to people. */
export const handler = handle(
  makeApi<'people'>(endpoints, {
    findLink: makeFindLink(table),
    once: makeDynamoOnce(table, Date.now),
    audit: makeDynamoAudit(table, Date.now),
    log: makeLog('people'),
  }),
);
