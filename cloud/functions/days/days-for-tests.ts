import { DeleteCommand, GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach } from 'vitest';
import type { z } from 'zod';
import type { CorrectionEntry } from '../../domain/corrections/correction-log.ts';
import { instantsOf } from '../../domain/corrections/correction-log.ts';
import { addDays, type LocalDate } from '../../domain/local-time.ts';
import { assignment, leave, shift } from '../../domain/rules-for-tests.ts';
import type { Assignment, Leave } from '../../domain/schedule/assignment.ts';
import type { Shift } from '../../domain/schedule/shift.ts';
import type { HolidayList } from '../../domain/schedule/site-calendar.ts';
import { rollcallTableForTests } from '../rollcall-table-for-tests.ts';
import { makeSiteDirectory } from '../sites/site-directory.ts';
import { StoredResult, StoredStale } from '../table/attendance-items.ts';
import { closingKey, correctionKey, resultKey, stalePartition } from '../table/attendance-keys.ts';
import type { TableAccess } from '../table/batch-get.ts';
import type { StoredPunch, StoredSequence, StoredSerial } from '../table/items.ts';
import { inSiteList, personKey, punchKey, sequenceKey, serialKey } from '../table/keys.ts';
import { queryAll } from '../table/query-all.ts';
import type { DatedCalendar } from '../table/schedule-items.ts';
import {
  assignmentKey,
  holidayListKey,
  inSiteAssignments,
  leaveKey,
  shiftKey,
  siteKey,
} from '../table/schedule-keys.ts';
import { type Stale, staleItem } from '../table/stale.ts';
import type { DaysDeps } from './derive-people.ts';
import { makeDayKeeper } from './make-day-keeper.ts';

const rules = { acceptSimilarity: 99, margin: 2, duplicatePunchMinutes: 2, photoPolicy: 'never' as const };
const sites = [
  { id: 'main', name: 'Main office', timeZone: 'Europe/Berlin', ...rules },
  { id: 'depot', name: 'Depot', timeZone: 'Europe/Lisbon', ...rules },
];

type Part<T extends z.ZodType> = Partial<z.input<T>>;
type Logged = { readonly event: string; readonly [field: string]: unknown };

/** A table on the local DynamoDB with what days rest on, each fact written with its mark as the product does. Fresh for each test. */
export class DaysForTests {
  readonly table = rollcallTableForTests();
  nowMs = 0;
  logged: Logged[] = [];

  constructor() {
    beforeEach(() => {
      // A Friday, after the week of the rules' tests.
      this.nowMs = Date.parse('2026-11-27T20:00:00.000Z');
      this.logged = [];
    });
  }

  /** What the keeper is made of; the table may be another one, such as one that fails. */
  deps(table: TableAccess = this.table.access()): DaysDeps & { sites: ReturnType<typeof makeSiteDirectory> } {
    const note = (event: string, fields: object) => void this.logged.push({ event, ...fields });
    const now = () => this.nowMs;
    const directory = makeSiteDirectory({ table: this.table.access(), configured: sites, now });
    return { table, sites: directory, now, log: { warn: note } };
  }

  keeper(table?: TableAccess) {
    return makeDayKeeper(this.deps(table));
  }

  async put(...items: readonly object[]): Promise<void> {
    const { client, tableName } = this.table.access();
    if (items.length === 1)
      await client.send(new PutCommand({ TableName: tableName, Item: { ...items[0] } }));
    else {
      const TransactItems = items.map((Item) => ({ Put: { TableName: tableName, Item: { ...Item } } }));
      await client.send(new TransactWriteCommand({ TransactItems }));
    }
  }

  mark(stale: Stale): Promise<void> {
    return this.put(staleItem(stale));
  }

  person(id: string, site = 'main'): Promise<void> {
    const createdAt = '2026-01-01T00:00:00.000Z';
    const person = { id, name: `Person ${id}`, number: id, site, status: 'active', createdAt };
    return this.put({ ...personKey(id), ...person, ...inSiteList(site, 'PEOPLE', createdAt, id) });
  }

  shift(change: Part<typeof Shift> = {}, site = 'main'): Promise<void> {
    const made = shift(change);
    return this.put({ ...shiftKey(site, made.id), ...made, site, createdAt: '2026-01-01T00:00:00.000Z' });
  }

  /** From the beginning of that Monday's year on unless told otherwise; without a mark, as if it had always been so. */
  assign(personId: string, change: Part<typeof Assignment> = {}): Promise<void> {
    const one = assignment({ personId, ...change, id: `${personId}.${change.id ?? change.shift ?? 'day'}` });
    return this.put({
      ...assignmentKey(personId, one.id),
      ...one,
      version: 1,
      createdAt: '2026-01-01T00:00:00.000Z',
      ...inSiteAssignments(one.site, personId, one.id),
    });
  }

  /** Ada, who works from nine to five. */
  async ada(): Promise<void> {
    await Promise.all([this.person('ada'), this.shift(), this.assign('ada')]);
  }

  leave(personId: string, change: Part<typeof Leave> = {}): Promise<void> {
    const one = leave({ personId, ...change, id: `${personId}.leave` });
    const { from, to } = one;
    return this.put(
      { ...leaveKey(personId, one.id), ...one, site: 'main', createdAt: '2026-01-01T00:00:00.000Z' },
      staleItem({ site: 'main', personId, factId: one.id, dates: { from, to } }),
    );
  }

  holidays(list: HolidayList, version = 1, dates = { from: '2026-11-01', to: '2026-11-30' }): Promise<void> {
    return this.put(
      { ...holidayListKey(list.id), ...list, version },
      staleItem({ site: 'main', factId: `holidays.${list.id}.${version}`, dates }),
    );
  }

  calendar(id: string, ...calendars: DatedCalendar[]): Promise<void> {
    return this.put({ ...siteKey(id), id, calendars, version: 1 });
  }

  punch(
    personId: string,
    id: string,
    at: string,
    via: StoredPunch['via'] = 'auto',
    site = 'main',
  ): Promise<void> {
    const punch: StoredPunch = { id, personId, at, site, source: 'door', via, direction: 'in' };
    return this.put(
      { ...punchKey(personId, at, id), ...punch },
      staleItem({ site, personId, factId: id, instants: [at] }),
    );
  }

  /** One entry of a log; `request` says what a decision is about. */
  correction(personId: string, entry: CorrectionEntry, log: readonly CorrectionEntry[]): Promise<void> {
    const request = log.find((one) => one.kind === 'requested' && one.id === entry.id);
    const instants = request?.kind === 'requested' ? instantsOf(request.change) : [];
    return this.put(
      { ...correctionKey(personId, entry.id, entry.kind), site: 'main', entry },
      staleItem({ site: 'main', personId, factId: `${entry.id}.${entry.kind}`, instants }),
    );
  }

  /** A door of the site in use, which said at an instant that nothing waits; null = it has never reported. */
  async door(
    thing: string,
    syncedThrough: string | null,
    allowedAt = '2026-01-01T00:00:00.000Z',
  ): Promise<void> {
    const serial: StoredSerial = {
      ...{ thing, serial: thing, name: thing, site: 'main', direction: 'auto', state: 'bound' },
      ...{ codeHash: 'hash', allowedAt, expiresAt: allowedAt },
    };
    await this.put({ ...serialKey(thing), ...serial, ...inSiteList('main', 'DOORS', allowedAt, thing) });
    if (syncedThrough === null) return;
    const sequence: StoredSequence = {
      ...{ thing, version: 1, undelivered: 1, waiting: 0, clock: 'synced', monotonicMs: 0, verified: 1 },
      ...{ bootId: '018f8c5a-0000-7000-8000-000000000001', reportedAt: syncedThrough, syncedThrough },
    };
    await this.put({ ...sequenceKey(thing), ...sequence });
  }

  /** Takes a door off the list, as the runbook says. */
  async removeDoor(thing: string): Promise<void> {
    const { client, tableName } = this.table.access();
    await client.send(new DeleteCommand({ TableName: tableName, Key: serialKey(thing) }));
  }

  /** The dates of two weeks before one are closed at both sites, so that a run need not look at them. */
  closedBefore(date: LocalDate): Promise<void> {
    const dates = Array.from({ length: 16 }, (_, n) => addDays(date, -1 - n));
    const lookedAt = '2026-01-01T00:00:00.000Z';
    return this.put(
      ...sites.flatMap(({ id: site }) =>
        dates.map((one) => ({ ...closingKey(site, one), site, date: one, closed: true, lookedAt })),
      ),
    );
  }

  async result(personId: string, date: LocalDate): Promise<StoredResult | null> {
    const { client, tableName } = this.table.access();
    const Key = resultKey(personId, date);
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }));
    return Item === undefined ? null : StoredResult.parse(Item);
  }

  async statuses(personId: string, dates: readonly LocalDate[]) {
    const results = await Promise.all(dates.map((date) => this.result(personId, date)));
    return results.map((result) => result?.figures.status ?? null);
  }

  async stale(site = 'main'): Promise<readonly StoredStale[]> {
    const items = await queryAll(this.table.access(), {
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': stalePartition(site) },
    });
    return items.map((item) => StoredStale.parse(item));
  }
}
