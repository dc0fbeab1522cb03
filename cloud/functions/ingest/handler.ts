import { makeIotDataClient, makeRekognitionClient, makeTableClient } from '../aws-clients.ts';
import { readEnvironment } from '../environment.ts';
import { makeLog } from '../log.ts';
import { makeDynamoLedger } from './dynamo-ledger.ts';
import { makeIngest } from './ingest.ts';
import { makeIotVerdicts } from './iot-verdicts.ts';
import { makeRekognitionSearch } from './rekognition-search.ts';

const environment = readEnvironment('TABLE_NAME', 'COLLECTION_ID', 'SITES');

/** Both IoT rules call this function, asynchronously: what it throws is tried again by Lambda. */
export const handler = makeIngest({
  ledger: makeDynamoLedger({ client: makeTableClient(), tableName: environment.TABLE_NAME }, Date.now),
  searchFaces: makeRekognitionSearch(makeRekognitionClient(), environment.COLLECTION_ID),
  sendVerdict: makeIotVerdicts(makeIotDataClient()),
  sites: environment.SITES,
  log: makeLog('ingest'),
});
