import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { golden } from '#contract/golden.ts';
import type { Verdict } from '#contract/verdict.ts';
import { rollcallTableForTests } from '../rollcall-table-for-tests.ts';
import { StoredReceipt } from '../table/items.ts';
import {
  bootKey,
  dayKey,
  doorKey,
  doorSequencePartition,
  type Key,
  personKey,
  punchKey,
  receiptKey,
  seqPosition,
  sightingKey,
  untimedKey,
} from '../table/keys.ts';
import { makeDynamoLedger } from './dynamo-ledger.ts';
import {
  ada,
  event,
  first,
  ingestOver,
  passageEvent,
  passageId,
  thing,
  unhurried,
} from './ingest-for-tests.ts';
import type { Ledger } from './ledger.ts';

const table = rollcallTableForTests();

let similarity: number;
let verdicts: Verdict[];
let ledger: Ledger;
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
  ledger = makeDynamoLedger(table.access(), Date.now);
  ingest = over(ledger);
  table.asked();
});

/** Ingest in an execution environment of its own, in which nothing is remembered yet. */
const over = (used: Ledger) => {
  const run = ingestOver(used, {
    searchFaces: async () => ({ kind: 'faces', candidates: [{ personId: 'p-ada', similarity }] }),
    sendVerdict: async (_thing, verdict) => {
      verdicts.push(verdict);
    },
  });
  return (delivered: unknown) => run(delivered, unhurried);
};

const at = (time: string, n: number, thingName = thing) =>
  event({ passageId: passageId(n), capturedAt: `2026-11-23T${time}.000Z` }, { thingName });
/** Nine minutes after the boot of the golden sighting, by a door that thinks it is 1970. */
const unsynced = (n: number) =>
  event({
    passageId: passageId(n),
    seq: n,
    clock: 'unsynced',
    capturedAt: '1970-01-01T00:09:00.000Z',
    monotonicMs: 540_000,
  });
const day = () => get(dayKey('p-ada', '2026-11-23'));

describe('the ledger on DynamoDB', () => {
  it('takes three requests for a punch once the door is known, and two for a stranger', async () => {
    await ingest(at('07:00:00', 1));
    expect(await table.requests(() => ingest(at('12:00:00', 2)))).toBe(3);
    similarity = 90;
    expect(await table.requests(() => ingest(at('13:00:00', 3)))).toBe(2);
  });

  it('takes two requests for a redelivery of a punch, and one for any other', async () => {
    await ingest(at('07:00:00', 1));
    expect(await table.requests(() => ingest(at('07:00:00', 1)))).toBe(2);
    similarity = 90;
    await ingest(at('08:00:00', 2));
    expect(await table.requests(() => ingest(at('08:00:00', 2)))).toBe(1);
  });

  it('asks for exactly the grants that ingest needs', async () => {
    await ingest(unsynced(3)); // waits for the clock of its boot
    await ingest(at('08:01:00', 2));
    await ingest(at('08:00:00', 1)); // arrives late, so that the first one has to be rewritten
    expect(table.asked()).toEqual([
      'BatchGetItem',
      'ConditionCheckItem',
      'DeleteItem',
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
    const racing = over({
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
    });
    await racing(event());
    expect(await day()).toBeUndefined();
    expect(verdicts).toMatchObject([{ outcome: 'unknown', reason: 'no_consent' }]);
  });

  it('suppresses across midnight when both sides of it arrive at once, or the later one first', async () => {
    const late = event({ passageId: passageId(1), capturedAt: '2026-11-23T22:59:30.000Z' });
    const early = event({ passageId: passageId(2), capturedAt: '2026-11-23T23:00:30.000Z' });
    await Promise.all([ingest(early), ingest(late)]);
    expect(await day()).toMatchObject({ punches: [{ id: passageId(1), suppressedBy: null }] });
    expect(await get(dayKey('p-ada', '2026-11-24'))).toMatchObject({
      punches: [{ id: passageId(2), suppressedBy: passageId(1), direction: 'in' }],
      state: null,
    });
    expect(await get(punchKey('p-ada', '2026-11-23T23:00:30.000Z', passageId(2)))).toMatchObject({
      suppressedBy: passageId(1),
    });
  });

  it('counts a sighting without a time once its boot’s clock is known, in any execution environment', async () => {
    await ingest(unsynced(1));
    expect(await day()).toBeUndefined();
    const bootId = String(first.bootId);
    expect(await get(untimedKey(thing, bootId, 1))).toMatchObject({
      passageId: passageId(1),
      monotonicMs: 540_000,
    });

    await over(makeDynamoLedger(table.access(), Date.now))(event());
    const bootedAt = Date.parse(String(first.capturedAt)) - Number(first.monotonicMs);
    const capturedAt = new Date(Math.round(bootedAt) + 540_000).toISOString();
    expect(await get(bootKey(thing, bootId))).toMatchObject({
      offsetMs: Math.round(bootedAt),
      source: 'synced',
    });
    expect(await get(sightingKey(passageId(1), 1))).toMatchObject({
      capturedAt,
      clock: 'corrected',
    });
    expect(await day()).toMatchObject({
      punches: [{ id: first.passageId }, { id: passageId(1), at: capturedAt }],
    });
    expect(await get(untimedKey(thing, bootId, 1))).toBeUndefined();
  });

  it('keeps the first clock of a boot, and a synced one over any other', async () => {
    const learn = (offsetMs: number, source: 'synced' | 'receipt') =>
      ledger.learnBoot(thing, 'boot', { offsetMs, source });
    expect(await learn(1, 'receipt')).toMatchObject({ offsetMs: 1 });
    expect(await learn(2, 'receipt')).toMatchObject({ offsetMs: 1 });
    expect(await learn(3, 'synced')).toMatchObject({ offsetMs: 3 });
    expect(await learn(4, 'synced')).toMatchObject({ offsetMs: 3 });
    expect(await learn(5, 'receipt')).toMatchObject({ offsetMs: 3 });
    expect(await ledger.findBoot(thing, 'boot')).toMatchObject({ offsetMs: 3, source: 'synced' });
  });

  it('tells of every delivery of a door by its sequence number: settled, refused, without a picture, or waiting', async () => {
    const failing = ingestOver(ledger, {
      searchFaces: () => Promise.reject(new Error('down')),
      sendVerdict: async () => {},
    });
    await ingest(at('08:00:00', 1)); // 41, as every one that says nothing else
    await ingest(event({ seq: 9, passageId: passageId(9), v: 2 }));
    await ingest(passageEvent({ seq: 100 }));
    await expect(failing(event({ seq: 42, passageId: passageId(2) }), unhurried)).rejects.toThrow();
    await ingest(event({ seq: 43, passageId: passageId(3) }, { thingName: 'rollcall-dev-demo-2' }));

    const { client, tableName } = table.access();
    const arrived = async (from: number, to: number) => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: 'gsi2',
          KeyConditionExpression: 'gsi2pk = :door AND gsi2sk BETWEEN :from AND :to',
          ExpressionAttributeValues: {
            ':door': doorSequencePartition(thing),
            ':from': seqPosition(from),
            ':to': seqPosition(to + 1),
          },
        }),
      );
      return Items.map((item) => item.seq as number);
    };
    expect(await arrived(0, 100)).toEqual([9, 41, 42, 100]);
    expect(await arrived(10, 99)).toEqual([41, 42]);
    expect(await arrived(42, 42)).toEqual([42]);
    const receipt = await get(receiptKey(passageId(2), 1));
    expect(StoredReceipt.parse(receipt)).toMatchObject({ thing, seq: 42, code: 'call_failed' });
    expect(receipt?.ttl).toBe(Date.parse('2026-12-13T07:58:13.000Z') / 1000);
  });
});
