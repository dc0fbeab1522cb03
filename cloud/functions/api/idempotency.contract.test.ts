import { createHash } from 'node:crypto';
import { GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import type { Hono } from 'hono';
import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { routes } from '#contract/routes.ts';
import { rollcallTableForTests } from '../rollcall-table-for-tests.ts';
import { onceKey } from '../table/attendance-keys.ts';
import { makeDynamoOnce } from './dynamo-once.ts';
import { endpoint } from './endpoint.ts';
import type { Once } from './idempotency.ts';
import { makeApi } from './make-api.ts';
import { operations } from './operations/all.ts';
import { Refusal } from './refusal.ts';

const table = rollcallTableForTests();
const silent = { info: () => {}, warn: () => {}, error: () => {} };
const key = 'c6a3a1f0-5d1e-4a8c-9b7e-2f1d0c9b8a76';
const answer = z.strictObject({ run: z.int(), padding: z.string() });

let nowMs = 0;
/** What was asked for and done, in order. */
let done: number[] = [];
/** Decides what becomes of the next run; nothing = it is done. */
let before: () => Promise<void> | void = () => {};

/** A function of the API whose two POSTs count how often they are done. */
const appOver = (once: Once): Hono => {
  const body = z.strictObject({ n: z.int(), padding: z.int().default(0) });
  const count = async (asked: z.infer<typeof body>) => {
    await before();
    done.push(asked.n);
    return {
      json: { run: done.length, padding: 'x'.repeat(asked.padding) },
      headers: { link: '</next>; rel="next"' },
    };
  };
  const described = { summary: '', body, answer, status: 201 } as const;
  return makeApi<'check-in'>(
    {
      punchByPin: endpoint({ ...described, repeated: 'same_answer' }, ({ body: asked }) => count(asked)),
      checkIn: endpoint({ ...described, repeated: 'refused' }, ({ body: asked }) => count(asked)),
    },
    { findLink: async () => ({ sites: ['main'] }), once, audit: { note: async () => {} }, log: silent },
  ) as unknown as Hono;
};

const callOver =
  (app: Hono) =>
  async (body: object, sent: { key?: string | null; path?: string; sub?: string } = {}) => {
    const claims = {
      sub: sent.sub ?? 'sub-1',
      username: 'ann',
      token_use: 'access',
      scope: 'rollcall/write',
      'cognito:groups': '[kiosk staff]',
    };
    const sentKey = sent.key === undefined ? key : sent.key;
    const response = await app.request(
      `/api/v1${sent.path ?? '/punches/pin'}`,
      {
        method: 'POST',
        headers: sentKey === null ? {} : { 'idempotency-key': sentKey },
        body: JSON.stringify(body),
      },
      { event: { requestContext: { authorizer: { jwt: { claims } } } } },
    );
    return {
      status: response.status,
      body: (await response.json()) as { run?: number; detail?: string },
      replayed: response.headers.get('idempotent-replayed'),
      link: response.headers.get('link'),
      retryAfter: response.headers.get('retry-after'),
    };
  };

let post: ReturnType<typeof callOver>;
beforeEach(() => {
  nowMs = Date.parse('2026-11-23T16:00:00.000Z');
  done = [];
  before = () => {};
  post = callOver(appOver(makeDynamoOnce(table.access(), () => nowMs)));
});

describe('a request with an Idempotency-Key', () => {
  it('is done once, and answered again with the first answer', async () => {
    const first = await post({ n: 1 });
    expect(first).toMatchObject({ status: 201, body: { run: 1 }, replayed: null });
    expect(await post({ n: 1 })).toEqual({ ...first, replayed: 'true' });
    expect(done).toEqual([1]);
  });

  it('is done twice without one', async () => {
    await post({ n: 1 }, { key: null });
    await post({ n: 1 }, { key: null });
    expect(done).toEqual([1, 1]);
  });

  it('may not be another request than before', async () => {
    await post({ n: 1 });
    expect(await post({ n: 2 })).toMatchObject({
      status: 422,
      body: { detail: expect.stringMatching(/another request/) },
    });
    expect(await post({ n: 1 }, { path: '/punches/pin?n=1' })).toMatchObject({ status: 422 });
    expect(done).toEqual([1]);
  });

  it('is not mixed up with that of another user, or of another route', async () => {
    for (const sent of [{}, { sub: 'sub-2' }, { path: '/check-in' }])
      expect(await post({ n: 1 }, sent)).toMatchObject({ status: 201, replayed: null });
    expect(done).toEqual([1, 1, 1]);
  });

  it.each(['', 'short', 'x'.repeat(101), 'with a space', 'Schlüssel-1'])(
    'is refused with the key "%s"',
    async (bad) => {
      expect(await post({ n: 1 }, { key: bad })).toMatchObject({
        status: 400,
        body: { detail: expect.stringMatching(/8 to 100/) },
      });
      expect(done).toEqual([]);
    },
  );

  it('is told to come back while the first is still being worked on', async () => {
    let second: Awaited<ReturnType<typeof post>> | undefined;
    before = async () => {
      before = () => {};
      second = await post({ n: 1 });
    };
    expect(await post({ n: 1 })).toMatchObject({ status: 201 });
    expect(second).toMatchObject({
      status: 409,
      retryAfter: '1',
      body: { detail: expect.stringMatching(/being worked on/) },
    });
    expect(done).toEqual([1]);
  });

  it.each([
    ['was refused', new Refusal(409, 'Not today.'), 409],
    ['failed', new Error('throttled'), 500],
  ])('is judged anew when the first %s', async (_case, error, status) => {
    before = () => {
      before = () => {};
      throw error;
    };
    expect(await post({ n: 1 })).toMatchObject({ status });
    expect(await post({ n: 1 })).toMatchObject({ status: 201, replayed: null });
    expect(await post({ n: 1 })).toMatchObject({ status: 201, replayed: 'true' });
    expect(done).toEqual([1]);
  });

  it('is done by the next one when a function died over it, half a minute later', async () => {
    const { access } = table;
    const fingerprint = 'of a function that is gone';
    const once = makeDynamoOnce(access(), () => nowMs);
    const request = { sub: 'sub-1', route: 'punchByPin', key, fingerprint };
    expect(await once.claim(request)).toMatchObject({ kind: 'first' });
    nowMs += 29_999;
    expect(await once.claim(request)).toEqual({ kind: 'in_progress' });
    nowMs += 1;
    expect(await once.claim(request)).toMatchObject({ kind: 'first' });
  });

  it('is not answered by one who has lost it meanwhile', async () => {
    const once = makeDynamoOnce(table.access(), () => nowMs);
    const request = { sub: 'sub-1', route: 'punchByPin', key, fingerprint: 'f' };
    const slow = await once.claim(request);
    nowMs += 30_000;
    const next = await once.claim(request);
    if (slow.kind !== 'first' || next.kind !== 'first') throw new Error('both must have held it');
    const kept = { status: 201, headers: {}, body: '{"by":"next"}' } as const;
    await next.keep(kept);
    await slow.keep({ ...kept, body: '{"by":"slow"}' });
    await slow.free();
    expect(await once.claim(request)).toEqual({ kind: 'done', answer: kept });
  });

  it('is forgotten after a day, whether or not the table has deleted it', async () => {
    await post({ n: 1 });
    nowMs += 24 * 3_600_000 - 1;
    expect(await post({ n: 1 })).toMatchObject({ replayed: 'true' });
    nowMs += 1;
    expect(await post({ n: 1 })).toMatchObject({ status: 201, replayed: null });
    expect(done).toEqual([1, 1]);
  });

  it('leaves an item that the table deletes by itself', async () => {
    await post({ n: 1 });
    const { client, tableName } = table.access();
    const { Items } = await client.send(new ScanCommand({ TableName: tableName }));
    expect(Items).toMatchObject([{ ttl: nowMs / 1000 + 86_400 }]);
  });

  it('hears only that it was done, where the answer is shown once: that one is nowhere in the table', async () => {
    const sent = { path: '/check-in' };
    expect(await post({ n: 1, padding: 7 }, sent)).toMatchObject({ body: { padding: 'xxxxxxx' } });
    expect(await post({ n: 1, padding: 7 }, sent)).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/done already/) },
    });
    const { client, tableName } = table.access();
    const { Items } = await client.send(new ScanCommand({ TableName: tableName }));
    expect(JSON.stringify(Items)).not.toContain('xxxxxxx');
    expect(done).toEqual([1]);
  });

  it('leaves nothing in the table by which a PIN could be guessed', async () => {
    await post({ n: 1234 });
    const { client, tableName } = table.access();
    const { Items } = await client.send(new ScanCommand({ TableName: tableName }));
    const left = JSON.stringify(Items);
    const guess = createHash('sha256').update('POST /api/v1/punches/pin\n{"n":1234}').digest('hex');
    expect(left).toMatch(/"fingerprint":"[0-9a-f]{64}"/);
    for (const known of [guess, key]) expect(left).not.toContain(known);
  });

  it('hears only that it was done, where the answer is too long to be kept', async () => {
    expect(await post({ n: 1, padding: 100_000 })).toMatchObject({ status: 201 });
    expect(await post({ n: 1, padding: 100_000 })).toMatchObject({ status: 409 });
    expect(done).toEqual([1]);
  });

  it('is answered although what it did could not be noted', async () => {
    const fails = async () => {
      throw new Error('throttled');
    };
    const post = callOver(appOver({ claim: async () => ({ kind: 'first', keep: fails, free: fails }) }));
    expect(await post({ n: 1 })).toMatchObject({ status: 201, body: { run: 1 } });
  });
});

/** What would seem to do: look first, and claim when nobody has. Everybody looks before anybody claims. */
const lookFirst = (n: number): Once => {
  const { client, tableName } = table.access();
  let looked = 0;
  return {
    async claim({ sub, route, key: sentKey, fingerprint }) {
      const Key = onceKey(sub, route, sentKey);
      const { Item } = await client.send(new GetCommand({ TableName: tableName, Key }));
      looked += 1;
      await expect.poll(() => looked).toBe(n);
      if (Item !== undefined) return { kind: 'in_progress' };
      await client.send(new PutCommand({ TableName: tableName, Item: { ...Key, fingerprint } }));
      return { kind: 'first', keep: async () => {}, free: async () => {} };
    },
  };
};

/** How often a request is done that is sent n times at once. */
const effectsOf = async (once: Once, n: number, sentKey: string): Promise<number> => {
  done = [];
  const post = callOver(appOver(once));
  const answers = await Promise.all(Array.from({ length: n }, () => post({ n: 1 }, { key: sentKey })));
  const statuses = new Set(answers.map(({ status }) => status));
  expect([...statuses].filter((status) => status !== 201 && status !== 409)).toEqual([]);
  return done.length;
};

describe('the same request sent many times at once', () => {
  it('is done once', async () => {
    let runs = 0;
    const once = makeDynamoOnce(table.access(), () => nowMs);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 8 }), async (n) => {
        expect(await effectsOf(once, n, `${key}-${++runs}`)).toBe(1);
      }),
      { numRuns: 15 },
    );
  });

  it('would be done more than once if the table did not decide', async () => {
    expect(await effectsOf(lookFirst(4), 4, key)).toBe(4);
  });
});

it('every POST of the API may be sent twice', () => {
  const posts = Object.entries(routes).filter(([, { method }]) => method === 'POST');
  const without = posts.filter(([name]) => operations[name as keyof typeof routes].repeated === undefined);
  expect(without).toEqual([]);
});
