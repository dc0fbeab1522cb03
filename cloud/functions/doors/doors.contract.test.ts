import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { DoorAllowance, DoorPage } from '#contract/api.ts';
import { ApiForTests, sites } from '../api-for-tests.ts';
import { makeDynamoLedger } from '../ingest/dynamo-ledger.ts';
import { makeDynamoAllowList } from '../provisioning-hook/allow-list.ts';
import { siteKey } from '../table/schedule-keys.ts';

const api = new ApiForTests();

describe('doors', () => {
  const facilities = api.as('facilities');
  const door = { serial: 'demo-1', name: 'Front door', site: 'main', direction: 'auto' };
  beforeEach(async () => {
    await api.link('sub-hr', ['main']);
    await api.link('sub-facilities', ['main']);
  });

  it('are allowed with a code for three days, which may be asked for again', async () => {
    const { body } = await facilities('doors', 'POST /doors', door);
    expect(DoorAllowance.parse(body)).toEqual({
      ...door,
      thing: 'rollcall-dev-demo-1',
      code: 'CODE1-CODE2',
      expiresAt: '2026-11-26T16:00:00.000Z',
    });
    expect((await facilities('doors', 'POST /doors', door)).status).toBe(201);
    const page = DoorPage.parse((await facilities('doors', 'GET /doors')).body);
    expect(page.items).toEqual([{ ...door, thing: 'rollcall-dev-demo-1', state: 'allowed' }]);
    expect(JSON.stringify(page)).not.toContain('CODE');
  });

  it('keep their serial once they have used it', async () => {
    await facilities('doors', 'POST /doors', door);
    const allowList = makeDynamoAllowList(api.table.access());
    const entry = await allowList.find('demo-1');
    if (entry === null) throw new Error('the door was not allowed');
    expect(await allowList.bind(entry, 'key')).toBe('bound');
    expect(await allowList.bind(entry, 'another key')).toBe('lost');
    expect(
      await makeDynamoLedger(api.table.access(), Date.now).findDoor('rollcall-dev-demo-1'),
    ).toMatchObject(door);
    expect((await facilities('doors', 'POST /doors', door)).status).toBe(409);
  });

  it('stand at a site that was made by the API as at a configured one', async () => {
    const site = { ...sites[0], id: 'annex', name: 'Annex' };
    const { client, tableName } = api.table.access();
    const Item = { ...siteKey('annex'), id: 'annex', site, calendars: [], version: 1 };
    await client.send(new PutCommand({ TableName: tableName, Item }));
    expect((await api.link('sub-facilities', ['annex'])).status).toBe(200);
    const { body, status } = await facilities('doors', 'POST /doors', { ...door, site: 'annex' });
    expect(status).toBe(201);
    expect(DoorAllowance.parse(body)).toMatchObject({ site: 'annex' });
  });

  it('ask for exactly the grants that the stack gives to their function, and to the hook that binds them', async () => {
    api.table.asked();
    await facilities('doors', 'POST /doors', door);
    await facilities('doors', 'GET /doors');
    expect(api.table.asked()).toEqual(['GetItem', 'PutItem', 'Query', 'Query (gsi1)']);
    const allowList = makeDynamoAllowList(api.table.access());
    const entry = await allowList.find('demo-1');
    if (entry === null) throw new Error('the door was not allowed');
    await allowList.bind(entry, 'key');
    expect(api.table.asked()).toEqual(['GetItem', 'PutItem', 'UpdateItem']);
  });

  it('are no business of HR, nor of facilities at another site', async () => {
    expect((await api.as('hr')('doors', 'GET /doors')).status).toBe(403);
    expect((await facilities('doors', 'POST /doors', { ...door, site: 'depot' })).status).toBe(403);
  });
});
