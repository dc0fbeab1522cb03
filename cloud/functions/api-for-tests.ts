import type { Hono } from 'hono';
import { beforeEach } from 'vitest';
import { type Group, Person } from '#contract/api.ts';
import { makeDynamoAudit, queryAudit } from './api/audit.ts';
import { makeDynamoOnce } from './api/dynamo-once.ts';
import { makeFindLink } from './api/find-link.ts';
import { makeApi } from './api/make-api.ts';
import { makeCorrectionLists } from './attendance/correction-lists.ts';
import { makeDynamoCorrections } from './attendance/corrections-store.ts';
import { makeAttendanceEndpoints } from './attendance/endpoints.ts';
import { pageLimits } from './attendance/payroll-page.ts';
import { makeDynamoRecords } from './attendance/records.ts';
import { makeDynamoResults } from './attendance/results.ts';
import { makeCheckInForTests, type SeenForTests } from './check-in/check-in-for-tests.ts';
import type { DayKeeper } from './days/day-keeper.ts';
import { makeSchedules } from './days/schedules.ts';
import { makeDynamoDoors } from './doors/door-store.ts';
import { makeDoorsEndpoints } from './doors/endpoints.ts';
import { makePeopleEndpoints } from './people/endpoints.ts';
import type { IndexResult } from './people/face-index.ts';
import { makeDynamoPeople } from './people/people-store.ts';
import { makeDynamoUserLinks } from './people/user-links.ts';
import { makeDynamoPins } from './pin/pin-store.ts';
import { rollcallTableForTests } from './rollcall-table-for-tests.ts';
import { makeScheduleEndpoints } from './schedule/endpoints.ts';
import { makeDynamoScheduleStore } from './schedule/schedule-store.ts';
import { makeSiteDirectory } from './sites/site-directory.ts';
import { newSortableId } from './table/sortable-id.ts';
import { makeDynamoSearchUsage } from './usage/month-usage.ts';

export const nowMs = Date.parse('2026-11-23T16:00:00.000Z');
const rules = { acceptSimilarity: 99, margin: 2, duplicatePunchMinutes: 2, photoPolicy: 'never' as const };
export const sites = [
  { id: 'main', name: 'Main office', timeZone: 'Europe/Berlin', ...rules },
  { id: 'depot', name: 'Depot', timeZone: 'Europe/Lisbon', ...rules },
];
/** What searches cost and may cost. */
export const searchBudget = { usdPerSearch: 0.001, monthlyBudgetUsd: 0.01 };
const seesOneFace: SeenForTests = { sidesPx: [200], candidates: [], guard: 'off' };
const silent = { info: () => {}, warn: () => {}, error: () => {} };

type FunctionName = 'attendance' | 'check-in' | 'people' | 'doors' | 'schedule';

/** Functions of the API over one table on the local DynamoDB, fresh for each test of the file. */
export class ApiForTests {
  readonly table = rollcallTableForTests();
  /** What the collection answers to the next picture. */
  indexed: IndexResult = { kind: 'indexed', faceId: 'face-1' };
  removed: string[] = [];
  /** What Rekognition sees in the next picture of a check-in, and what is stored of it. */
  seen: SeenForTests = seesOneFace;
  stored = new Map<string, Uint8Array>();
  /** By how much the clocks of check-in and attendance are ahead of `nowMs`. */
  laterMs = 0;
  /** Derives nothing: tests write the days that they read. */
  refresh: DayKeeper['refresh'] = async () => 0;
  readonly exportLimits = { ...pageLimits };
  #apps: Partial<Record<FunctionName, Hono>> = {};

  constructor() {
    beforeEach(() => this.#start());
  }

  #start(): void {
    const access = this.table.access();
    const deps = {
      findLink: makeFindLink(access),
      once: makeDynamoOnce(access, () => nowMs),
      audit: makeDynamoAudit(access, () => nowMs + this.laterMs),
      log: silent,
    };
    this.indexed = { kind: 'indexed', faceId: 'face-1' };
    this.removed = [];
    this.seen = seesOneFace;
    this.stored = new Map();
    this.laterMs = 0;
    this.refresh = async () => 0;
    Object.assign(this.exportLimits, pageLimits);
    let ids = 0;
    const directory = makeSiteDirectory({ table: access, configured: sites, now: () => nowMs });
    const people = makePeopleEndpoints({
      people: makeDynamoPeople(access),
      users: makeDynamoUserLinks(access),
      pins: makeDynamoPins(access),
      faces: {
        add: async () => this.indexed,
        remove: async (faceId) => {
          this.removed.push(faceId);
        },
      },
      sites: directory,
      newPersonId: () => `p-${++ids}`,
      now: () => nowMs + ids,
    });
    const doors = makeDoorsEndpoints({
      doors: makeDynamoDoors(access),
      stage: 'dev',
      sites: makeSiteDirectory({ table: access, configured: sites, now: () => nowMs }),
      newCode: () => 'CODE1-CODE2',
      now: () => nowMs,
    });
    const results = makeDynamoResults(access);
    const attendance = makeAttendanceEndpoints({
      records: makeDynamoRecords(access),
      results,
      keeper: { refresh: (...about) => this.refresh(...about) },
      freshOverview: results.overview,
      exportLimits: this.exportLimits,
      auditOf: queryAudit(access),
      usage: makeDynamoSearchUsage(access),
      budget: searchBudget,
      sites: directory,
      corrections: makeDynamoCorrections(access),
      correctionLists: makeCorrectionLists(access),
      schedules: makeSchedules({ table: access, sites: directory }),
      newId: () => newSortableId(nowMs + this.laterMs + ++ids),
      now: () => nowMs + this.laterMs,
      log: silent,
    });
    const schedule = makeScheduleEndpoints({
      sites: makeSiteDirectory({ table: access, configured: sites, now: () => nowMs, memoryMs: 0 }),
      store: makeDynamoScheduleStore(access),
      newId: () => newSortableId(nowMs + ++ids),
      now: () => nowMs,
    });
    const checkIn = makeCheckInForTests({
      table: access,
      sites,
      seen: () => this.seen,
      stored: () => this.stored,
      now: () => nowMs + this.laterMs,
    });
    this.#apps = {
      'check-in': makeApi<'check-in'>(checkIn, deps) as unknown as Hono,
      schedule: makeApi<'schedule'>(schedule, deps) as unknown as Hono,
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
        body: text === '' || text[0] !== '{' ? text || null : (JSON.parse(text) as unknown),
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
