import { describe, expect, it } from 'vitest';
import type { Message } from '../message.ts';
import { reportsSql, sightingsSql } from '../testing/test-stack.ts';
import { compileStatement } from './statement.ts';

const now = 1_795_000_000_000;

const message = (payload: string | Buffer, overrides: Partial<Message> = {}): Message => ({
  topic: 'a/b',
  payload: Buffer.from(payload),
  qos: 1,
  retain: false,
  properties: { userProperties: new Map(), contentType: 'image/jpeg' },
  publisher: { clientId: 'door-1', principal: 'f00d' },
  ...overrides,
});

/** The value of one expression over a JSON payload. */
const evaluate = (expression: string, payload: unknown = {}) => {
  const sql = `SELECT ${expression} AS x FROM 'a/+'`;
  const selection = compileStatement(sql).select(message(JSON.stringify(payload)), 'a/b', now);
  return selection.kind === 'json' ? (selection.value as { x?: unknown }).x : selection;
};

describe('the sightings rule', () => {
  const topic = 'rollcall/v1/door-1/sightings';
  const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0x00]);

  it('makes a JSON event of a raw picture and its user property', () => {
    const userProperties = new Map([['sighting', ['{"v":1}', 'never this one']]]);
    const sent = message(jpeg, { properties: { userProperties } });
    expect(compileStatement(sightingsSql).select(sent, topic, now)).toEqual({
      kind: 'json',
      value: { image: '/9j/AA==', sighting: '{"v":1}', thingName: 'door-1', receivedAt: now },
      traceId: expect.any(String),
    });
  });

  it('leaves out the sighting when the user property is missing', () => {
    const selection = compileStatement(sightingsSql).select(message(jpeg), topic, now);
    expect(selection).toEqual({
      kind: 'json',
      value: { image: '/9j/AA==', thingName: 'door-1', receivedAt: now },
      traceId: expect.any(String),
    });
  });

  it('takes no other topic', () => {
    expect(compileStatement(sightingsSql).select(message(jpeg), 'rollcall/v1/door-1/passages', now)).toEqual({
      kind: 'skipped',
      reason: 'topic',
    });
  });
});

describe('the reports rule', () => {
  const topic = '$aws/things/rollcall-dev-7/shadow/name/agent/update/accepted';
  const select = (payload: unknown, on = topic) =>
    compileStatement(reportsSql).select(message(JSON.stringify(payload)), on, now);

  it('takes what a door reports, with the thing name from the topic', () => {
    const state = { reported: { undelivered: 4 }, desired: { volume: 2 } };
    expect(select({ state, version: 3 })).toMatchObject({
      kind: 'json',
      value: { report: { undelivered: 4 }, thingName: 'rollcall-dev-7', reportedAt: now },
    });
  });

  it.each([
    ['only what is desired', { state: { desired: { volume: 2 } } }],
    ['nothing at all', {}],
  ])('passes over an update of %s', (_, payload) => {
    expect(select(payload)).toEqual({ kind: 'skipped', reason: 'where' });
  });

  it.each([topic.replace('agent', 'other'), topic.replace('accepted', 'documents')])(
    'takes nothing from %s',
    (on) => {
      expect(select({ state: { reported: {} } }, on)).toEqual({ kind: 'skipped', reason: 'topic' });
    },
  );
});

describe('expressions', () => {
  it.each<[string, unknown]>([
    ["encode(*, 'base64')", Buffer.from('{"n":7,"o":{"p":"q"},"l":[1,2]}').toString('base64')],
    ["encode(n, 'base64')", 'Nw=='],
    ['n', 7],
    ['o.p', 'q'],
    ['o.missing', undefined],
    ['missing.deeper', undefined],
    ['constructor', undefined],
    ['get(l, 1)', 2],
    ['get(l, 2)', undefined],
    ['get(l, -1)', undefined],
    ["get(o, 'p')", 'q'],
    ["get('abc', 1)", 'b'],
    ['get(n, 0)', undefined],
    ["get(get_user_properties('x'), 0)", undefined],
    ["get_mqtt_property('content_type')", 'image/jpeg'],
    ['topic()', 'a/b'],
    ['topic(2)', 'b'],
    ['topic(3)', undefined],
    ['topic(0)', undefined],
    ['clientid()', 'door-1'],
    ['principal()', 'f00d'],
    ['timestamp()', now],
    ['accountid()', '000000000000'],
    ["concat('a', 1, 'b')", 'a1b'],
    ['length(o.p)', 1],
    ["upper('ab')", 'AB'],
    ["startswith(o.p, 'q')", true],
    ['isUndefined(missing)', true],
    ['isNull(missing)', false],
    ['n + 1 * 2', 9],
    ['(n + 1) * 2', 16],
    ['-n + 1', -6],
    ["n + 'x'", '7x'],
    ['n / 0', undefined],
    ["'7' > 6", true],
    ["n = '7'", false],
    ['missing = 1', undefined],
    ["n <> 'seven'", true],
    ['l = l', true],
    ['n > 6 AND NOT n > 7', true],
    ["'TRUE' and true", true],
    ['n AND true', undefined],
    ["CASE n WHEN 6 THEN 'six' WHEN 7 THEN 'seven' END", 'seven'],
    ["CASE WHEN n > 8 THEN 'big' ELSE 'small' END", 'small'],
    ["'it''s'", "it's"],
  ])('%s is %j', (expression, expected) => {
    expect(evaluate(expression, { n: 7, o: { p: 'q' }, l: [1, 2] })).toEqual(expected);
  });

  it('makes a new id for every message', () => {
    expect(evaluate('newuuid()')).not.toEqual(evaluate('newuuid()'));
  });
});

describe('selections', () => {
  const select = (sql: string, payload: string | Buffer) =>
    compileStatement(sql).select(message(payload), 'a/b', now);

  it('passes a JSON payload whole, and adds to it', () => {
    expect(select("SELECT * FROM 'a/b'", '[1]')).toMatchObject({ kind: 'json', value: [1] });
    expect(select("SELECT *, topic(2) AS d FROM 'a/b'", '{"a":1}')).toMatchObject({
      kind: 'json',
      value: { a: 1, d: 'b' },
    });
  });

  it('passes a binary payload whole, but reads no attributes from it', () => {
    const bytes = Buffer.from([0xff]);
    expect(select("SELECT * FROM 'a/b'", bytes)).toEqual({ kind: 'binary', traceId: expect.any(String) });
    expect(select("SELECT * FROM 'a/b' WHERE kind = 'x'", bytes)).toMatchObject({ kind: 'failed' });
    expect(select("SELECT *, timestamp() AS t FROM 'a/b'", bytes)).toMatchObject({ kind: 'failed' });
  });

  it('needs WHERE to be true, not merely not false', () => {
    expect(select("SELECT * FROM 'a/b' WHERE missing > 1", '{}')).toEqual({
      kind: 'skipped',
      reason: 'where',
    });
    expect(select("SELECT * FROM 'a/b' WHERE n > 1", '{"n":2}')).toMatchObject({ kind: 'json' });
  });

  it('needs no FROM for Basic Ingest', () => {
    expect(select("SELECT encode(*, 'base64') AS data", 'x')).toMatchObject({
      kind: 'json',
      value: { data: 'eA==' },
    });
  });
});

describe('SQL that is not understood is refused, not guessed at', () => {
  it.each([
    ["SELECT get_thing_shadow('a') AS s FROM 'a'", 'the function get_thing_shadow() is not emulated'],
    ["SELECT * FROM 'a' LIMIT 1", 'expected the end of the statement but found LIMIT'],
    ['SELECT * FROM a', 'expected a quoted topic filter but found a'],
    ["SELECT topic(1, 2) AS t FROM 'a'", 'topic() does not take 2 arguments'],
    ["SELECT encode(*, 'hex') AS t FROM 'a'", "encode() knows the scheme 'base64' only"],
    ["SELECT topic(1) FROM 'a'", 'expected AS and a name'],
    ["SELECT a[0] AS t FROM 'a'", 'unexpected "[0] AS'],
    ["SELECT a. FROM 'a'", 'expected the end of the statement'],
    ["UPDATE 'a'", 'expected SELECT but found UPDATE'],
    ["SELECT (1 AS t FROM 'a'", 'expected a closing parenthesis but found AS'],
    ['SELECT', 'expected a value but found the end at character 7'],
  ])('%s', (sql, why) => {
    expect(() => compileStatement(sql)).toThrow(why);
  });
});
