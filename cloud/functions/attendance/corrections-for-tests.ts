import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach } from 'vitest';
import type { Problem } from '#contract/api.ts';
import { type Change, CorrectionItem, CorrectionPage } from '#contract/correction.ts';
import { ApiForTests, nowMs, sites } from '../api-for-tests.ts';
import { makeDayKeeper } from '../days/make-day-keeper.ts';
import { makeSiteDirectory } from '../sites/site-directory.ts';
import { stalePartition } from '../table/attendance-keys.ts';
import type { StoredPunch } from '../table/items.ts';
import { type Key, personKey, punchKey } from '../table/keys.ts';

/** A Monday at 09:00 in Berlin, seven hours before the test's now. */
const nine = '2026-11-23T08:00:00.000Z';
export const forgotten: Change = { action: 'add', at: '2026-11-23T15:30:00.000Z', direction: 'out' };
/** Of a month that is closed. */
export const inOctober: Change = { action: 'add', at: '2026-10-20T15:30:00.000Z', direction: 'out' };
export const named = (punch: StoredPunch, change: object = {}) => ({
  id: punch.id,
  at: punch.at,
  via: punch.via,
  ...change,
});

type Caller = ReturnType<ApiForTests['as']>;

/** People of two sites and their managers, over the real day keeper: `staff` is Ada, `manager` is Mona, both of the main site. */
export class CorrectionsForTests {
  readonly api = new ApiForTests();
  ada = '';
  mona = '';
  diego = '';
  readonly staff: Caller = this.api.as('staff');
  readonly manager: Caller = this.api.as('manager');
  readonly hr: Caller = this.api.as('hr');
  readonly admin: Caller = this.api.as('admin', 'hr');
  /** Manages the depot alone. */
  readonly elsewhere: Caller = this.api.as('kiosk', 'manager');

  constructor() {
    beforeEach(async () => {
      await this.api.link('sub-hr', ['main', 'depot']);
      this.ada = (await this.api.enrol('ada')).id;
      this.mona = (await this.api.enrol('mona')).id;
      this.diego = (await this.api.enrol('diego', { site: 'depot' })).id;
      await this.api.link('sub-hr', ['main']);
      await this.api.link('sub-staff', ['main'], this.ada);
      await this.api.link('sub-manager', ['main'], this.mona);
      await this.api.link('sub-admin', ['main']);
      await this.api.link('sub-kiosk', ['depot']);
      const table = this.api.table.access();
      const directory = makeSiteDirectory({ table, configured: sites, now: () => nowMs });
      const log = { warn: () => {} };
      const keeper = makeDayKeeper({ table, sites: directory, now: () => nowMs, log });
      this.api.refresh = (...about) => keeper.refresh(...about);
    });
  }

  /** Asks; the answer as it is. */
  ask(who: Caller, change: Change, rest: object = {}) {
    return who('attendance', 'POST /corrections', { change, reason: 'forgot', ...rest });
  }

  /** Asks, and it was taken. */
  async asked(who: Caller, change: Change, rest: object = {}): Promise<CorrectionItem> {
    const { status, body } = await this.ask(who, change, rest);
    if (status !== 201) throw new Error((body as Problem).detail ?? `answered ${status}`);
    return CorrectionItem.parse(body);
  }

  decide(who: Caller, { id }: { readonly id: string }, decision: 'approved' | 'refused', note = '') {
    return who('attendance', `POST /corrections/${id}/decision`, { decision, note });
  }

  async list(who: Caller, query = ''): Promise<CorrectionPage> {
    return CorrectionPage.parse((await who('attendance', `GET /corrections${query}`)).body);
  }

  /** A punch of Ada's that a door recorded. */
  async punch(change: Partial<StoredPunch> = {}): Promise<StoredPunch> {
    const punch: StoredPunch = {
      id: 'punch-1',
      personId: this.ada,
      at: nine,
      site: 'main',
      source: 'door',
      via: 'auto',
      direction: 'in',
      ...change,
    };
    await this.put({ ...punchKey(punch.personId, punch.at, punch.id), ...punch });
    return punch;
  }

  async put(Item: Record<string, unknown> & Key): Promise<void> {
    const { client, tableName } = this.api.table.access();
    await client.send(new PutCommand({ TableName: tableName, Item }));
  }

  /** Items of a partition whose sort keys begin so. */
  async items(pk: string, prefix = ''): Promise<readonly Record<string, unknown>[]> {
    const { client, tableName } = this.api.table.access();
    const begins = prefix === '' ? '' : ' AND begins_with(sk, :prefix)';
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: `pk = :pk${begins}`,
        ExpressionAttributeValues: { ':pk': pk, ...(prefix === '' ? {} : { ':prefix': prefix }) },
      }),
    );
    return Items;
  }

  ofAda = (prefix: string) => this.items(personKey(this.ada).pk, prefix);
  stale = () => this.items(stalePartition('main'));

  /** Takes away everything under a person’s key, as an erasure does. */
  async erase(personId: string): Promise<void> {
    const { client, tableName } = this.api.table.access();
    for (const { pk, sk } of await this.items(personKey(personId).pk))
      await client.send(new DeleteCommand({ TableName: tableName, Key: { pk, sk } }));
  }
}
