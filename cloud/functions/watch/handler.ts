import { makeSnsClient, makeTableClient } from '../aws-clients.ts';
import { readEnvironment } from '../environment.ts';
import { makeBootClocks } from '../ingest/boot-clocks.ts';
import { makeDynamoLedger } from '../ingest/dynamo-ledger.ts';
import { makeLog } from '../log.ts';
import { makeMetrics } from '../metrics.ts';
import { makeSiteDirectory } from '../sites/site-directory.ts';
import { readMonthUsage, sumOfSearches } from '../usage/month-usage.ts';
import { announcementOf, budgetAnnouncementOf } from './announcement.ts';
import { makeBudgetCheck } from './budget-check.ts';
import { makeDynamoDoorSequences } from './dynamo-door-sequences.ts';
import { makeDynamoToldOfBudget } from './dynamo-told-of-budget.ts';
import { makeSnsAnnounce } from './sns-announce.ts';
import { makeWatch } from './watch.ts';

const environment = readEnvironment('TABLE_NAME', 'SITES', 'SEARCH_BUDGET', 'STAGE', 'ALERTS_TOPIC_ARN');
const { SEARCH_BUDGET: budget, STAGE: stage } = environment;
const now = Date.now;
const log = makeLog('watch');
const table = { client: makeTableClient(), tableName: environment.TABLE_NAME };
const sites = makeSiteDirectory({ table, configured: environment.SITES, now });
const tell = makeSnsAnnounce(makeSnsClient(), environment.ALERTS_TOPIC_ARN);

/** The reports rule and the schedule call this function, asynchronously. */
export const handler = makeWatch({
  sequences: makeDynamoDoorSequences(table),
  clocks: makeBootClocks({ ledger: makeDynamoLedger(table, now), sites, log }),
  announce: (gap) => tell(announcementOf(gap)),
  checkBudget: makeBudgetCheck({
    budget,
    countedIn: async (month) => sumOfSearches(await readMonthUsage(table, month)),
    told: makeDynamoToldOfBudget(table),
    announce: (notice) => tell(budgetAnnouncementOf(notice)),
    log,
  }),
  log,
  metrics: makeMetrics({ stage, now, write: (line) => process.stdout.write(line) }),
  now,
});
