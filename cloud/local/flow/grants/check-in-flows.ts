import sharp from 'sharp';
import { Person } from '#contract/api.ts';
import { CheckInAnswer } from '#contract/check-in.ts';
import { enrolmentCrop, samplePerson } from '../../../../device/camera/replay/sample-people.ts';
import { demoSite } from '../../../../scripts/start/demo.ts';
import type { World } from './world.ts';

/** The person marks their attendance with a picture that was never sent before. Soon after another punch it is a duplicate, and kept. */
export const checkIn = async (world: World): Promise<void> => {
  const { installation, hr, person } = world;
  const personId = person.id;
  await hr('PUT', `/users/${installation.subs.get('staff')}`, { personId, sites: [demoSite] });
  const staff = await installation.as('staff');
  const picture = await sharp(await enrolmentCrop(samplePerson(person.sample)))
    .extend({ top: 4, background: { r: world.next() % 256, g: 90, b: 120 } })
    .jpeg()
    .toBuffer();
  const { outcome } = CheckInAnswer.parse(await staff('POST', '/check-in', picture));
  if (outcome !== 'matched' && outcome !== 'duplicate') throw new Error(`the check-in was ${outcome}`);
};

/** Somebody new marks their attendance at the kiosk. */
export const punchByPin = async (world: World): Promise<void> => {
  const { installation, hr } = world;
  const number = `pin-${world.next()}`;
  const pin = '4711';
  const { id } = Person.parse(
    await hr('POST', '/people', { name: 'Carla Demo', number, site: demoSite, consent: null }),
  );
  await hr('PUT', `/people/${id}/pin`, { pin });
  const kiosk = await installation.as('kiosk');
  await kiosk('POST', '/punches/pin', { number, pin });
};
