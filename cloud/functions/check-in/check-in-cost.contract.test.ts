import { describe, expect, it } from 'vitest';
import { tinyJpeg } from '../jpeg-for-tests.ts';
import { ofPerson } from './attempt-limit.ts';
import { anotherPicture, picture, staffForTests } from './staff-for-tests.ts';

const { api, seesAda, post, checkIn, punches, calls } = staffForTests();
const minuteMs = 60_000;

describe('a picture', () => {
  it('is not searched for when finding its face was the last call of the month', async () => {
    const guards = ['warn', 'stop'] as const;
    let asked = 0;
    api.seen = {
      ...api.seen,
      get guard() {
        return guards[asked++] ?? 'stop';
      },
    };
    expect((await checkIn()).outcome).toBe('not_searched');
    expect(await calls()).toBe(1);
  });

  it('costs nothing when Rekognition cannot read it', async () => {
    api.seen = { ...api.seen, refuses: true };
    expect(await post()).toMatchObject({
      status: 415,
      body: { detail: expect.stringMatching(/another one/) },
    });
    expect(await calls()).toBe(0);
  });
});

describe('pictures that are looked at', () => {
  const hourMs = 60 * minuteMs;
  /** Sends so many pictures of somebody else at once; how many were answered, and how many refused. */
  const strangers = async (count: number) => {
    api.seen = { ...api.seen, candidates: [] };
    const answers = await Promise.all(Array.from({ length: count }, () => post(anotherPicture())));
    return [200, 429].map((status) => answers.filter((answer) => answer.status === status).length);
  };

  it(`are at most ${ofPerson.max} of one person in an hour, so that nobody uses up the searches of all`, async () => {
    expect(await strangers(ofPerson.max + 3)).toEqual([ofPerson.max, 3]);
    expect(await calls()).toBe(2 * ofPerson.max);
    seesAda();
    api.laterMs = 45 * minuteMs;
    const { status, headers, body } = await post();
    expect([status, headers.get('retry-after')]).toEqual([429, '900']);
    expect(body).toMatchObject({ detail: expect.stringMatching(/15 min.*PIN/) });
    expect(await punches()).toEqual([]);
    api.laterMs = hourMs;
    expect((await checkIn()).outcome).toBe('matched');
  });

  it('are counted for each person alone', async () => {
    await strangers(ofPerson.max);
    const bao = await api.enrol('2');
    await api.as('hr')('people', `POST /people/${bao.id}/faces`, picture);
    await api.link('sub-staff', ['main'], bao.id);
    expect((await checkIn()).outcome).toBe('not_you');
  });

  it('are only those that cost something: a repetition and a picture that is too small are not', async () => {
    const first = await checkIn();
    for (let n = 0; n < ofPerson.max; n += 1) await checkIn(n % 2 === 0 ? picture : tinyJpeg(79, 480));
    expect(await checkIn()).toEqual(first);
    expect((await checkIn(anotherPicture())).outcome).toBe('duplicate');
  });
});
