import sharp from 'sharp';
import { v7 as newPassageId } from 'uuid';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { PunchPage, SightingPage } from '#contract/api.ts';
import { makeVerdictBox } from '../../../device/best-shot/verdicts.ts';
import type { Frame } from '../../../device/camera/frame.ts';
import { enrolmentCrop, samplePerson } from '../../../device/camera/replay/sample-people.ts';
import { readBootId } from '../../../device/clock.ts';
import { makeMemoryLog } from '../../../device/log.ts';
import { runPipeline } from '../../../device/pipeline.ts';
import type { FaceFinder } from '../../../device/vision/face.ts';
import { makeFaceFinder } from '../../../device/vision/face-finder.ts';
import { rgbToYuv420 } from '../../../device/vision/yuv.ts';
import { enrol, type Installation, startInstallation } from './installation.ts';
import { allowDoor, connectDoor, provisionDoor, type TestDoor } from './test-door.ts';

const somebody = 's6-4';
/** Width of their face in pixels: usable from afar, excellent near by. */
const afar = 66;
const nearBy = 170;
const soon = { timeout: 30_000, interval: 50 };
/** The door's time between two frames. It stands still while the cloud is waited for, so nothing here depends on how long that takes. */
const frameMs = 100;
/** More than the door waits for a better picture than a poor one. */
const mostFarFrames = 100;
const nearFrames = 30;

let installation: Installation;
let door: TestDoor;
let finder: FaceFinder;

beforeAll(async () => {
  installation = await startInstallation();
  const code = await allowDoor(await installation.as('facilities'), 'flow-two');
  door = await connectDoor(installation, await provisionDoor(installation, 'flow-two', code));
  finder = await makeFaceFinder({ runtime: 'wasm' });
});
afterAll(async () => {
  await finder?.close();
  await door?.stop();
  await installation?.stop();
});

/** A grey corridor with somebody in it whose face is about so many pixels wide. */
const pictureOf = async (
  photo: Buffer,
  faceWidth: number,
  left: number,
): Promise<Pick<Frame, 'width' | 'height' | 'data'>> => {
  const [width, height] = [1280, 720];
  const input = await sharp(photo)
    .resize({ width: Math.round(2.8 * faceWidth) })
    .toBuffer();
  const data = await sharp({ create: { width, height, channels: 3, background: '#777' } })
    .composite([{ input, left, top: 60 }])
    .removeAlpha()
    .raw()
    .toBuffer();
  return { width, height, data: rgbToYuv420({ width, height, data }) };
};

it('sends a better picture of somebody whom the cloud did not know, and only that one becomes a punch', async () => {
  const verdicts = makeVerdictBox({ isOnline: () => true });
  const searchesBefore = installation.cloud.searches();
  const begunAt = Date.now() - 60_000;
  let index = 0;
  const next = async (faceWidth: number, left: number): Promise<Frame> => {
    const time = { capturedAt: begunAt + frameMs * index, monotonicMs: 1000 + frameMs * index };
    return { ...(await pictureOf(photo, faceWidth, left)), ...time, index: index++ };
  };
  const photo = await enrolmentCrop(samplePerson(somebody));
  let sent = 0;
  await runPipeline(
    {
      camera: {
        async *frames() {
          for (let step = 0; sent === 0 && step < mostFarFrames; step++) {
            yield await next(afar, 300 + 8 * Math.min(step, 15));
          }
          // They are enrolled between the two pictures, so the same face is unknown first and then matched.
          const first = await vi.waitUntil(() => door.verdicts[0], soon);
          await enrol(installation.hr, somebody, 'Ada Example');
          verdicts.put(first);
          for (let step = 0; step < nearFrames; step++)
            yield await next(Math.min(nearBy, afar + 10 * step), 420 - 8 * step);
        },
      },
      finder,
      outbox: {
        add: async (entry) => {
          const stored = await door.keep(entry);
          await door.publish(stored);
          await door.forget(stored);
          sent += 1;
          return stored.seq;
        },
      },
      log: makeMemoryLog(),
      doorTime: { bootId: readBootId(), clockState: () => 'synced' },
      newPassageId,
      verdicts,
    },
    new AbortController().signal,
  );

  await vi.waitUntil(() => door.verdicts.length === 2, soon);
  const passageId = door.verdicts[0]?.passageId;
  expect(door.verdicts).toMatchObject([
    { passageId, attempt: 1, outcome: 'unknown' },
    { passageId, attempt: 2, outcome: 'matched', name: 'Ada Example' },
  ]);
  expect(sent).toBe(2);
  expect(installation.cloud.searches() - searchesBefore).toBe(2);
  const punches = PunchPage.parse(await installation.hr('GET', '/attendance/punches')).items;
  expect(punches.map(({ id }) => id)).toEqual([passageId]);
  const sightings = SightingPage.parse(await installation.hr('GET', '/sightings')).items;
  expect(sightings.map((one) => [one.passageId, one.attempt, one.outcome])).toEqual([
    [passageId, 2, 'matched'],
    [passageId, 1, 'unknown'],
  ]);
});
