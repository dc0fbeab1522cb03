import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Person } from '#contract/api.ts';
import { DayPage, Overview } from '#contract/attendance.ts';
import { until } from '../../../scripts/running-product.ts';
import { demoSite } from '../../../scripts/start/demo.ts';
import { addDays } from '../../domain/local-time.ts';
import { makeHeldSchedule } from './held-schedule.ts';
import { type Installation, startInstallation } from './installation.ts';
import { allowDoor, provisionDoor } from './test-door.ts';

const dayMs = 86_400_000;
const tomorrow = addDays(new Date().toISOString().slice(0, 10), 1);
/** How far the cloud's clock is ahead of the machine's while the schedules look at it: functions sign with the machine's. */
let aheadMs = 0;
const held = makeHeldSchedule();
let installation: Installation;

beforeAll(async () => {
  installation = await startInstallation(undefined, {
    now: () => Date.now() + aheadMs,
    schedule: held.schedule,
  });
});
afterAll(() => installation?.stop());

const runs = () => {
  const found = installation.cloud.functions().find(({ name }) => name === 'rollcall-dev-days');
  return found?.asynchronous.succeeded ?? 0;
};

/** Fires the schedules of an instant and waits until the days are kept. */
const keepAt = async (instantMs: number): Promise<void> => {
  // What fell due in between is fired once, with the time at which it should have been: so it is before what is meant.
  for (const atMs of [instantMs - 6 * 60_000, instantMs]) {
    const before = runs();
    aheadMs = atMs - Date.now();
    // Ahead only while the scheduler sees what is due: what is made while it is would not be due when the clock is
    // right again. Then the calls that it lined up are let go.
    const fired = installation.cloud.fireSchedules();
    aheadMs = 0;
    await fired;
    held.release();
    await until('the days', async () => (runs() > before ? true : undefined), 20, 30_000);
  }
};

/** As the runbook says of a door that is gone for good. */
const takeOffTheList = async (serial: string): Promise<void> => {
  const { awsUrl, region, outputs } = installation.cloud;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: awsUrl, region, credentials });
  const Key = { pk: { S: `SERIAL#${serial}` }, sk: { S: 'ALLOW' } };
  await client.send(new DeleteItemCommand({ TableName: outputs.TableName, Key }));
};

const statuses = async () => {
  const manager = await installation.as('manager');
  const page = await manager('GET', `/attendance/days?site=${demoSite}&from=${tomorrow}&to=${tomorrow}`);
  return DayPage.parse(page).items.map(({ person, figures }) => [
    person.name,
    figures.status,
    figures.settled,
  ]);
};

describe('a day on which nobody comes', () => {
  it('waits for the door that has not said everything, and is closed when it holds nothing back any more', async () => {
    const { hr, cloud } = installation;
    const consent = { version: 'test-1', language: 'en' };
    const ada = Person.parse(
      await hr('POST', '/people', { name: 'Ada Example', number: 'days-1', site: demoSite, consent }),
    );
    const shift = { site: demoSite, name: 'Day', start: '09:00', end: '17:00' };
    const { id } = (await hr('POST', '/shifts', shift)) as { readonly id: string };
    await hr('POST', '/assignments', {
      ...{ personId: ada.id, site: demoSite, shift: id, from: tomorrow, to: tomorrow },
      weekdays: [1, 2, 3, 4, 5, 6, 7],
    });
    await provisionDoor(
      installation,
      'days-1',
      await allowDoor(await installation.as('facilities'), 'days-1'),
    );
    expect(await statuses()).toEqual([]);

    const noonAfter = Date.parse(`${tomorrow}T12:00:00.000Z`) + dayMs;
    await keepAt(noonAfter);
    expect(await statuses()).toEqual([['Ada Example', 'pending_sync', false]]);

    await keepAt(noonAfter + 9 * dayMs);
    expect(await statuses()).toEqual([['Ada Example', 'pending_sync', false]]);

    await takeOffTheList('days-1');
    await keepAt(noonAfter + 10 * dayMs);
    expect(await statuses()).toEqual([['Ada Example', 'absent', true]]);
    const manager = await installation.as('manager');
    const overview = await manager('GET', `/attendance/overview?site=${demoSite}&date=${tomorrow}`);
    expect(Overview.parse(overview)).toMatchObject({
      ...{ site: demoSite, date: tomorrow, expected: 1, seen: 0 },
      totals: { people: 1, byStatus: { absent: 1 }, unsettledDays: 0 },
    });
    expect(cloud.denied()).toEqual([]);
  });
});
