import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Now, type Person, PunchPage, SightingPage } from '#contract/api.ts';
import { Sighting } from '#contract/sighting.ts';
import { enrolmentCrop, samplePerson, usablePeople } from '../../../device/camera/replay/sample-people.ts';
import { enrol, type Installation, startInstallation } from './installation.ts';
import {
  allowDoor,
  connectDoor,
  provisionDoor,
  sightingOf,
  sightingWith,
  type TestDoor,
} from './test-door.ts';

const [known, stranger, late] = usablePeople().map((person) => person.id) as [string, string, string];
const soon = { timeout: 20_000, interval: 50 };

let installation: Installation;
let door: TestDoor;
let person: Person;

beforeAll(async () => {
  installation = await startInstallation();
  person = await enrol(installation.hr, known, 'Ada Example');
  const code = await allowDoor(await installation.as('facilities'), 'flow-1');
  door = await connectDoor(installation, await provisionDoor(installation, 'flow-1', code));
});
afterAll(async () => {
  await door?.stop();
  await installation?.stop();
});

const punches = async () => PunchPage.parse(await installation.hr('GET', '/attendance/punches')).items;
const sightings = async () => SightingPage.parse(await installation.hr('GET', '/sightings')).items;
const verdictOf = (passageId: string) =>
  vi.waitUntil(() => door.verdicts.find((verdict) => verdict.passageId === passageId), soon);

describe('a face at a door', () => {
  it('becomes a punch on the dashboard’s API and a verdict at the door', async () => {
    const entry = await door.keep(await sightingOf(known));
    expect(await door.publish(entry)).toEqual({ kind: 'puback', reasonCode: 0 });

    expect(await verdictOf(entry.passageId)).toMatchObject({
      outcome: 'matched',
      name: 'Ada Example',
      direction: 'in',
    });
    const punch = (await punches()).find((candidate) => candidate.id === entry.passageId);
    expect(punch).toMatchObject({
      person: { id: person.id, name: 'Ada Example' },
      at: Sighting.parse(JSON.parse(entry.facts)).capturedAt,
      site: 'main',
      door: { thing: door.identity.thingName, name: 'Door flow-1' },
      direction: 'in',
      source: 'door',
    });
    expect(punch?.similarity).toBeGreaterThanOrEqual(99);
    const now = Now.parse(await installation.hr('GET', '/attendance/now?site=main'));
    expect(now.people).toMatchObject([{ person: { name: 'Ada Example' }, state: 'in' }]);
  });

  it('of a stranger is an unknown sighting without a name, a person or a punch', async () => {
    const before = (await punches()).length;
    const entry = await door.keep(await sightingOf(stranger));
    await door.publish(entry);

    const verdict = await verdictOf(entry.passageId);
    expect(verdict).toMatchObject({ outcome: 'unknown' });
    expect(verdict).not.toHaveProperty('name');
    const sighting = (await sightings()).find((candidate) => candidate.passageId === entry.passageId);
    expect(sighting).toMatchObject({ outcome: 'unknown', person: null, direction: null });
    expect(await punches()).toHaveLength(before);
  });

  it('without a face in the picture is recorded as no_usable_face', async () => {
    const grey = await sharp({ create: { width: 200, height: 200, channels: 3, background: '#777' } })
      .jpeg()
      .toBuffer();
    const entry = await door.keep(sightingWith(grey));
    await door.publish(entry);
    expect(await verdictOf(entry.passageId)).toMatchObject({ outcome: 'no_usable_face' });
  });

  it('in bytes that are not a JPEG ends as a recorded rejection, not as a retry', async () => {
    const entry = await door.keep(sightingWith(Buffer.from('this is no picture at all')));
    await door.publish(entry);
    expect(await verdictOf(entry.passageId)).toMatchObject({
      outcome: expect.stringMatching(/^(error|no_usable_face)$/),
    });
  });

  it('of somebody enrolled without consent gets no name', async () => {
    const created = (await installation.hr('POST', '/people', {
      name: 'Carla Demo',
      number: 'no-consent',
      site: 'main',
      consent: null,
    })) as Person;
    const photo = await enrolmentCrop(samplePerson(late));
    await expect(installation.hr('POST', `/people/${created.id}/faces`, photo)).rejects.toThrow(/consent/i);
    const entry = await door.keep(await sightingOf(late));
    await door.publish(entry);
    expect(await verdictOf(entry.passageId)).toMatchObject({ outcome: 'unknown' });
  });
});

describe('the same sighting delivered twice', () => {
  it('gives one punch, one search and the same verdict, in a row and at once', async () => {
    const searches = () => installation.cloud.searches();
    const before = searches();
    const entry = await door.keep(await sightingOf(known, new Date(Date.now() + 10 * 60_000)));
    await door.publish(entry);
    const first = await verdictOf(entry.passageId);
    await door.publish(entry);
    await vi.waitUntil(
      () => door.verdicts.filter((verdict) => verdict.passageId === entry.passageId).length >= 2,
      soon,
    );

    const twin = await door.keep(await sightingOf(known, new Date(Date.now() + 20 * 60_000)));
    await Promise.all([door.publish(twin), door.publish(twin)]);
    await vi.waitUntil(
      () => door.verdicts.filter((verdict) => verdict.passageId === twin.passageId).length >= 2,
      soon,
    );

    const ids = (await punches()).map((punch) => punch.id);
    expect(ids.filter((id) => id === entry.passageId)).toHaveLength(1);
    expect(ids.filter((id) => id === twin.passageId)).toHaveLength(1);
    expect(door.verdicts.filter((verdict) => verdict.passageId === entry.passageId)).toEqual([first, first]);
    expect(searches() - before).toBeLessThanOrEqual(3);
  });
});
