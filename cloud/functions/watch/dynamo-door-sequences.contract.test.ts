import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeBootClocks } from '../ingest/boot-clocks.ts';
import { makeDynamoLedger } from '../ingest/dynamo-ledger.ts';
import {
  ada,
  doorItem,
  event,
  first,
  ingestOver,
  passageEvent,
  passageId,
  silent,
  site,
  unhurried,
} from '../ingest/ingest-for-tests.ts';
import { sitesOf } from '../ingest/surroundings-for-tests.ts';
import { rollcallTableForTests } from '../rollcall-table-for-tests.ts';
import { StoredDay } from '../table/items.ts';
import {
  dayKey,
  doorKey,
  gapKey,
  inDoorSequence,
  type Key,
  personKey,
  receiptKey,
  sequenceKey,
} from '../table/keys.ts';
import { makeDynamoDoorSequences } from './dynamo-door-sequences.ts';
import { makeNoteReport } from './note-report.ts';
import { makeWatch } from './watch.ts';
import { reportAt, thing, WatchForTests } from './watch-for-tests.ts';

const table = rollcallTableForTests();
const put = (key: Key, item: object) => {
  const { client, tableName } = table.access();
  return client.send(new PutCommand({ TableName: tableName, Item: { ...key, ...item } }));
};
const get = async (Key: Key) => {
  const { client, tableName } = table.access();
  return (await client.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }))).Item;
};
const sequences = (reading?: { pageSize: number; maxPages: number }) =>
  makeDynamoDoorSequences(table.access(), reading);

/** The gap detector on the table; what arrives is put there by ingest. */
const detector = () => new WatchForTests({ sequences: sequences() });

/** The ledger of ingest, and ingest whose search works or does not. */
const ledger = () => makeDynamoLedger(table.access(), Date.now);
const delivers = async (deliveredAt: number, ...events: ((deliveredAt: number) => object)[]) => {
  const ingest = ingestOver(ledger(), {
    searchFaces: async () => ({ kind: 'no_face' }),
    sendVerdict: async () => {},
  });
  for (const each of events) await ingest(each(deliveredAt), unhurried);
};
const sighting =
  (seq: number, change: object = {}) =>
  (receivedAt: number) =>
    event({ seq, passageId: passageId(seq), ...change }, { receivedAt });
const stub = (seq: number) => (receivedAt: number) =>
  passageEvent({ seq, passageId: passageId(seq), reason: 'evicted' }, { receivedAt });
const fails = async (seq: number, receivedAt: number) => {
  const failing = ingestOver(ledger(), {
    searchFaces: () => Promise.reject(new Error('down')),
    sendVerdict: async () => {},
  });
  await expect(failing(sighting(seq)(receivedAt), unhurried)).rejects.toThrow();
};

beforeEach(async () => {
  await put(doorKey(thing), doorItem(thing));
  await put(personKey(ada.id), ada);
  table.asked();
});

describe('the gap detector on DynamoDB', () => {
  it('misses what ingest never had, and nothing that it settled, refused, got without a picture or will try again', async () => {
    const door = detector();
    const { nowMs } = door;
    await delivers(nowMs, sighting(1), sighting(1), stub(2), sighting(3, { quality: 'none' }), sighting(9));
    await fails(4, nowMs);
    await door.report(10);
    await door.minutes(3);
    expect(door.announced).toMatchObject([{ thing, missing: [{ from: 5, to: 8 }] }]);
    expect(door.raised).toEqual(['5-8']);

    // The one that failed is settled at last, and of the missing ones all but one come.
    await delivers(nowMs, sighting(4), sighting(5), sighting(6), stub(8));
    await door.minutes(1);
    const noticedAt = new Date(nowMs).toISOString();
    expect(await get(gapKey(thing, noticedAt, 5))).toMatchObject({
      missing: [{ from: 7, to: 7 }],
      raised: [{ from: 5, to: 8 }],
      raisedAt: new Date(nowMs + 2 * 60_000).toISOString(),
      announcedAt: new Date(nowMs + 2 * 60_000).toISOString(),
      gsi2pk: 'GAPS#OPEN',
      ttl: nowMs / 1000 + 120 + 90 * 86_400,
    });
    await fails(7, nowMs);
    await door.minutes(2);
    expect(door.closed).toEqual(['5-8']);
    const closed = await get(gapKey(thing, noticedAt, 5));
    expect(closed).toMatchObject({ missing: [], closedAt: new Date(nowMs + 5 * 60_000).toISOString() });
    expect(closed).not.toHaveProperty('gsi2pk');
    expect(door.logged.at(-1)).toMatchObject({ event: 'gaps.checked', open: 0 });
  });

  it('leaves nothing of what was on its way when a door reported', async () => {
    const door = detector();
    await door.report(3);
    await expect(sequences().openGaps('')).resolves.toMatchObject([{ missing: [{ from: 1, to: 2 }] }]);
    await delivers(door.nowMs, sighting(1), sighting(2));
    await door.minutes(2);
    await expect(sequences().openGaps('')).resolves.toEqual([]);
    expect(await get(gapKey(thing, new Date(door.nowMs - 120_000).toISOString(), 1))).toBeUndefined();
    expect(door.raised).toEqual([]);
  });

  it('does not let a door say everything while a delivery waits to be tried again', async () => {
    const door = detector();
    const said = async () => (await get(sequenceKey(thing)))?.syncedThrough;
    await door.report(1, { clock: 'synced' });
    const before = await said();
    expect(before).toBe(new Date(door.nowMs).toISOString());

    await delivers(door.nowMs, sighting(1));
    await fails(2, door.nowMs);
    door.nowMs += 60_000;
    await door.report(3, { clock: 'synced' });
    expect(await said()).toBe(before);

    await delivers(door.nowMs, sighting(2));
    door.nowMs += 60_000;
    await door.report(3, { clock: 'synced' });
    expect(await said()).toBe(new Date(door.nowMs).toISOString());
    expect(await get(receiptKey(passageId(2), 1))).toBeUndefined();
  });

  it('keeps what a door last reported', async () => {
    const door = detector();
    await delivers(door.nowMs, sighting(1), sighting(2));
    await door.report(3, { waiting: 4 });
    expect(await get(sequenceKey(thing))).toMatchObject({
      thing,
      undelivered: 3,
      waiting: 4,
      verified: 3,
      reportedAt: new Date(door.nowMs).toISOString(),
    });
  });

  it('takes three requests for a report when nothing is missing, and one for a check', async () => {
    const door = detector();
    await delivers(door.nowMs, sighting(1));
    await door.report(2);
    await delivers(door.nowMs, sighting(2));
    door.nowMs += 60_000;
    expect(await table.requests(() => door.report(3))).toBe(3);
    expect(await table.requests(() => door.check())).toBe(1);
  });

  it('does not take what a door delivered under the same numbers before it began to count anew', async () => {
    const door = detector();
    await delivers(door.nowMs, ...[1, 2, 3, 4, 5].map((seq) => sighting(seq)));
    door.nowMs += 1_000;
    await door.report(6);
    const bootId = '018f8c5a-0000-7000-8000-000000000002';
    door.nowMs += 3_600_000;
    await door.report(1, { bootId, monotonicMs: 10 });
    const again = [1, 4].map((seq) => sighting(seq, { passageId: passageId(100 + seq) }));
    await delivers(door.nowMs + 1_000, ...again);
    door.nowMs += 60_000;
    await door.report(5, { bootId, monotonicMs: 60_010 });
    await door.minutes(3);
    expect(door.raised).toEqual(['2-3']);
  });

  it('raises and tells once when reports and checks come several at a time', async () => {
    const door = detector();
    await delivers(door.nowMs, sighting(1), sighting(4));
    await Promise.all([door.report(5), door.report(5), door.report(5)]);
    door.nowMs += 120_000;
    await Promise.all([door.check(), door.check(), door.check()]);
    await door.minutes(2);
    expect(door.announced).toMatchObject([{ missing: [{ from: 2, to: 3 }] }]);
    expect(door.raised).toEqual(['2-3']);
  });

  it('looks through a long stretch in pieces, and finds the same', async () => {
    const lost = [7, 20, 21, 44];
    const arrived = Array.from({ length: 45 }, (_, n) => n + 1).filter((seq) => !lost.includes(seq));
    for (const seq of arrived) {
      // One number may be there many times: more than one reading takes.
      for (let copy = 0; copy < (seq === 30 ? 12 : 1); copy += 1)
        await put(
          { pk: `PASSAGE#${seq}`, sk: `SIGHTING#${copy}` },
          { seq, ...inDoorSequence(thing, seq, `${copy}`) },
        );
    }
    const pieces = sequences({ pageSize: 3, maxPages: 2 });
    const noteReport = makeNoteReport({ sequences: pieces, log: silent, now: () => 0 });
    const { report, reportedAt } = reportAt(Date.parse('2026-11-23T07:30:00.000Z'), 46);
    await noteReport(thing, report as never, new Date(reportedAt).toISOString());
    expect(await pieces.find(thing)).toMatchObject({ verified: 46 });
    const door = new WatchForTests({ sequences: pieces });
    await door.minutes(3);
    const told = door.announced.flatMap(({ missing }) => missing.map(({ from, to }) => [from, to]));
    expect(told.sort(([a = 0], [b = 0]) => a - b)).toEqual([
      [7, 7],
      [20, 21],
      [44, 44],
    ]);
  });
});

describe('a report of a door whose clock is set', () => {
  const bootId = String(first.bootId);
  const capturedAt = '1970-01-01T00:09:00.000Z';
  const untimed = sighting(1, { clock: 'unsynced', capturedAt, monotonicMs: 540_000 });

  it('counts what has waited for the clock of its boot, with the grants that the function has', async () => {
    const ingest = ingestOver(ledger(), {
      searchFaces: async () => ({ kind: 'faces', candidates: [{ personId: ada.id, similarity: 99.9 }] }),
      sendVerdict: async () => {},
    });
    const receivedAt = Date.parse('2026-11-23T08:30:00.000Z');
    await ingest(untimed(receivedAt), unhurried);
    expect(await get(dayKey(ada.id, '2026-11-23'))).toBeUndefined();
    table.asked();

    const fake = new WatchForTests();
    const watch = makeWatch({
      checkBudget: async () => {},
      sequences: sequences(),
      clocks: makeBootClocks({ ledger: ledger(), sites: sitesOf(site), log: silent }),
      announce: async () => {},
      log: silent,
      metrics: fake.metrics,
      now: () => receivedAt,
    });
    const synced = { bootId, clock: 'synced', monotonicMs: 1_000_000 } as const;
    await watch(reportAt(receivedAt, 3, synced));
    await watch({ kind: 'check-gaps', at: new Date(receivedAt + 120_000).toISOString() });
    await delivers(receivedAt, sighting(2));
    await watch(reportAt(receivedAt + 60_000, 5, { ...synced, monotonicMs: 1_060_000 }));
    await delivers(receivedAt, sighting(3), sighting(4));
    await watch({ kind: 'check-gaps', at: new Date(receivedAt + 240_000).toISOString() });

    const at = new Date(receivedAt - 1_000_000 + 540_000).toISOString();
    expect(StoredDay.parse(await get(dayKey(ada.id, '2026-11-23'))).punches).toMatchObject([
      { id: passageId(1), at },
    ]);
    expect(table.asked()).toEqual([
      'BatchGetItem',
      'ConditionCheckItem',
      'DeleteItem',
      'GetItem',
      'PutItem',
      'Query',
      'Query (gsi2)',
      'UpdateItem',
    ]);
  });
});
