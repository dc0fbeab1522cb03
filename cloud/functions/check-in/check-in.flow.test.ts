import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, PunchPage } from '#contract/api.ts';
import { CheckInAnswer, PinAnswer } from '#contract/check-in.ts';
import { Usage } from '#contract/usage.ts';
import { enrolmentCrop, samplePerson, usablePeople } from '../../../device/camera/replay/sample-people.ts';
import type { ApiClient } from '../../../scripts/api-client.ts';
import { enrol, type Installation, startInstallation } from '../../local/flow/installation.ts';

const [ada, bao] = usablePeople().map(({ id }) => id) as [string, string];

let installation: Installation;
let s3: S3Client;
let person: Person;
let staff: ApiClient;
let kiosk: ApiClient;
let admin: ApiClient;

beforeAll(async () => {
  installation = await startInstallation();
  const { cloud, hr } = installation;
  s3 = new S3Client({
    endpoint: cloud.awsUrl,
    region: cloud.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  person = await enrol(hr, ada, 'Ada Example');
  [staff, kiosk] = [await installation.as('staff'), await installation.as('kiosk')];
  admin = await installation.as('admin');
  await linkStaff(person.id);
});
afterAll(async () => {
  s3?.destroy();
  await installation?.stop();
});

const linkStaff = (personId: string) =>
  installation.hr('PUT', `/users/${installation.subs.get('staff')}`, { personId, sites: ['main'] });
const checkIn = async (picture: Buffer) => CheckInAnswer.parse(await staff('POST', '/check-in', picture));
const punches = async () =>
  PunchPage.parse(await installation.hr('GET', `/attendance/punches?person=${person.id}`)).items;
/** Calls to Rekognition that browsers needed, to find faces and to search. */
const bought = async () =>
  Usage.parse(await admin('GET', '/usage')).bySource.find(({ source }) => source === 'browser')?.searches;
const Bucket = () => installation.cloud.outputs.ImageBucketName;
const stored = async () =>
  (await s3.send(new ListObjectsV2Command({ Bucket: Bucket() }))).Contents?.map(({ Key }) => Key) ?? [];

const wall = { create: { width: 640, height: 480, channels: 3, background: '#68a' } } as const;
/** What a browser's camera would show: these people side by side in front of a wall, each so many pixels wide. */
const camera = async (width: number, ...ids: readonly string[]) => {
  const people = await Promise.all(
    ids.map(async (id) =>
      sharp(await enrolmentCrop(samplePerson(id)))
        .resize({ width, height: 400, fit: 'inside' })
        .toBuffer(),
    ),
  );
  return sharp(wall)
    .composite(people.map((input, n) => ({ input, left: 20 + n * (width + 10), top: 40 })))
    .withExif({ IFD0: { Artist: 'somebody in particular' } })
    .jpeg()
    .toBuffer();
};
/** Hills under the sky. */
const landscape = () =>
  sharp(wall)
    .composite([
      {
        input: Buffer.from(
          '<svg width="640" height="480"><rect y="300" width="640" height="180" fill="#474"/><path d="M0 330 L200 180 L420 340 L640 220 V480 H0 Z" fill="#586"/></svg>',
        ),
      },
    ])
    .jpeg()
    .toBuffer();

describe('a picture that makes no punch', () => {
  it.each([
    ['somebody else', () => camera(400, bao), 'not_you'],
    ['a landscape', landscape, 'no_face'],
    ['two people', () => camera(300, ada, bao), 'several_faces'],
    ['somebody far away', () => camera(130, ada), 'too_small'],
  ])('shows %s', async (_what, picture, outcome) => {
    expect(await checkIn(await picture())).toMatchObject({
      outcome,
      punch: null,
      detail: expect.stringMatching(/\w/),
    });
    expect(await punches()).toEqual([]);
    expect(await stored()).toEqual([]);
  });

  it('is of somebody who has not consented: nobody looks at it, and their PIN counts', async () => {
    const { hr } = installation;
    const consent = null;
    const body = { name: 'Carla Demo', number: 'carla-7', site: 'main', consent };
    const { id } = (await hr('POST', '/people', body)) as Person;
    await linkStaff(id);
    const before = await bought();
    expect(await checkIn(await camera(400, ada))).toMatchObject({ outcome: 'no_consent', punch: null });
    expect(await bought()).toBe(before);

    await staff('PUT', '/me/pin', { pin: '25804711' });
    const answer = PinAnswer.parse(
      await kiosk('POST', '/punches/pin', { number: 'carla-7', pin: '25804711' }),
    );
    expect(answer).toMatchObject({ outcome: 'matched', name: 'Carla Demo', direction: 'in' });
    await linkStaff(person.id);
  });
});

describe('a picture of the signed-in person', () => {
  it('is a punch on the API, even if Rekognition is busy at first, and lies under the person in the bucket for as long as its class', async () => {
    const picture = await camera(400, ada);
    await installation.cloud.faults.add({ service: 'rekognition', kind: 'throttle', times: 2 });
    const before = (await bought()) ?? 0;
    const { outcome, punch } = await checkIn(picture);
    expect(outcome).toBe('matched');
    expect(await bought()).toBe(before + 2);
    expect(await punches()).toEqual([punch]);
    expect(punch).toMatchObject({
      source: 'browser',
      door: null,
      direction: 'in',
      person: { id: person.id },
    });

    const Key = `check-in/${person.id}/${punch?.localTime.slice(0, 10)}/${punch?.id}.jpg`;
    expect(await stored()).toEqual([Key]);
    const object = await s3.send(new GetObjectCommand({ Bucket: Bucket(), Key }));
    expect(object).toMatchObject({
      ContentType: 'image/jpeg',
      ServerSideEncryption: 'aws:kms',
      Expiration: expect.stringContaining('rule-id="check-in"'),
    });
    const kept = Buffer.from((await object.Body?.transformToByteArray()) ?? []);
    expect(picture.includes('somebody in particular')).toBe(true);
    expect(kept.includes('somebody in particular')).toBe(false);
    expect(await sharp(kept).metadata()).toMatchObject({ width: 640, height: 480 });

    expect(await checkIn(picture)).toMatchObject({ outcome: 'matched', punch });
    expect(await bought()).toBe(before + 2);
  });
});

describe('number and PIN at the kiosk', () => {
  it('are a punch of the same person beside those of the browser', async () => {
    await installation.hr('PUT', `/people/${person.id}/pin`, { pin: '47110815' });
    const wrong = kiosk('POST', '/punches/pin', { number: person.number, pin: '47110816' });
    await expect(wrong).rejects.toThrow(/422/);
    const answer = PinAnswer.parse(
      await kiosk('POST', '/punches/pin', { number: person.number, pin: '47110815' }),
    );
    // Moments after the browser's: kept, and counted once.
    expect(answer).toMatchObject({ outcome: 'duplicate', name: 'Ada Example', direction: 'in' });
    expect(await punches()).toHaveLength(1);
  });
});

it('nothing of all this is in the function’s log: no picture, number, PIN or name', () => {
  const { stateDir } = installation;
  const [file] = readdirSync(stateDir, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('check-in.log'),
  );
  const log = readFileSync(path.join(stateDir, file ?? ''), 'utf8');
  for (const event of ['check_in.decided', 'search.waited']) expect(log).toContain(event);
  for (const secret of [
    '/9j/',
    'Ada Example',
    'Carla Demo',
    'carla-7',
    person.number,
    '47110815',
    '25804711',
  ])
    expect(log).not.toContain(secret);
});
