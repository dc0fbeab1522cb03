import { GetCommand, PutCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeDynamoLedger } from '../ingest/dynamo-ledger.ts';
import {
  ada,
  doorItem,
  event,
  faces,
  ingestOver,
  passageId,
  site,
  thing,
  unhurried,
} from '../ingest/ingest-for-tests.ts';
import { rollcallTableForTests } from '../rollcall-table-for-tests.ts';
import { StoredStale } from '../table/attendance-items.ts';
import { staleKey, stalePartition } from '../table/attendance-keys.ts';
import type { TableAccess } from '../table/batch-get.ts';
import { StoredDay, StoredPunch } from '../table/items.ts';
import { dayKey, doorKey, type Key, personKey } from '../table/keys.ts';
import { makeDynamoPunchRecorder } from './dynamo-punch-recorder.ts';
import type { PunchRequest } from './punch-recorder.ts';

const table = rollcallTableForTests();

const put = (key: Key, item: object) => {
  const { client, tableName } = table.access();
  return client.send(new PutCommand({ TableName: tableName, Item: { ...key, ...item } }));
};
const get = async (Key: Key) => {
  const { client, tableName } = table.access();
  return (await client.send(new GetCommand({ TableName: tableName, Key }))).Item;
};
const under = async (pk: string, prefix = '') => {
  const { client, tableName } = table.access();
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
    }),
  );
  return Items;
};
const punches = async () =>
  (await under(personKey(ada.id).pk, 'PUNCH#')).map((item) => StoredPunch.parse(item));
const dayOf = async (date = '2026-11-23') => {
  const item = await get(dayKey(ada.id, date));
  return item === undefined ? undefined : StoredDay.parse(item);
};

const request = (change: Partial<PunchRequest> = {}): PunchRequest => ({
  id: 'browser-1',
  personId: ada.id,
  site,
  at: '2026-11-23T08:00:00.000Z',
  via: 'auto',
  source: 'browser',
  similarity: 99.5,
  needsConsent: true,
  ...change,
});
const pin = (change: Partial<PunchRequest> = {}): PunchRequest => {
  const { similarity: _, ...rest } = request({ source: 'manual', needsConsent: false, ...change });
  return rest;
};
const record = (asked: PunchRequest, access = table.access()) =>
  makeDynamoPunchRecorder(access).record(asked);
/** Ada passes the door. */
const passDoor = (n: number, time: string) =>
  ingestOver(makeDynamoLedger(table.access(), Date.now), {
    searchFaces: async () => faces([ada.id, 99.9]),
    sendVerdict: async () => {},
  })(event({ passageId: passageId(n), seq: n, capturedAt: `2026-11-23T${time}.000Z` }), unhurried);

beforeEach(async () => {
  await put(personKey(ada.id), ada);
  await put(doorKey(thing), doorItem(thing));
});

describe('recording a punch that no door made', () => {
  it('writes punch, day and the note that the day’s result is out of date, in two requests', async () => {
    expect(await table.requests(() => record(request()))).toBe(2);
    expect(await punches()).toEqual([
      {
        ...{ id: 'browser-1', personId: ada.id, site: 'main', at: '2026-11-23T08:00:00.000Z' },
        ...{ source: 'browser', via: 'auto', direction: 'in', similarity: 99.5 },
      },
    ]);
    expect(await dayOf()).toMatchObject({ version: 1, state: 'in' });
    expect(StoredStale.parse(await get(staleKey('main', ada.id, 'browser-1')))).toMatchObject({
      ...{ site: 'main', personId: ada.id, factId: 'browser-1' },
      instants: ['2026-11-23T08:00:00.000Z'],
      token: expect.any(String),
    });
  });

  it('asks for exactly the grants that a recorder needs', async () => {
    table.asked();
    await record(request());
    await record(request({ id: 'browser-2', at: '2026-11-23T07:59:00.000Z' })); // rewrites the first
    expect(table.asked()).toEqual(['BatchGetItem', 'ConditionCheckItem', 'PutItem', 'UpdateItem']);
  });

  it('answers an id that has its punch with that punch, however often and at once it is asked', async () => {
    const at = (n: number) => `2026-11-23T08:0${n}:00.000Z`;
    const outcomes = await Promise.all([0, 1, 2, 3].map((n) => record(request({ at: at(n) }))));
    const [only] = await punches();
    expect(await punches()).toHaveLength(1);
    expect(outcomes.map((outcome) => outcome.kind === 'recorded' && outcome.punch)).toEqual(
      Array(4).fill(only),
    );
    expect(outcomes.filter((outcome) => outcome.kind === 'recorded' && !outcome.repeated)).toHaveLength(1);
    expect(await dayOf()).toMatchObject({ version: 1 });
  });

  it('never answers with somebody else’s punch', async () => {
    await put(personKey('p-bao'), { ...ada, id: 'p-bao', number: '2' });
    await record(request());
    await expect(record(request({ personId: 'p-bao' }))).rejects.toMatchObject({
      code: 'punch_of_another_person',
    });
  });

  it.each([
    ['somebody who is not enrolled', null, request(), 'not_enrolled'],
    ['a face without consent', { ...ada, consent: undefined }, request(), 'no_consent'],
    ['somebody who has left', { ...ada, status: 'left' }, pin(), 'has_left'],
    ['somebody of another site', { ...ada, site: 'depot' }, pin(), 'other_site'],
  ] as const)('refuses %s and writes nothing', async (_, person, asked, why) => {
    const personId = person === null ? 'p-nobody' : ada.id;
    if (person !== null) await put(personKey(ada.id), person);
    expect(await record({ ...asked, personId })).toEqual({ kind: 'refused', why });
    expect(await punches()).toEqual([]);
  });

  it('asks for no consent where no face was used', async () => {
    await put(personKey(ada.id), { ...ada, consent: undefined });
    expect(await record(pin())).toMatchObject({ kind: 'recorded', punch: { source: 'manual' } });
  });

  it('writes nothing of a face whose consent went after it was read', async () => {
    const withdraw = () => put(personKey(ada.id), { ...ada, consent: undefined });
    expect(await record(request(), interrupted(withdraw))).toEqual({ kind: 'refused', why: 'no_consent' });
    expect(await punches()).toEqual([]);
  });

  it('suppresses over midnight, and rewrites the punch of the day after', async () => {
    await record(pin({ id: 'late', at: '2026-11-23T23:00:30.000Z' }));
    await record(pin({ id: 'early', at: '2026-11-23T22:59:30.000Z' }));
    expect(await dayOf('2026-11-24')).toMatchObject({ punches: [{ id: 'late', suppressedBy: 'early' }] });
    expect(await get(staleKey('main', ada.id, 'early'))).toMatchObject({
      instants: ['2026-11-23T22:59:30.000Z', '2026-11-23T23:00:30.000Z'],
    });
  });
});

describe('a door and a browser at the same time', () => {
  it('count once by the time at which they saw the person, whichever is recorded first', async () => {
    await Promise.all([passDoor(1, '08:00:30'), record(request())]);
    expect(await dayOf()).toMatchObject({
      version: 2,
      state: 'in',
      punches: [
        { id: 'browser-1', suppressedBy: null },
        { id: passageId(1), suppressedBy: 'browser-1' },
      ],
    });
    const suppressed = (await punches()).map(({ id, suppressedBy = null }) => [id, suppressedBy]);
    expect(suppressed).toEqual([
      ['browser-1', null],
      [passageId(1), 'browser-1'],
    ]);
    const notes = (await under(stalePartition('main'))).map(({ factId }) => factId as string);
    expect(notes.sort()).toEqual([passageId(1), 'browser-1'].sort());
  });

  it('keep both punches when a door’s is written between reading and writing', async () => {
    await record(
      request(),
      interrupted(() => passDoor(1, '07:59:30')),
    );
    expect(await dayOf()).toMatchObject({
      version: 2,
      punches: [
        { id: passageId(1), suppressedBy: null },
        { id: 'browser-1', suppressedBy: passageId(1) },
      ],
    });
  });

  it('would be seen to lose the door’s punch, if the write did not ask whether the day is as it was read', async () => {
    const { client, tableName } = interrupted(() => passDoor(1, '07:59:30'));
    await record(request(), { tableName, client: withoutVersions(client) });
    expect((await dayOf())?.punches.map(({ id }) => id)).toEqual(['browser-1']);
  });
});

type Client = TableAccess['client'];
type Send = (command: unknown) => Promise<unknown>;

const sendingWith = (client: Client, send: (command: unknown, pass: Send) => Promise<unknown>): Client => {
  const pass: Send = (command) => (client.send as unknown as Send).call(client, command);
  return new Proxy(client, {
    get: (target, name) =>
      name === 'send' ? (command: unknown) => send(command, pass) : Reflect.get(target, name),
  });
};

/** A table where something else happens just before the first transaction. */
function interrupted(happens: () => Promise<unknown>): TableAccess {
  const { client, tableName } = table.access();
  let left = 1;
  return {
    tableName,
    client: sendingWith(client, async (command, pass) => {
      if (command instanceof TransactWriteCommand && left-- > 0) await happens();
      return pass(command);
    }),
  };
}

/** A client that forgets what every put asks of a day. */
function withoutVersions(client: Client): Client {
  return sendingWith(client, async (command, pass) => {
    if (command instanceof TransactWriteCommand) {
      for (const { Put } of command.input.TransactItems ?? [])
        if (String(Put?.Item?.sk).startsWith('DAY#')) {
          delete Put?.ConditionExpression;
          delete Put?.ExpressionAttributeValues;
        }
    }
    return pass(command);
  });
}
