import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { SightingPage } from '#contract/api.ts';
import { usablePeople } from '../../../device/camera/replay/sample-people.ts';
import type { NewEntry } from '../../../device/outbox/outbox.ts';
import { enrol, type Installation, startInstallation } from './installation.ts';
import {
  allowDoor,
  connectDoor,
  provisionDoor,
  sightingOf,
  sightingWith,
  type TestDoor,
} from './test-door.ts';

const soon = { timeout: 60_000, interval: 50 };
const [known] = usablePeople().map((person) => person.id) as [string];

let installation: Installation;
let doors: readonly TestDoor[] = [];
beforeAll(async () => {
  installation = await startInstallation();
  await enrol(installation.hr, known, 'Ada Example');
  const facilities = await installation.as('facilities');
  doors = await Promise.all(
    ['trouble-1', 'trouble-2'].map(async (serial) =>
      connectDoor(
        installation,
        await provisionDoor(installation, serial, await allowDoor(facilities, serial)),
      ),
    ),
  );
});
afterAll(async () => {
  await Promise.all(doors.map((door) => door.stop()));
  await installation?.stop();
});
beforeEach(() => installation.cloud.faults.clear());

const ingest = () => {
  const found = installation.cloud.functions().find(({ name }) => name === 'rollcall-dev-ingest');
  if (found === undefined) throw new Error('there is no function ingest');
  return found.asynchronous;
};

/** Delivers all of it at once through both doors; resolves with the outcomes once every passage has one. */
const deliver = async (entries: readonly NewEntry[]): Promise<readonly string[]> => {
  const before = ingest().succeeded;
  const ids = await Promise.all(
    entries.map(async (entry, n) => {
      const door = doors[n % doors.length] as TestDoor;
      const stored = await door.keep(entry);
      expect(await door.publish(stored)).toEqual({ kind: 'puback', reasonCode: 0 });
      return stored.passageId;
    }),
  );
  await vi.waitUntil(() => ingest().succeeded >= before + entries.length, soon);
  const { items } = SightingPage.parse(await installation.hr('GET', '/sightings?limit=100'));
  return ids.map((id) => items.find(({ passageId }) => passageId === id)?.outcome ?? 'lost');
};

/** Arrivals minutes apart, so that each of them counts; those of `group` do not meet those of another one. */
const arrivals = (count: number, group: number): Promise<readonly NewEntry[]> =>
  Promise.all(
    Array.from({ length: count }, (_, n) =>
      sightingOf(known, new Date(Date.now() - (group * 100 + n) * 5 * 60_000)),
    ),
  );

describe('Rekognition', () => {
  it('beyond its quota makes everybody wait and loses nobody', async () => {
    const quota = await installation.cloud.faults.add({
      kind: 'throttle',
      service: 'rekognition',
      operation: 'SearchFacesByImage',
      perSecond: 2,
    });
    const outcomes = await deliver(await arrivals(12, 1));
    expect(new Set(outcomes)).toEqual(new Set(['matched']));
    expect(installation.cloud.faults.find(quota.id)?.struck).toBeGreaterThan(0);
    expect(ingest()).toMatchObject({ retried: 0, discarded: 0, pending: 0 });
  });

  it('that fails for a moment is asked again within the invocation', async () => {
    const failure = await installation.cloud.faults.add({
      kind: 'fail',
      service: 'rekognition',
      times: 8,
    });
    const outcomes = await deliver(await arrivals(6, 2));
    expect(new Set(outcomes)).toEqual(new Set(['matched']));
    expect(installation.cloud.faults.find(failure.id)).toMatchObject({ struck: 8, over: true });
    expect(ingest()).toMatchObject({ retried: 0, discarded: 0, pending: 0 });
  });
});

describe('poison among the good', () => {
  it('is recorded at its first try, and the others are matched', async () => {
    const bomb = await sharp({ create: { width: 5_000, height: 5_000, channels: 3, background: '#777' } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    const good = await arrivals(4, 3);
    const { jpeg } = good[0] as Extract<NewEntry, { kind: 'sighting' }>;
    const poison = [
      jpeg.subarray(0, Math.round(jpeg.length / 2)),
      bomb,
      Buffer.from('this is no picture'),
      jpeg.subarray(0, 2),
    ].map((bytes) => sightingWith(bytes));
    const mixed = good.flatMap((entry, n) => [poison[n] as NewEntry, entry]);
    const searched = installation.cloud.searches();
    expect(await deliver(mixed)).toEqual(good.flatMap(() => ['error', 'matched']));
    expect(installation.cloud.searches() - searched).toBe(good.length);
    expect(ingest()).toMatchObject({ retried: 0, discarded: 0, pending: 0 });
    expect(installation.cloud.queues().filter(({ visible, inFlight }) => visible + inFlight > 0)).toEqual([]);
  });
});
