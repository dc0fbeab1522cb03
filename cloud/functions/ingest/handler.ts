import { setTimeout as sleep } from 'node:timers/promises';
import { makeIotDataClient, makeSearchClient, makeTableClient } from '../aws-clients.ts';
import { readEnvironment } from '../environment.ts';
import { makeLog } from '../log.ts';
import { makeMetrics } from '../metrics.ts';
import { makeSiteDirectory } from '../sites/site-directory.ts';
import { makeDynamoSearchGuard } from '../usage/search-guard.ts';
import { makeBootClocks } from './boot-clocks.ts';
import { makeDynamoLedger } from './dynamo-ledger.ts';
import { makeIngest } from './ingest.ts';
import { makeIotVerdicts } from './iot-verdicts.ts';
import { makePatientSearch } from './patient-search.ts';
import { makeHandler } from './redrive.ts';
import { makeRekognitionSearch } from './rekognition-search.ts';

const environment = readEnvironment('TABLE_NAME', 'COLLECTION_ID', 'SITES', 'SEARCH_BUDGET', 'STAGE');
const { SEARCH_BUDGET: budget, STAGE: stage } = environment;
const now = Date.now;
const log = makeLog('ingest');
const metrics = makeMetrics({ stage, now, write: (line) => process.stdout.write(line) });
const table = { client: makeTableClient(), tableName: environment.TABLE_NAME };
const ledger = makeDynamoLedger(table, now);
const sites = makeSiteDirectory({ table, configured: environment.SITES, now });
const search = makeRekognitionSearch(makeSearchClient(), environment.COLLECTION_ID);

const ingest = makeIngest({
  ledger,
  clocks: makeBootClocks({ ledger, sites, log }),
  searchFaces: makePatientSearch({ search, sleep, random: Math.random, metrics, log }),
  sendVerdict: makeIotVerdicts(makeIotDataClient()),
  sites,
  guard: makeDynamoSearchGuard(table, budget, now),
  log,
  metrics,
  now,
});

/**
 * Both IoT rules call this function asynchronously, so that what it throws is tried again by Lambda; after that the event comes
 * back through the on-failure queue.
 */
export const handler = makeHandler({ ingest, log });
