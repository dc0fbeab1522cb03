import type { Hono } from 'hono';
import { beforeEach } from 'vitest';
import { type Group, Person } from '#contract/api.ts';
import { makeFindLink } from './api/find-link.ts';
import { makeApi } from './api/make-api.ts';
import { makeAttendanceEndpoints } from './attendance/endpoints.ts';
import { makeDynamoRecords } from './attendance/records.ts';
import { makeDynamoDoors } from './doors/door-store.ts';
import { makeDoorsEndpoints } from './doors/endpoints.ts';
import { makePeopleEndpoints } from './people/endpoints.ts';
import type { IndexResult } from './people/face-index.ts';
import { makeDynamoPeople } from './people/people-store.ts';
import { rollcallTableForTests } from './rollcall-table-for-tests.ts';

export const nowMs = Date.parse('2026-11-23T16:00:00.000Z');
const rules = { acceptSimilarity: 99, margin: 2, duplicatePunchMinutes: 2, photoPolicy: 'never' as const };
export const sites = [
  { id: 'main', name: 'Main office', timeZone: 'Europe/Berlin', ...rules },
  { id: 'depot', name: 'Depot', timeZone: 'Europe/Lisbon', ...rules },
];
const silent = { info: () => {}, warn: () => {}, error: () => {} };

type FunctionName = 'attendance' | 'people' | 'doors';

/** The three API functions over one table on the local DynamoDB, fresh for each test of the file. */
export class ApiForTests {
  readonly table = rollcallTableForTests();
  /** What the collection answers to the next picture. */
  indexed: IndexResult = { kind: 'indexed', faceId: 'face-1' };
  removed: string[] = [];
  #apps: Partial<Record<FunctionName, Hono>> = {};

  constructor() {
    beforeEach(() => this.#start());
  }

  #start(): void {
    const access = this.table.access();
    const deps = { findLink: makeFindLink(access), log: silent };
    this.indexed = { kind: 'indexed', faceId: 'face-1' };
    this.removed = [];
    let ids = 0;
    const people = makePeopleEndpoints({
      people: makeDynamoPeople(access),
      faces: {
        add: async () => this.indexed,
        remove: async (faceId) => {
          this.removed.push(faceId);
        },
      },
      sites,
      newPersonId: () => `p-${++ids}`,
      now: () => nowMs + ids,
    });
    const doors = makeDoorsEndpoints({
      doors: makeDynamoDoors(access),
      stage: 'dev',
      sites,
      newCode: () => 'CODE1-CODE2',
      now: () => nowMs,
    });
    const attendance = makeAttendanceEndpoints({
      records: makeDynamoRecords(access),
      sites,
      now: () => nowMs,
    });
    this.#apps = {
      attendance: makeApi<'attendance'>(attendance, deps) as unknown as Hono,
      people: makeApi<'people'>(people, deps) as unknown as Hono,
      doors: makeApi<'doors'>(doors, deps) as unknown as Hono,
    };
  }

  /** A caller in these groups, whose sub is `sub-<first group>`; `request` such as `GET /people`. */
  as(...groups: Group[]) {
    const claims = {
      sub: `sub-${groups[0]}`,
      username: groups[0],
      token_use: 'access',
      scope: 'rollcall/read rollcall/write',
      'cognito:groups': `[${groups.join(' ')}]`,
    };
    const event = { requestContext: { authorizer: { jwt: { claims } } } };
    return async (
      fn: FunctionName,
      request: string,
      body?: object,
      headers: Readonly<Record<string, string>> = {},
    ) => {
      const app = this.#apps[fn];
      if (app === undefined) throw new Error('inside a test only');
      const [method = 'GET', path] = request.split(' ');
      const picture = body instanceof Uint8Array;
      const init = {
        method,
        headers: { 'content-type': picture ? 'image/jpeg' : 'application/json', ...headers },
        ...(body === undefined
          ? {}
          : { body: picture ? new Blob([Buffer.from(body)]) : JSON.stringify(body) }),
      };
      const response = await app.request(`/api/v1${path}`, init, { event });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? null : (JSON.parse(text) as unknown),
      };
    };
  }

  link(sub: string, linked: readonly string[], personId: string | null = null) {
    return this.as('hr')('people', `PUT /users/${sub}`, { personId, sites: linked });
  }

  /** A person by the API; their name is `Person <number>`. */
  async enrol(number: string, change: object = {}): Promise<Person> {
    return Person.parse((await this.as('hr')('people', 'POST /people', newPerson(number, change))).body);
  }
}

export const newPerson = (number: string, change: object = {}) => ({
  name: `Person ${number}`,
  number,
  site: 'main',
  consent: { version: '1', language: 'en' },
  ...change,
});
