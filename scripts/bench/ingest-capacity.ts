import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { v7 as uuidv7 } from 'uuid';
import { golden } from '#contract/golden.ts';
import { makeBootClocks } from '../../cloud/functions/ingest/boot-clocks.ts';
import { makeDynamoLedger } from '../../cloud/functions/ingest/dynamo-ledger.ts';
import { makeIngest } from '../../cloud/functions/ingest/ingest.ts';
import { tinyJpeg } from '../../cloud/functions/jpeg-for-tests.ts';
import { makeSiteDirectory } from '../../cloud/functions/sites/site-directory.ts';
import { makeDynamoSearchGuard } from '../../cloud/functions/usage/search-guard.ts';
import { config } from '../../rollcall.config.ts';
import { countCapacity } from './count-capacity.ts';
import { type Enrolled, withPeople } from './enrolled.ts';
import type { Measurement } from './figures.ts';

const sightings = 100;
const minuteMs = 60_000;
const silent = { info: () => {}, warn: () => {}, error: () => {} };

/**
 * What one sighting that becomes a punch asks of the table once ingest is warm: requests (the most of any), and the capacity units
 * that DynamoDB would bill (the mean). The ledger is the real one, with a client that asks for the consumed capacity.
 */
export const ingestCapacity: Measurement = {
  figures: ['ingest.requests', 'ingest.write_units', 'ingest.read_units'],
  async measure(report) {
    const used = await withPeople(10, measureSightings);
    const mean = (of: (one: Used) => number): number =>
      Math.round((used.reduce((sum, one) => sum + of(one), 0) / used.length) * 10) / 10;
    const most = Math.max(...used.map(({ requests }) => requests));
    report({ name: 'ingest.requests', value: most, unit: 'requests/sighting' });
    report({ name: 'ingest.write_units', value: mean(({ writeUnits }) => writeUnits), unit: 'WCU' });
    report({ name: 'ingest.read_units', value: mean(({ readUnits }) => readUnits), unit: 'RCU' });
  },
};

type Used = { requests: number; readUnits: number; writeUnits: number };

const measureSightings = async ({ installation, people, doors }: Enrolled): Promise<readonly Used[]> => {
  const { cloud } = installation;
  const [door] = await doors(1);
  const thing = door?.identity.thingName ?? '';
  let used: Used = { requests: 0, readUnits: 0, writeUnits: 0 };
  const client = new DynamoDBClient({
    endpoint: cloud.awsUrl,
    region: cloud.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  countCapacity(client, (command, units) => {
    used.requests += 1;
    if (/^(Get|BatchGet|Query)/.test(command)) used.readUnits += units;
    else used.writeUnits += units;
  });
  const table = {
    client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    tableName: cloud.outputs.TableName ?? '',
  };
  const ledger = makeDynamoLedger(table, Date.now);
  const sites = makeSiteDirectory({ table, configured: config.sites, now: Date.now });
  const all: Used[] = [];
  let personId = '';
  const ingest = makeIngest({
    ledger,
    clocks: makeBootClocks({ ledger, sites, log: silent }),
    searchFaces: async () => ({ kind: 'faces', candidates: [{ personId, similarity: 99.9 }] }),
    sendVerdict: async () => {},
    sites,
    guard: makeDynamoSearchGuard(table, config.searches, Date.now),
    log: silent,
    metrics: { put: () => {} },
    now: Date.now,
  });
  for (let n = 0; n <= sightings; n += 1) {
    used = { requests: 0, readUnits: 0, writeUnits: 0 };
    personId = people[n % people.length]?.id ?? '';
    await ingest(eventOf(thing, n), () => minuteMs);
    // The first one learns the door and the clock of its boot.
    if (n > 0) all.push(used);
  }
  return all;
};

/** A rule's event for a passage some minutes after the one before, so that each of them counts. */
const eventOf = (thing: string, n: number): unknown => {
  const at = Date.now() - (sightings - n) * 3 * minuteMs;
  const capturedAt = new Date(at).toISOString();
  const facts = {
    ...golden('sighting'),
    passageId: uuidv7({ msecs: at }),
    seq: n + 1,
    capturedAt,
    track: { frames: 8, first: capturedAt, last: capturedAt },
  };
  return {
    image: tinyJpeg(200, 240).toString('base64'),
    sighting: JSON.stringify(facts),
    thingName: thing,
    receivedAt: Date.now(),
  };
};
