import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { handle } from 'hono/aws-lambda';
import { makeDynamoAudit } from '../api/audit.ts';
import { makeDynamoOnce } from '../api/dynamo-once.ts';
import { makeFindLink } from '../api/find-link.ts';
import { makeApi } from '../api/make-api.ts';
import { makeSearchClient, makeTableClient } from '../aws-clients.ts';
import { readEnvironment, readRuntimeEnvironment } from '../environment.ts';
import { makePatientSearch } from '../ingest/patient-search.ts';
import { makeRekognitionSearch } from '../ingest/rekognition-search.ts';
import type { ImageSize } from '../jpeg.ts';
import { type DeliveryIds, makeLog } from '../log.ts';
import { makeMetrics } from '../metrics.ts';
import { makeDynamoPins } from '../pin/pin-store.ts';
import { makeTryPin } from '../pin/try-pin.ts';
import { makeDynamoPunchRecorder } from '../punches/dynamo-punch-recorder.ts';
import { makeSiteDirectory } from '../sites/site-directory.ts';
import { countSearch, monthAt } from '../usage/search-count.ts';
import { makeDynamoSearchGuard } from '../usage/search-guard.ts';
import { atKiosk, makeAttemptLimit, ofPerson } from './attempt-limit.ts';
import { makeDetectFaces } from './detect-faces.ts';
import { makeCheckInEndpoints } from './endpoints.ts';
import { makeDynamoCheckInRecords } from './records.ts';
import { makeS3Pictures } from './s3-pictures.ts';

const environment = readEnvironment(
  'TABLE_NAME',
  'COLLECTION_ID',
  'IMAGES_BUCKET',
  'SITES',
  'STAGE',
  'SEARCH_BUDGET',
);
const now = Date.now;
const log = makeLog('check-in');
const metrics = makeMetrics({ stage: environment.STAGE, now, write: (line) => process.stdout.write(line) });
const table = { client: makeTableClient(), tableName: environment.TABLE_NAME };
const rekognition = makeSearchClient();
const waiting = { sleep, random: Math.random, log };

const detectFaces = makeDetectFaces(rekognition);
const detect = makePatientSearch({
  ...waiting,
  search: ({ image, size }: { readonly image: Uint8Array; readonly size: ImageSize }) =>
    detectFaces(image, size),
  // Only searches are counted: they have a quota of their own.
  metrics: { put: () => {} },
});
const search = makePatientSearch({
  ...waiting,
  search: makeRekognitionSearch(rekognition, environment.COLLECTION_ID),
  metrics,
});
/** A line about a check-in that waits names it as a door's names its passage. */
const idsOf = (id: string): DeliveryIds => ({ thing: 'browser', passageId: id, attempt: 1, seq: null });

const endpoints = makeCheckInEndpoints({
  records: makeDynamoCheckInRecords(table),
  sites: makeSiteDirectory({ table, configured: environment.SITES, now }),
  punches: makeDynamoPunchRecorder(table),
  guard: makeDynamoSearchGuard(table, environment.SEARCH_BUDGET, now),
  countCall: (site) => countSearch(table, { month: monthAt(now()), site }),
  detectFaces: (image, size, { id, remainingMs }) => detect({ image, size }, remainingMs, idsOf(id)),
  searchFaces: (image, { id, remainingMs }) => search(image, remainingMs, idsOf(id)),
  pictures: makeS3Pictures(readRuntimeEnvironment(), environment.IMAGES_BUCKET),
  personLimit: makeAttemptLimit(table, ofPerson, now),
  kioskLimit: makeAttemptLimit(table, atKiosk, now),
  tryPin: makeTryPin({ pins: makeDynamoPins(table), now }),
  newId: () => `pin-${randomUUID()}`,
  log,
  now,
});

/** POST /check-in and /punches/pin. */
export const handler = handle(
  makeApi<'check-in'>(endpoints, {
    findLink: makeFindLink(table),
    once: makeDynamoOnce(table, now),
    audit: makeDynamoAudit(table, now),
    log,
  }),
);
