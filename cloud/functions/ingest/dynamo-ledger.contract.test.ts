import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { golden } from '#contract/golden.ts';
import type { Verdict } from '#contract/verdict.ts';
import { rollcallTableForTests } from '../rollcall-table-for-tests.ts';
import { dayKey, doorKey, type Key, personKey, punchKey } from '../table/keys.ts';
import { makeDynamoLedger } from './dynamo-ledger.ts';
import { makeIngest } from './ingest.ts';
import { ada, event, first, passageId, site, thing } from './ingest-for-tests.ts';

const table = rollcallTableForTests();
const silent = { info: () => {}, warn: () => {}, error: () => {} };

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
  for (const serial of ['demo-1', 'demo-2']) {
    const door = { thing: `rollcall-dev-${serial}`, serial, name: 'A door', site: 'main', direction: 'auto' };
    await put(doorKey(door.thing), door);
  }
  await put(personKey(ada.id), ada);
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

const at = (time: string, n: number, thingName = thing) =>
  event({ passageId: passageId(n), capturedAt: `2026-11-23T${time}.000Z` }, { thingName });
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

  it('counts once when two doors see a person at the same time, and keeps both punches', async () => {
    const other = 'rollcall-dev-demo-2';
    await Promise.all([ingest(at('08:00:00', 1)), ingest(at('08:00:01', 2, other))]);
    expect(await day()).toMatchObject({
      version: 2,
      state: 'in',
      punches: [
        { id: passageId(1), suppressedBy: null },
        { id: passageId(2), suppressedBy: passageId(1) },
      ],
    });
    expect(await get(punchKey('p-ada', '2026-11-23T08:00:01.000Z', passageId(2)))).toMatchObject({
      door: { thing: other },
      suppressedBy: passageId(1),
    });
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
