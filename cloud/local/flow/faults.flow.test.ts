import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PunchPage, SightingPage } from '#contract/api.ts';
import { usablePeople } from '../../../device/camera/replay/sample-people.ts';
import type { StoredEntry } from '../../../device/outbox/entry-file.ts';
import { enrol, type Installation, startInstallation } from './installation.ts';
import { allowDoor, connectDoor, provisionDoor, sightingOf, type TestDoor } from './test-door.ts';

const [known] = usablePeople().map((person) => person.id) as [string];
const patience = { timeout: 60_000, interval: 100 };
const minuteMs = 60_000;

let installation: Installation;
let door: TestDoor;

beforeAll(async () => {
  installation = await startInstallation();
  await enrol(installation.hr, known, 'Ada Example');
  const code = await allowDoor(await installation.as('facilities'), 'faults-1');
  door = await connectDoor(installation, await provisionDoor(installation, 'faults-1', code));
});
afterAll(async () => {
  await door?.stop();
  await installation?.stop();
});

const punches = async () => PunchPage.parse(await installation.hr('GET', '/attendance/punches')).items;
const sightings = async () => SightingPage.parse(await installation.hr('GET', '/sightings')).items;
const name = 'rollcall-dev-ingest';
const ingest = () => installation.cloud.functions().find((candidate) => candidate.name === name);

/** Sightings of one person, far enough apart in event time that each is a punch of its own. */
const keepSightings = async (count: number, from: number): Promise<readonly StoredEntry[]> => {
  const kept: StoredEntry[] = [];
  for (let index = 0; index < count; index += 1)
    kept.push(await door.keep(await sightingOf(known, new Date(from + index * 10 * minuteMs))));
  return kept;
};

/** Every event that Lambda has accepted has been worked on to its end. */
const quiet = () =>
  vi.waitFor(() => {
    expect(ingest()?.asynchronous.pending).toBe(0);
  }, patience);

describe('one punch for each passage', () => {
  it('when events come twice and out of order, calls are throttled, and answers are lost', async () => {
    const { faults } = installation.cloud;
    const twice = await faults.add({ service: 'lambda-events', operation: name, kind: 'duplicate' });
    const mixed = await faults.add({
      service: 'lambda-events',
      operation: name,
      kind: 'reorder',
      withinMs: 2000,
    });
    const search = { service: 'rekognition', operation: 'SearchFacesByImage' } as const;
    const throttled = await faults.add({ ...search, kind: 'throttle', times: 4 });
    const write = { service: 'dynamodb', operation: 'TransactWriteItems' } as const;
    const lost = await faults.add({ ...write, kind: 'lose_answer', times: 2 });

    const entries = await keepSightings(5, Date.now());
    const ids = entries.map(({ passageId }) => passageId);
    await Promise.all(entries.map((entry) => door.publish(entry)));
    await vi.waitFor(
      () => expect(new Set(door.verdicts.map(({ passageId }) => passageId))).toEqual(new Set(ids)),
      patience,
    );
    await quiet();

    const punched = (await punches()).map(({ id }) => id).filter((id) => ids.includes(id));
    expect(punched.toSorted()).toEqual(ids.toSorted());
    const seen = (await sightings()).filter(({ passageId }) => ids.includes(passageId));
    expect(seen.map(({ outcome }) => outcome)).toEqual(ids.map(() => 'matched'));

    const struck = ({ id }: { readonly id: string }) => faults.find(id)?.struck ?? 0;
    expect([twice, mixed, throttled, lost].map(struck)).toEqual([5, 10, 4, 2]);
    await faults.clear();
  });

  it('when the rule hands a message on twice', async () => {
    const { faults } = installation.cloud;
    await faults.add({ service: 'iot-rules', kind: 'duplicate' });
    const [entry] = await keepSightings(1, Date.now() + 100 * minuteMs);
    if (entry === undefined) throw new Error('there is no sighting');
    const before = ingest()?.asynchronous.succeeded ?? 0;
    await door.publish(entry);
    await vi.waitFor(() => expect(ingest()?.asynchronous.succeeded).toBe(before + 2), patience);
    expect((await punches()).filter(({ id }) => id === entry.passageId)).toHaveLength(1);
    await faults.clear();
  });
});

describe('the broker', () => {
  it('goes away and comes back, and the door delivers afterwards', async () => {
    const { faults } = installation.cloud;
    const { id } = await faults.add({ service: 'iot', kind: 'outage' });
    const [entry] = await keepSightings(1, Date.now() + 200 * minuteMs);
    if (entry === undefined) throw new Error('there is no sighting');
    expect(await door.publish(entry)).not.toEqual({ kind: 'puback', reasonCode: 0 });

    await faults.remove(id);
    await vi.waitFor(
      async () => expect(await door.publish(entry)).toEqual({ kind: 'puback', reasonCode: 0 }),
      patience,
    );
    await quiet();
    expect((await punches()).filter((punch) => punch.id === entry.passageId)).toHaveLength(1);
  });
});
