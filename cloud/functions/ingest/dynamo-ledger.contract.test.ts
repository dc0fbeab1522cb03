import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { golden } from '#contract/golden.ts';
import type { Verdict } from '#contract/verdict.ts';
import { tinyJpeg } from '../jpeg-for-tests.ts';
import { rollcallTableForTests } from '../rollcall-table-for-tests.ts';
import { dayKey, doorKey, type Key, personKey, punchKey } from '../table/keys.ts';
import { makeDynamoLedger } from './dynamo-ledger.ts';
import { makeIngest } from './ingest.ts';

const table = rollcallTableForTests();
const thing = 'rollcall-dev-demo-1';
const site = {
  id: 'main',
  name: 'Main office',
  timeZone: 'Europe/Berlin',
  acceptSimilarity: 99,
  margin: 2,
  duplicatePunchMinutes: 2,
  photoPolicy: 'never' as const,
};
const silent = { info: () => {}, warn: () => {}, error: () => {} };
const first = golden('sighting');
const passageId = (n: number) => `01932f6e-8f2a-7c31-9d4e-${String(n).padStart(12, '0')}`;

let similarity: number;
let verdicts: Verdict[];
let ingest: (event: unknown) => Promise<void>;

const put = (key: Key, item: object) => {
  const { client, tableName } = table.access();
  return client.send(new PutCommand({ TableName: tableName, Item: { ...key, ...item } }));
};
const get = async (key: Key) => {
  const { client, tableName } = table.access();
  return (await client.send(new GetCommand({ TableName: tableName, Key: key }))).Item;
};

beforeEach(async () => {
  similarity = 99.97;
  verdicts = [];
  await put(doorKey(thing), { thing, serial: 'demo-1', name: 'Front door', site: 'main', direction: 'auto' });
  await put(personKey('p-ada'), {
    id: 'p-ada',
    name: 'Ada Example',
    number: '1',
    site: 'main',
    status: 'active',
    consent: { version: '1', language: 'en', at: '2026-11-01T08:00:00.000Z', by: 'hr' },
    createdAt: '2026-11-01T08:00:00.000Z',
  });
  ingest = makeIngest({
    ledger: makeDynamoLedger(table.access(), Date.now),
    sites: [site],
    log: silent,
    searchFaces: async () => ({ kind: 'faces', candidates: [{ personId: 'p-ada', similarity }] }),
    sendVerdict: async (_thing, verdict) => {
      verdicts.push(verdict);
    },
  });
  table.asked();
});

const event = (change: object = {}) => ({
  image: tinyJpeg(200, 240).toString('base64'),
  sighting: JSON.stringify({ ...first, ...change }),
  thingName: thing,
  receivedAt: Date.parse('2026-11-23T07:58:13.000Z'),
});
const at = (time: string, n: number) =>
  event({ passageId: passageId(n), capturedAt: `2026-11-23T${time}.000Z` });
const day = () => get(dayKey('p-ada', '2026-11-23'));

describe('the ledger on DynamoDB', () => {
  it('takes three requests for a punch once the door is known, and two for a stranger', async () => {
    await ingest(at('07:00:00', 1));
    expect(await table.requests(() => ingest(at('12:00:00', 2)))).toBe(3);
    similarity = 90;
    expect(await table.requests(() => ingest(at('13:00:00', 3)))).toBe(2);
  });

  it('asks for exactly the grants that the stack gives to ingest', async () => {
    await ingest(at('08:01:00', 2));
    await ingest(at('08:00:00', 1)); // arrives late, so that the first one has to be rewritten
    expect(table.asked()).toEqual([
      'BatchGetItem',
      'ConditionCheckItem',
      'GetItem',
      'PutItem',
      'Query',
      'UpdateItem',
    ]);
  });

  it('gives one punch when the same sighting is delivered many times at once', async () => {
    await Promise.all(Array.from({ length: 6 }, () => ingest(event())));
    expect(await day()).toMatchObject({ version: 1, punches: [{ id: first.passageId }] });
    expect(verdicts).toEqual(Array(6).fill(golden('verdict-matched')));
  });

  it('loses no punch when several passages of a person arrive at once', async () => {
    const times = ['08:00:00', '09:00:00', '10:00:00', '11:00:00'];
    await Promise.all(times.map((time, n) => ingest(at(time, n))));
    const { version, punches } = (await day()) as { version: number; punches: { direction: string }[] };
    expect(version).toBe(4);
    expect(punches.map(({ direction }) => direction)).toEqual(['in', 'out', 'in', 'out']);
  });

  it('rewrites what the day makes of an earlier punch, and nothing else of it', async () => {
    await ingest(at('08:01:00', 2));
    const key = punchKey('p-ada', '2026-11-23T08:01:00.000Z', passageId(2));
    const before = await get(key);
    await ingest(at('08:00:00', 1));
    expect(await get(key)).toEqual({ ...before, suppressedBy: passageId(1) });
  });

  it('writes nothing of a person whose consent went after it was read', async () => {
    const ledger = makeDynamoLedger(table.access(), Date.now);
    const racing = makeIngest({
      ledger: {
        ...ledger,
        commit: async (settlement) => {
          const { client, tableName } = table.access();
          const withdraw = {
            TableName: tableName,
            Key: personKey('p-ada'),
            UpdateExpression: 'REMOVE consent',
          };
          await client.send(new UpdateCommand(withdraw));
          return ledger.commit(settlement);
        },
      },
      sites: [site],
      log: silent,
      searchFaces: async () => ({ kind: 'faces', candidates: [{ personId: 'p-ada', similarity }] }),
      sendVerdict: async (_thing, verdict) => {
        verdicts.push(verdict);
      },
    });
    await racing(event());
    expect(await day()).toBeUndefined();
    expect(verdicts).toMatchObject([{ outcome: 'unknown', reason: 'no_consent' }]);
  });
});
