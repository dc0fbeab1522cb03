import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { RetryLater } from '../errors.ts';
import { tinyJpeg } from '../jpeg-for-tests.ts';
import { personKey } from '../table/keys.ts';
import { anotherPicture, picture, segment, staffForTests, withBeside } from './staff-for-tests.ts';

const { api, ada, post, checkIn, punches, calls } = staffForTests();
const exif = segment(0xe1, Buffer.from('Exif\0\0Secret'));
const minuteMs = 60_000;

describe('a picture of the signed-in person', () => {
  it('is a punch like one of a door, and is stored once it counts', async () => {
    const answer = await checkIn();
    expect(answer).toMatchObject({
      outcome: 'matched',
      detail: '',
      punch: {
        person: { id: ada().id, name: 'Person 1' },
        at: '2026-11-23T16:00:00.000Z',
        localTime: '2026-11-23T17:00:00.000',
        site: 'main',
        door: null,
        direction: 'in',
        source: 'browser',
        similarity: 99.5,
      },
    });
    expect(await punches()).toEqual([answer.punch]);
    expect([...api.stored.keys()]).toEqual([`${ada().id}/2026-11-23/${answer.punch?.id}`]);
  });

  it('counts from when it was sent, however long Rekognition took', async () => {
    const { candidates } = api.seen;
    api.seen = {
      ...api.seen,
      get candidates() {
        api.laterMs = 12_000;
        return candidates;
      },
    };
    expect((await checkIn()).punch).toMatchObject({ at: '2026-11-23T16:00:00.000Z' });
  });

  it('counts the way that is asked for, else by turns', async () => {
    expect((await checkIn(picture, '?direction=out')).punch).toMatchObject({ direction: 'out' });
    api.laterMs = 5 * minuteMs;
    expect((await checkIn(anotherPicture())).punch).toMatchObject({ direction: 'in' });
  });

  it('is stored without what was written beside it', async () => {
    await checkIn(withBeside(picture, exif));
    expect([...api.stored.values()].map((image) => Buffer.from(image))).toEqual([picture]);
  });

  it('sent again finds its punch, and buys nothing', async () => {
    const first = await checkIn();
    api.laterMs = minuteMs;
    expect(await checkIn()).toEqual(first);
    const both = await Promise.all([checkIn(anotherPicture()), checkIn()]);
    expect(both[1]).toEqual(first);
    expect(api.stored.size).toBe(2);
    expect(await calls()).toBe(4);
  });

  it('sent at once is one punch', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => checkIn()));
    expect(new Set(answers.map(({ punch }) => punch?.id)).size).toBe(1);
    expect(await punches()).toHaveLength(1);
  });

  it('does not count a second time later: an old picture says nothing of today', async () => {
    const { punch } = await checkIn();
    api.laterMs = 11 * minuteMs;
    const again = await checkIn();
    expect(again).toMatchObject({ outcome: 'used_before', punch });
    expect(again.detail).toContain('2026-11-23 17:00');
    expect(await punches()).toHaveLength(1);
  });

  it.each([
    ['as it is stored', () => Buffer.from([...api.stored.values()][0] ?? [])],
    [
      'with something else written beside it',
      () => withBeside(picture, segment(0xe1, Buffer.from('Exif\0\0'))),
    ],
    ['with something else behind its end', () => Buffer.concat([picture, Buffer.from('more')])],
  ])('does not become a new one %s', async (_how, again) => {
    const { punch } = await checkIn(withBeside(picture, exif));
    api.laterMs = 11 * minuteMs;
    expect(await checkIn(again())).toMatchObject({ outcome: 'used_before', punch });
    expect(await punches()).toHaveLength(1);
    expect(await calls()).toBe(2);
  });

  it('within the duplicate period is kept and names the punch that counted', async () => {
    const first = await checkIn();
    api.laterMs = minuteMs;
    const second = await checkIn(anotherPicture());
    expect(second).toMatchObject({ outcome: 'duplicate', punch: { id: first.punch?.id } });
    expect(second.detail).toMatch(/less than 2 minutes/);
    expect(await punches()).toHaveLength(1);
  });

  it('is stored by a repetition when storing it failed', async () => {
    const stored = api.stored;
    const broken = new Map<string, Uint8Array>();
    broken.set = () => {
      throw new RetryLater('call_failed');
    };
    api.stored = broken;
    expect((await post()).status).toBe(500);
    api.stored = stored;
    expect((await checkIn()).outcome).toBe('matched');
    expect(api.stored.size).toBe(1);
    expect(await punches()).toHaveLength(1);
  });
});

describe('a picture that makes no punch', () => {
  const nothingHappened = async () => {
    expect(await punches()).toEqual([]);
    expect(api.stored.size).toBe(0);
  };

  it.each([
    ['nobody', [], /no face/],
    ['two people', [200, 180], /more than one face/],
    ['somebody far away', [60], /Come closer/],
  ])('shows %s, says what to do, and is not searched for', async (_whom, sidesPx, words) => {
    api.seen = { ...api.seen, sidesPx };
    const answer = await checkIn();
    expect(answer).toMatchObject({ punch: null, detail: expect.stringMatching(words) });
    expect(await calls()).toBe(1);
    await nothingHappened();
  });

  it('is too small for a face', async () => {
    expect(await checkIn(tinyJpeg(79, 480))).toMatchObject({ outcome: 'too_small' });
    expect(await calls()).toBe(0);
  });

  it.each([
    ['another person', [{ personId: 'p-bao', similarity: 99.9 }]],
    ['nobody who is known', []],
    ['the person, but not surely', [{ personId: 'ada', similarity: 98.9 }]],
    [
      'the person and somebody like them',
      [
        { personId: 'ada', similarity: 99.9 },
        { personId: 'p-bao', similarity: 98.5 },
      ],
    ],
  ])('shows %s, and never says whom', async (_whom, candidates) => {
    api.seen = {
      ...api.seen,
      candidates: candidates.map((one) => (one.personId === 'ada' ? { ...one, personId: ada().id } : one)),
    };
    const { status, body } = await post();
    expect([status, body]).toMatchObject([200, { outcome: 'not_you', punch: null }]);
    expect(JSON.stringify(body)).not.toContain('p-bao');
    await nothingHappened();
  });

  it('is of somebody who has not consented, and nobody looks at it', async () => {
    const bao = await api.enrol('2', { consent: null });
    await api.link('sub-staff', ['main'], bao.id);
    expect(await checkIn()).toMatchObject({ outcome: 'no_consent', detail: expect.stringMatching(/PIN/) });
    expect(await calls()).toBe(0);
    await nothingHappened();
  });

  it('is of somebody of whom no face was enrolled', async () => {
    const bao = await api.enrol('2');
    await api.link('sub-staff', ['main'], bao.id);
    expect(await checkIn()).toMatchObject({ outcome: 'not_enrolled', detail: expect.stringMatching(/PIN/) });
    expect(await calls()).toBe(0);
  });

  it('is not looked at once the month’s searches are used up', async () => {
    api.seen = { ...api.seen, guard: 'stop' };
    expect(await checkIn()).toMatchObject({ outcome: 'not_searched', detail: expect.stringMatching(/PIN/) });
    expect(await calls()).toBe(0);
    await nothingHappened();
  });
});

describe('a check-in is refused', () => {
  it('to a user who is no person, and to one whose person has left', async () => {
    await api.link('sub-staff', ['main']);
    expect(await post()).toMatchObject({ status: 403, body: { detail: expect.stringMatching(/ask HR/) } });
    await api.link('sub-staff', ['main'], ada().id);
    const { client, tableName } = api.table.access();
    const item = { ...personKey(ada().id), ...ada(), status: 'left' };
    await client.send(new PutCommand({ TableName: tableName, Item: item }));
    expect((await post()).status).toBe(403);
  });

  it('with anything but a whole JPEG of at most 4 MB', async () => {
    const send = (body: object) => api.as('staff')('check-in', 'POST /check-in', body);
    expect((await send({ image: 'x' })).status).toBe(415);
    expect((await send(Buffer.from('no picture'))).status).toBe(415);
    expect((await send(picture.subarray(0, -2))).status).toBe(415);
    expect((await send(Buffer.concat([picture, Buffer.alloc(4_000_000)]))).status).toBe(413);
  });

  it('with words and a time to wait while Rekognition does not keep up', async () => {
    api.seen = { ...api.seen, fails: new RetryLater('throttled') };
    const { status, headers, body } = await post();
    expect([status, headers.get('retry-after'), body]).toEqual([
      503,
      '60',
      expect.objectContaining({ detail: expect.stringMatching(/PIN/) }),
    ]);
    expect(await calls()).toBe(0);
  });
});

it('a check-in asks for no more grants than the stack gives to its function', async () => {
  api.table.asked();
  await checkIn();
  api.laterMs = -minuteMs;
  await checkIn(anotherPicture());
  expect(api.table.asked().filter((action) => action !== 'Query (gsi1)')).toEqual([
    'BatchGetItem',
    'ConditionCheckItem',
    'GetItem',
    'PutItem',
    'Query',
    'UpdateItem',
  ]);
});
