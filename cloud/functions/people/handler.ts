import { randomUUID } from 'node:crypto';
import { handle } from 'hono/aws-lambda';
import { makeFindLink } from '../api/find-link.ts';
import { makeApi } from '../api/make-api.ts';
import { makeRekognitionClient, makeTableClient } from '../aws-clients.ts';
import { readEnvironment } from '../environment.ts';
import { makeLog } from '../log.ts';
import { makePeopleEndpoints } from './endpoints.ts';
import { makeRekognitionFaceIndex } from './face-index.ts';
import { makeDynamoPeople } from './people-store.ts';

const environment = readEnvironment('TABLE_NAME', 'COLLECTION_ID', 'SITES');
const table = { client: makeTableClient(), tableName: environment.TABLE_NAME };

const endpoints = makePeopleEndpoints({
  people: makeDynamoPeople(table),
  faces: makeRekognitionFaceIndex(makeRekognitionClient(), environment.COLLECTION_ID),
  sites: environment.SITES,
  newPersonId: () => `p-${randomUUID()}`,
  now: Date.now,
});

/** GET and POST /people, POST /people/{id}/faces, PUT /users/{sub}. */
export const handler = handle(
  makeApi<'people'>(endpoints, { findLink: makeFindLink(table), log: makeLog('people') }),
);
