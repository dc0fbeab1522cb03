import { makeSnsClient, makeTableClient } from '../aws-clients.ts';
import { readEnvironment } from '../environment.ts';
import { makeBootClocks } from '../ingest/boot-clocks.ts';
import { makeDynamoLedger } from '../ingest/dynamo-ledger.ts';
import { makeLog } from '../log.ts';
import { makeMetrics } from '../metrics.ts';
import { makeDynamoDoorSequences } from './dynamo-door-sequences.ts';
import { makeSnsAnnounce } from './sns-announce.ts';
import { makeWatch } from './watch.ts';

const environment = readEnvironment('TABLE_NAME', 'SITES', 'STAGE', 'ALERTS_TOPIC_ARN');
const { SITES: sites, STAGE: stage } = environment;
const now = Date.now;
const log = makeLog('watch');
const table = { client: makeTableClient(), tableName: environment.TABLE_NAME };

/** The reports rule and the schedule call this function, asynchronously. */
export const handler = makeWatch({
  sequences: makeDynamoDoorSequences(table),
  clocks: makeBootClocks({ ledger: makeDynamoLedger(table, now), sites, log }),
  announce: makeSnsAnnounce(makeSnsClient(), environment.ALERTS_TOPIC_ARN),
  log,
  metrics: makeMetrics({ stage, now, write: (line) => process.stdout.write(line) }),
  now,
});
