import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ApiForTests, nowMs, sites } from '../api-for-tests.ts';
import { makeSiteDirectory } from '../sites/site-directory.ts';
import { newSortableId } from '../table/sortable-id.ts';
import { makeScheduleEndpoints } from './endpoints.ts';
import { scheduleForTests, seen } from './schedule-for-tests.ts';
import { assignmentItem, leaveItem, makeDynamoScheduleStore } from './schedule-store.ts';

/** It is Monday 2026-11-23; October's grace ended on the 5th, so November is open from its first day. */
const today = new Date(nowMs).toISOString().slice(0, 10);
const api = new ApiForTests();
const { hr, make, stale } = scheduleForTests(api);

let ada: string;
let day: string;
beforeEach(async () => {
  await api.link('sub-hr', ['main']);
  ada = (await api.enrol('1')).id;
  day = await make('/shifts', { site: 'main', name: 'Day', start: '09:00', end: '17:00' });
});

describe('an assignment', () => {
  const assignment = (change: object = {}) => ({
    personId: ada,
    shift: day,
    site: 'main',
    from: '2026-11-16',
    to: null,
    ...change,
  });

  it('leaves the person’s days from its first date to today to be derived again', async () => {
    const id = await make('/assignments', assignment());
    expect(id.startsWith(`${ada}.`)).toBe(true);
    expect(await stale()).toEqual([[ada, `${id}.1`, '2026-11-15', today]]);
    expect((await hr(`GET /assignments/${id}`)).body).toEqual({ ...assignment(), id, weekdays: null });
  });

  it('of the future leaves nothing out of date', async () => {
    await make('/assignments', assignment({ from: '2026-11-25' }));
    expect(await stale()).toEqual([]);
  });

  it('refers to a person, a shift and a site that belong together', async () => {
    const status = async (change: object) => (await hr('POST /assignments', assignment(change))).status;
    expect(await status({ personId: 'p-nobody' })).toBe(422);
    expect(await status({ shift: 's-none' })).toBe(422);
    expect(await status({ site: 'depot' })).toBe(403);
    await api.link('sub-hr', ['main', 'depot']);
    expect(await status({ site: 'depot' })).toBe(422);
    const far = await make('/shifts', { site: 'depot', name: 'Far', start: '09:00', end: '17:00' });
    expect(await status({ shift: far })).toBe(422);
  });

  it('begins in no closed period, ends not before it begins, and on likely dates', async () => {
    expect(await hr('POST /assignments', assignment({ from: '2026-10-31' }))).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/closed.*back to 2026-11-01/) },
    });
    expect(await hr('POST /assignments', assignment({ to: '2026-11-15' }))).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'body.to' }] },
    });
    expect((await hr('POST /assignments', assignment({ from: '9999-12-31' }))).status).toBe(400);
  });

  it('that would put the person in two places at once is refused, whatever the weekdays the site takes off', async () => {
    const late = await make('/shifts', { site: 'main', name: 'Late', start: '16:00', end: '22:00' });
    const first = await make('/assignments', assignment());
    expect(await hr('POST /assignments', assignment({ shift: late }))).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(first) },
    });
    // The site is closed at weekends, so an assignment without weekdays leaves them free.
    await make('/assignments', assignment({ shift: late, weekdays: [6, 7] }));
    expect((await hr('POST /assignments', assignment({ weekdays: [6] }))).status).toBe(409);
  });

  it('may follow another one’s shift in one go', async () => {
    const evening = await make('/shifts', { site: 'main', name: 'Evening', start: '17:00', end: '20:00' });
    await make('/assignments', assignment());
    await make('/assignments', assignment({ shift: evening }));
  });

  it('ends when HR says so, and the dates after it are derived again', async () => {
    const id = await make('/assignments', assignment());
    const { headers } = await hr(`GET /assignments/${id}`);
    const ended = await hr(`PATCH /assignments/${id}`, { to: '2026-11-19' }, seen(headers));
    expect(ended).toMatchObject({ status: 200, body: { to: '2026-11-19' } });
    expect(await stale()).toContainEqual([ada, `${id}.2`, '2026-11-19', today]);
    expect((await hr(`PATCH /assignments/${id}`, { to: null }, seen(headers))).status).toBe(412);
    expect((await hr(`PATCH /assignments/${id}`, { to: null })).status).toBe(428);
    expect((await hr(`PATCH /assignments/${id}`, { to: '2026-11-15' }, seen(ended.headers))).status).toBe(
      400,
    );
  });

  it('does not end in a closed period, nor go on over another one', async () => {
    const one = await make('/assignments', assignment({ from: '2026-11-02', to: '2026-11-13' }));
    await make('/assignments', assignment());
    const { headers } = await hr(`GET /assignments/${one}`);
    expect((await hr(`PATCH /assignments/${one}`, { to: '2026-11-16' }, seen(headers))).status).toBe(409);
    expect((await hr(`PATCH /assignments/${one}`, { to: '2026-11-15' }, seen(headers))).status).toBe(200);
  });

  it('that was entered wrongly is taken back, and its days are derived again', async () => {
    const wrong = await make('/assignments', assignment({ from: '2026-11-17', to: '2026-11-18' }));
    expect(await hr(`DELETE /assignments/${wrong}`)).toMatchObject({ status: 204, body: null });
    expect(await stale()).toContainEqual([ada, `${wrong}.removed`, '2026-11-16', '2026-11-20']);
    expect((await hr(`DELETE /assignments/${wrong}`)).status).toBe(404);
    await make('/assignments', assignment());
  });

  it('is not taken back when it began in a closed period: it can only end', async () => {
    const { client, tableName } = api.table.access();
    const old = { ...assignment({ from: '2026-10-31' }), id: `${ada}.old`, weekdays: null, version: 1 };
    const Item = assignmentItem({ ...old, createdAt: new Date(nowMs).toISOString() });
    await client.send(new PutCommand({ TableName: tableName, Item }));
    expect(await hr(`DELETE /assignments/${old.id}`)).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/2026-10-31.*closed.*back to 2026-11-01/) },
    });
    const end = (to: string) => hr(`PATCH /assignments/${old.id}`, { to }, { 'if-match': '"1"' });
    expect((await end('2026-10-31')).status).toBe(200);
  });

  it('never wins over a contradicting one that is made at the same moment', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => hr('POST /assignments', assignment())));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  it('would win so if assignments were only read and written, without counting the person’s changes', async () => {
    const table = api.table.access();
    const store = makeDynamoScheduleStore(table);
    let readers = 0;
    let everybodyHasRead = () => {};
    const read = new Promise<void>((resolve) => {
      everybodyHasRead = resolve;
    });
    const { assign } = makeScheduleEndpoints({
      sites: makeSiteDirectory({ table, configured: sites, now: () => nowMs, memoryMs: 0 }),
      store: {
        ...store,
        assignmentsOf: async (personId) => {
          const all = await store.assignmentsOf(personId);
          readers += 1;
          if (readers === 3) everybodyHasRead();
          await read;
          return all;
        },
        commitFor: (_personId, _revision, change) => store.commit(change),
      },
      newId: () => newSortableId(nowMs),
      now: () => nowMs,
    });
    const caller = { sub: 'sub-hr', username: 'hr', groups: ['hr' as const], scopes: [] };
    const request = {
      access: { caller, reach: 'sites' as const, link: { sites: ['main'] } },
      params: {},
      query: {},
      contentType: 'application/json',
      ifMatch: undefined,
      bytes: async () => new TextEncoder().encode(JSON.stringify(assignment())),
    };
    await Promise.all([1, 2, 3].map(() => assign.answer(request)));
    expect(await store.assignmentsOf(ada)).toHaveLength(3);
  });

  it('is listed by site and by person, page by page, and only to who reaches it', async () => {
    const bao = (await api.enrol('2')).id;
    const ids = [
      await make('/assignments', assignment({ from: '2026-11-02', to: '2026-11-06' })),
      await make('/assignments', assignment()),
      await make('/assignments', assignment({ personId: bao })),
    ];
    const List = z.object({ items: z.array(z.object({ id: z.string() })), next: z.string().nullable() });
    const pages = async (query: string) => {
      const found: string[] = [];
      for (let next: string | null = ''; next !== null; ) {
        const more: string = next === '' ? '' : `&cursor=${next}`;
        const page = List.parse((await hr(`GET /assignments?limit=2${query}${more}`)).body);
        found.push(...page.items.map(({ id }) => id));
        next = page.next;
      }
      return found;
    };
    expect(await pages('')).toEqual([...ids].reverse());
    expect(await pages(`&person=${ada}`)).toEqual([ids[1], ids[0]]);
    await api.link('sub-hr', ['depot']);
    expect((await hr(`GET /assignments?person=${ada}`)).status).toBe(404);
    expect((await hr(`GET /assignments/${ids[0]}`)).status).toBe(404);
    expect((await hr(`PATCH /assignments/${ids[0]}`, { to: null }, { 'if-match': '"1"' })).status).toBe(404);
    expect((await hr(`DELETE /assignments/${ids[0]}`)).status).toBe(404);
    expect((await hr('GET /assignments/nonsense')).status).toBe(404);
    expect((await hr('DELETE /assignments/nonsense')).status).toBe(404);
  });
});

describe('a leave', () => {
  const leave = (change: object = {}) => ({
    personId: ada,
    from: '2026-11-19',
    to: '2026-11-20',
    kind: 'annual',
    ...change,
  });

  it('leaves its dates to be derived again, and so does taking it back', async () => {
    const id = await make('/leaves', leave());
    expect(await stale()).toEqual([[ada, `${id}.added`, '2026-11-18', '2026-11-22']]);
    expect(await hr(`DELETE /leaves/${id}`)).toMatchObject({ status: 204, body: null });
    expect(await stale()).toContainEqual([ada, `${id}.removed`, '2026-11-18', '2026-11-22']);
    expect((await hr(`DELETE /leaves/${id}`)).status).toBe(404);
  });

  it('is one for each date, because a day is judged by one', async () => {
    await make('/leaves', leave({ to: '2026-11-19', part: 'first_half' }));
    expect(await hr('POST /leaves', leave({ part: 'second_half' }))).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/2026-11-19 to 2026-11-19/) },
    });
    await make('/leaves', leave({ from: '2026-11-20' }));
    const both = await Promise.all(
      [1, 2].map(() => hr('POST /leaves', leave({ from: '2026-12-01', to: '2026-12-01' }))),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  /** A leave that was entered before October closed. */
  const old = async (from: string, to: string) => {
    const entered = { ...leave({ from, to }), part: 'day' as const, id: `${ada}.old`, site: 'main' };
    const Item = leaveItem({ ...entered, createdAt: '2026-10-01T08:00:00.000Z' });
    const { client, tableName } = api.table.access();
    await client.send(new PutCommand({ TableName: tableName, Item }));
    return entered.id;
  };

  it('neither comes into a closed period nor goes out of one', async () => {
    expect((await hr('POST /leaves', leave({ from: '2026-10-30' }))).status).toBe(409);
    expect((await hr(`DELETE /leaves/${await old('2026-10-01', '2026-10-31')}`)).status).toBe(409);
  });

  it('that began in a closed period ends with that when it is taken back, and the rest can be entered anew', async () => {
    const id = await old('2026-10-20', '2026-11-30');
    expect((await hr(`DELETE /leaves/${id}`)).status).toBe(204);
    expect((await hr(`GET /leaves?person=${ada}`)).body).toMatchObject({
      items: [{ from: '2026-10-20', to: '2026-10-31', kind: 'annual' }],
    });
    expect(await stale()).toEqual([[ada, `${id}.removed`, '2026-11-01', today]]);
    await make('/leaves', leave({ from: '2026-11-01', to: '2026-11-09' }));
    expect((await hr(`DELETE /leaves/${id}`)).status).toBe(404);
  });

  it('is listed latest first, of a site and of a person', async () => {
    const ids: string[] = [];
    for (const from of ['2026-11-10', '2026-12-24', '2026-11-30'])
      ids.push(await make('/leaves', leave({ from, to: from })));
    const order = [ids[1], ids[2], ids[0]].map((id) => ({ id }));
    expect((await hr('GET /leaves')).body).toMatchObject({ items: order, next: null });
    const first = await hr(`GET /leaves?person=${ada}&limit=2`);
    expect(first.body).toMatchObject({ items: order.slice(0, 2) });
    const { next } = z.object({ next: z.string() }).parse(first.body);
    expect((await hr(`GET /leaves?person=${ada}&cursor=${next}`)).body).toMatchObject({
      items: order.slice(2),
      next: null,
    });
  });

  it('of a person elsewhere is neither made nor taken back', async () => {
    const id = await make('/leaves', leave());
    await api.link('sub-hr', ['depot']);
    expect((await hr('POST /leaves', leave({ from: '2026-12-01', to: '2026-12-01' }))).status).toBe(404);
    expect((await hr(`DELETE /leaves/${id}`)).status).toBe(404);
    expect((await hr(`GET /leaves?person=${ada}`)).status).toBe(404);
  });
});

it('asks for exactly the grants that the stack gives to the schedule function', async () => {
  api.table.asked();
  await make('/shifts', { site: 'main', name: 'Day', start: '09:00', end: '17:00' });
  const leave = { personId: ada, from: today, to: today, kind: 'sick' };
  await hr(`DELETE /leaves/${await make('/leaves', leave)}`);
  await hr('GET /leaves');
  expect(api.table.asked()).toEqual(['DeleteItem', 'GetItem', 'PutItem', 'Query', 'Query (gsi1)']);
});
