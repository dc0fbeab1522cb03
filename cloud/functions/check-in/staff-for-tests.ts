import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach } from 'vitest';
import { type Person, PunchPage } from '#contract/api.ts';
import { CheckInAnswer } from '#contract/check-in.ts';
import { ApiForTests } from '../api-for-tests.ts';
import { tinyJpeg } from '../jpeg-for-tests.ts';
import { browserUsageKey } from '../table/attendance-keys.ts';

export const picture = tinyJpeg(640, 480);

/** A JPEG segment of this marker. */
export const segment = (marker: number, content: Buffer) =>
  Buffer.concat([Buffer.from([0xff, marker, 0, content.length + 2]), content]);
/** The picture with a segment before all others. */
export const withBeside = (image: Buffer, beside: Buffer) =>
  Buffer.concat([image.subarray(0, 2), beside, image.subarray(2)]);
/** A picture that was encoded by other tables (DQT), as every new one is by other bytes. */
export const anotherPicture = () => withBeside(picture, segment(0xdb, Buffer.from(crypto.randomUUID())));

/** A member of staff who is enrolled and marks their attendance, before each test of the file; Rekognition sees them. */
export const staffForTests = () => {
  const api = new ApiForTests();
  let ada: Person;

  const seesAda = () => {
    api.seen = { sidesPx: [200], candidates: [{ personId: ada.id, similarity: 99.5 }], guard: 'ok' };
  };
  const post = (image: Uint8Array = picture, query = '') =>
    api.as('staff')('check-in', `POST /check-in${query}`, image);

  beforeEach(async () => {
    await api.link('sub-hr', ['main']);
    ada = await api.enrol('1');
    await api.as('hr')('people', `POST /people/${ada.id}/faces`, picture);
    await api.link('sub-staff', ['main'], ada.id);
    seesAda();
  });

  return {
    api,
    ada: () => ada,
    seesAda,
    post,
    checkIn: async (image?: Uint8Array, query?: string) =>
      CheckInAnswer.parse((await post(image, query)).body),
    punches: async () =>
      PunchPage.parse((await api.as('staff')('attendance', 'GET /attendance/punches')).body).items,
    /** What the site’s browsers have bought this month. */
    calls: async () => {
      const { client, tableName } = api.table.access();
      const Key = browserUsageKey('2026-11', 'main');
      return (await client.send(new GetCommand({ TableName: tableName, Key }))).Item?.searches ?? 0;
    },
  };
};
