import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Problem } from '#contract/api.ts';
import { SiteId } from '#contract/names.ts';
import { routes, scopes } from '#contract/routes.ts';
import type { Log } from '../log.ts';
import { type Audit, isAudited } from './audit.ts';
import { listQuery, toPage } from './cursor.ts';
import { endpoint } from './endpoint.ts';
import { makeApi } from './make-api.ts';
import { Refusal } from './refusal.ts';

const answer = z.strictObject({ items: z.array(z.string()), next: z.string().nullable() });
const logged: string[] = [];
const log: Log = {
  info: (event, fields) => logged.push(JSON.stringify([event, fields])),
  warn: (event, fields) => logged.push(JSON.stringify([event, fields])),
  error: (event, fields) => logged.push(JSON.stringify([event, fields])),
};

/** What becomes of an entry of the audit. */
let note: Audit['note'] = async () => {};

/** The doors function with endpoints that tell what they were given. */
const handler = handle(
  makeApi<'doors'>(
    {
      openapi: endpoint({ summary: '', answer }, async () => ({ json: { items: [], next: null } })),
      doors: endpoint(
        { summary: '', query: z.strictObject({ ...listQuery, site: SiteId.optional() }), answer },
        async ({ query }) => {
          if (query.site === 'gone') throw new Refusal(404, 'There is no such site.');
          if (query.site === 'broken') throw new Error('Ada Example is in this message');
          if (query.site === 'wrong')
            return { json: { items: [], next: null, secret: 'x' } as z.input<typeof answer> };
          return {
            json: toPage([`${query.limit}`, query.cursor ?? 'first'], '2026-11-23T07:58:12.340Z#id-1'),
          };
        },
      ),
      allowDoor: endpoint(
        { summary: '', body: z.strictObject({ serial: z.string() }), answer, status: 201 },
        async ({ body, access }) => ({ json: { items: [body.serial, access.caller.username], next: null } }),
      ),
    },
    {
      findLink: async () => ({ sites: ['main'] }),
      once: {
        claim: async () => {
          throw new Error('nothing here is sent with a key');
        },
      },
      audit: { note: (entry) => note(entry) },
      log,
    },
  ),
);

const claims = {
  sub: 'sub-1',
  username: 'fay',
  token_use: 'access',
  scope: 'rollcall/read rollcall/write',
  'cognito:groups': '[facilities]',
};
/** Calls the function as API Gateway does (payload format 2.0, bodies in base64) and reads its answer. */
const request = async (path: string, init: { method?: string; body?: string } = {}, changed: object = {}) => {
  const { pathname, search } = new URL(path, 'https://example.com');
  const { method = 'GET', body } = init;
  const event = {
    version: '2.0',
    routeKey: `${method} ${pathname}`,
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers: { host: 'example.com', 'content-type': 'application/json' },
    requestContext: {
      http: { method, path: pathname },
      authorizer: { jwt: { claims: { ...claims, ...changed } } },
    },
    body: body === undefined ? null : Buffer.from(body).toString('base64'),
    isBase64Encoded: body !== undefined,
  };
  const answered = await handler(event as unknown as LambdaEvent);
  return new Response(answered.body, {
    status: answered.statusCode,
    headers: answered.headers as Record<string, string>,
  });
};
const problemOf = async (response: Response) => {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = Problem.parse(await response.json());
  expect(problem.status).toBe(response.status);
  return problem;
};

describe('a route of the API', () => {
  it('answers by its schema and forbids caching', async () => {
    const response = await request('/api/v1/doors?limit=7');
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({ items: ['7', 'first'] });
  });

  it('continues a list from its own cursor', async () => {
    const { next } = answer.parse(await (await request('/api/v1/doors')).json());
    const second = answer.parse(await (await request(`/api/v1/doors?cursor=${next}`)).json());
    expect(second.items).toEqual(['50', '2026-11-23T07:58:12.340Z#id-1']);
  });

  it.each([
    ['an unknown key', 'colour=red', 'query'],
    ['a key sent twice', 'limit=5&limit=6', 'query.limit'],
    ['a limit that is none', 'limit=0', 'query.limit'],
    [
      'a cursor that no list gave out',
      `cursor=${Buffer.from('PERSON#p').toString('base64url')}`,
      'query.cursor',
    ],
  ])('refuses %s with 400 and says where', async (_case, query, path) => {
    const problem = await problemOf(await request(`/api/v1/doors?${query}`));
    expect(problem.status).toBe(400);
    expect(problem.errors?.map((error) => error.path)).toContain(path);
  });

  it('takes a JSON body by its schema', async () => {
    const post = (body: string) => request('/api/v1/doors', { method: 'POST', body });
    const response = await post('{"serial":"demo-1"}');
    expect([response.status, await response.json()]).toEqual([201, { items: ['demo-1', 'fay'], next: null }]);
    expect((await problemOf(await post('{"serial":1}'))).errors).toMatchObject([{ path: 'body.serial' }]);
    expect((await problemOf(await post('serial'))).status).toBe(400);
  });

  it('refuses before it reads anything: 401 without an access token, 403 without the group', async () => {
    expect((await problemOf(await request('/api/v1/doors?colour=red', {}, { token_use: 'id' }))).status).toBe(
      401,
    );
    expect(
      (await problemOf(await request('/api/v1/doors', {}, { 'cognito:groups': '[staff]' }))).status,
    ).toBe(403);
  });

  it('passes a refusal of its endpoint on, and hides everything else', async () => {
    expect((await problemOf(await request('/api/v1/doors?site=gone'))).detail).toBe('There is no such site.');
    const broken = await problemOf(await request('/api/v1/doors?site=broken'));
    expect(broken.status).toBe(500);
    expect(JSON.stringify(broken) + logged.join()).not.toContain('Ada');
  });

  it('does not send what its schema does not know', async () => {
    const response = await request('/api/v1/doors?site=wrong');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
  });

  it('does not exist elsewhere', async () => {
    expect((await problemOf(await request('/api/v1/nothing'))).status).toBe(404);
    expect((await problemOf(await request('/doors'))).status).toBe(404);
  });
});

describe('the audit', () => {
  const noted: unknown[] = [];
  beforeEach(() => {
    noted.length = 0;
    note = async (entry) => void noted.push(entry);
  });

  it('names who changed what by ids alone, and neither who only read nor what was refused', async () => {
    await request('/api/v1/doors');
    await request('/api/v1/doors', { method: 'POST', body: '{}' });
    expect(noted).toEqual([]);
    await request('/api/v1/doors', { method: 'POST', body: '{"serial":"abc"}' });
    expect(noted).toEqual([{ by: { sub: 'sub-1', groups: ['facilities'] }, route: 'allowDoor', about: {} }]);
  });

  it('that cannot be written takes nothing back: the log has it then', async () => {
    note = async () => {
      throw new Error('Ada Example is in this message');
    };
    logged.length = 0;
    const response = await request('/api/v1/doors', { method: 'POST', body: '{"serial":"abc"}' });
    expect(response.status).toBe(201);
    expect(logged[0]).toBe(
      JSON.stringify(['audit.failed', { route: 'allowDoor', sub: 'sub-1', about: {}, cause: 'Error' }]),
    );
    expect(logged.join()).not.toContain('Ada');
  });

  it('is of every route that writes, but those by which people mark their attendance, and of every file', () => {
    const unaudited = Object.entries(routes).filter(([, route]) => !isAudited(route));
    const writing = unaudited.filter(([, { scope }]) => scope === scopes.write).map(([name]) => name);
    expect(writing).toEqual(['checkIn', 'punchByPin']);
    expect([isAudited(routes.exportCsv), isAudited(routes.exportJson), isAudited(routes.days)]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
