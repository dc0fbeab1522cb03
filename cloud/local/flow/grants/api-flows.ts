import sharp from 'sharp';
import { Person } from '#contract/api.ts';
import { enrolmentCrop, samplePerson, usablePeople } from '../../../../device/camera/replay/sample-people.ts';
import { demoSite } from '../../../../scripts/start/demo.ts';
import { allowDoor } from '../test-door.ts';
import type { World } from './world.ts';

export const whoAmI = async ({ hr }: World): Promise<void> => void (await hr('GET', '/me'));

export const arrivals = async ({ manager }: World): Promise<void> =>
  void (await manager('GET', '/attendance/punches?site=main'));

export const punchesOfPerson = async ({ hr, person }: World): Promise<void> =>
  void (await hr('GET', `/attendance/punches?person=${person.id}`));

export const absentToday = async ({ manager }: World): Promise<void> => {
  const today = new Date().toISOString().slice(0, 10);
  await manager('GET', `/attendance/days?site=${demoSite}&from=${today}&to=${today}&status=absent`);
};

export const people = async ({ hr }: World): Promise<void> => void (await hr('GET', '/people'));

export const doors = async ({ facilities }: World): Promise<void> => void (await facilities('GET', '/doors'));

export const allowance = async (world: World): Promise<void> =>
  void (await allowDoor(world.facilities, `allowed-${world.next()}`));

/** A site that nobody knows yet, so that every function has to look it up, with its first door. */
export const newSite = async (world: World): Promise<void> => {
  const { hr, facilities, installation } = world;
  const n = world.next();
  const id = `annex-${n}`;
  const rules = { acceptSimilarity: 99, margin: 2, duplicatePunchMinutes: 2, photoPolicy: 'never' };
  await hr('POST', '/sites', { id, name: `Annex ${n}`, timeZone: 'Europe/Berlin', ...rules });
  const sub = installation.subs.get('facilities');
  await hr('PUT', `/users/${sub}`, { personId: null, sites: [demoSite, id] });
  await facilities('POST', '/doors', { serial: id, name: 'Annex door', site: id, direction: 'auto' });
};

/** A user is a person, and then is not any more. */
export const unlinkedUser = async ({ hr, installation, person }: World): Promise<void> => {
  const user = `/users/${installation.subs.get('staff')}`;
  for (const personId of [person.id, null]) await hr('PUT', user, { personId, sites: [demoSite] });
};

export const newPerson = async (world: World): Promise<void> => void (await createPerson(world));

/** A person is enrolled by a picture. */
export const enrolment = async (world: World): Promise<void> => {
  // Strangers to the sightings, so that these stay unambiguous.
  const [, stranger] = usablePeople();
  const id = await createPerson(world);
  await world.hr('POST', `/people/${id}/faces`, await enrolmentCrop(samplePerson(stranger?.id ?? '')));
};

/** A picture with two faces is refused, and what was indexed of it is taken back. */
export const pictureOfTwo = async (world: World): Promise<void> => {
  const id = await createPerson(world);
  const refusal = await world.hr('POST', `/people/${id}/faces`, await twoFaces()).then(
    () => 'it was taken',
    (error: Error) => error.message,
  );
  if (!/more than one face/.test(refusal)) throw new Error(refusal);
};

/** Adds somebody with consent and returns their id. */
const createPerson = async (world: World): Promise<string> => {
  const number = `flow-${world.next()}`;
  const consent = { version: 'test-1', language: 'en' };
  return Person.parse(
    await world.hr('POST', '/people', { name: 'Bao Sample', number, site: demoSite, consent }),
  ).id;
};

/** Two people side by side. */
const twoFaces = async (): Promise<Buffer> => {
  const [, one, other] = usablePeople();
  const side = 400;
  const pictures = await Promise.all(
    [one, other].map(async (person) =>
      sharp(await enrolmentCrop(samplePerson(person?.id ?? '')))
        .resize(side, side)
        .toBuffer(),
    ),
  );
  return sharp({ create: { width: 2 * side, height: side, channels: 3, background: '#888' } })
    .composite(pictures.map((input, n) => ({ input, left: n * side, top: 0 })))
    .jpeg()
    .toBuffer();
};
