import { beforeEach, describe, expect, it } from 'vitest';
import { type Person, PunchPage } from '#contract/api.ts';
import { PinAnswer } from '#contract/check-in.ts';
import { ApiForTests, nowMs } from '../api-for-tests.ts';
import { atKiosk, makeAttemptLimit } from './attempt-limit.ts';

const api = new ApiForTests();
const minuteMs = 60_000;

let ada: Person;

const post = (number: string, pin: string, change: object = {}) =>
  api.as('kiosk')('check-in', 'POST /punches/pin', { number, pin, ...change });
const setPin = (id: string, pin: string) => api.as('hr')('people', `PUT /people/${id}/pin`, { pin });

beforeEach(async () => {
  await api.link('sub-hr', ['main', 'depot']);
  await api.link('sub-kiosk', ['main']);
  ada = await api.enrol('1042', { consent: null });
  await setPin(ada.id, '4711');
});

describe('number and PIN at a kiosk', () => {
  it('are a punch on the same timeline, without a face and without consent', async () => {
    const { status, body } = await post('1042', '4711');
    expect([status, PinAnswer.parse(body)]).toEqual([
      200,
      { outcome: 'matched', name: 'Person 1042', direction: 'in', localTime: '2026-11-23T17:00:00.000' },
    ]);
    const page = await api.as('hr')('attendance', `GET /attendance/punches?person=${ada.id}`);
    expect(PunchPage.parse(page.body).items).toMatchObject([
      { person: { id: ada.id }, source: 'manual', site: 'main', door: null, similarity: null },
    ]);
  });

  it('count the way that is asked for, else by turns', async () => {
    expect((await post('1042', '4711', { direction: 'out' })).body).toMatchObject({ direction: 'out' });
    api.laterMs = 5 * minuteMs;
    expect((await post('1042', '4711')).body).toMatchObject({ direction: 'in' });
  });

  it('twice within the duplicate period count once, and say when', async () => {
    await post('1042', '4711');
    api.laterMs = minuteMs;
    expect((await post('1042', '4711')).body).toEqual({
      outcome: 'duplicate',
      name: 'Person 1042',
      direction: 'in',
      localTime: '2026-11-23T17:00:00.000',
    });
  });

  it('are refused in one way, whatever is wrong with them', async () => {
    const elsewhere = await api.enrol('2042', { site: 'depot' });
    await setPin(elsewhere.id, '4711');
    await api.enrol('3042');
    const refusals = [
      await post('1042', '4712'), // wrong PIN
      await post('9999', '4711'), // nobody
      await post('2042', '4711'), // somebody of another site
      await post('3042', '4711'), // somebody without a PIN
    ];
    for (let n = 0; n < 4; n += 1) await post('1042', '0815');
    refusals.push(await post('1042', '4711')); // locked
    expect(new Set(refusals.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
    expect(refusals[0]).toMatchObject({ status: 422, body: { detail: expect.stringMatching(/HR/) } });
    expect(JSON.stringify(refusals)).not.toMatch(/4711|1042/);
  });

  it('are refused at a kiosk that belongs to no site', async () => {
    await api.link('sub-kiosk', []);
    expect((await post('1042', '4711')).status).toBe(403);
  });

  it(`are tried at one kiosk at most ${atKiosk.max} times a minute, right ones included`, async () => {
    api.laterMs = 45_000;
    const limit = makeAttemptLimit(api.table.access(), atKiosk, () => nowMs + api.laterMs);
    await Promise.all(Array.from({ length: atKiosk.max - 1 }, () => limit.attempt('sub-kiosk')));
    expect((await post('none', '4711')).status).toBe(422);
    const { status, headers } = await post('1042', '4711');
    expect([status, headers.get('retry-after')]).toEqual([429, '15']);
    api.laterMs = minuteMs;
    expect((await post('1042', '4711')).status).toBe(200);
  });
});

describe('a PIN', () => {
  it('is set by HR of the person’s site, which ends a lock-out', async () => {
    for (let n = 0; n < 5; n += 1) await post('1042', '0815');
    expect((await setPin(ada.id, '2580')).status).toBe(204);
    expect((await post('1042', '2580')).status).toBe(200);
    await api.link('sub-hr', ['depot']);
    expect((await setPin(ada.id, '2580')).status).toBe(404);
    expect((await setPin('p-nobody', '2580')).status).toBe(404);
  });

  it('is set by oneself', async () => {
    const setOwn = (pin: string) => api.as('staff')('people', 'PUT /me/pin', { pin });
    expect((await setOwn('2580')).status).toBe(403);
    await api.link('sub-staff', ['main'], ada.id);
    expect((await setOwn('2580')).status).toBe(204);
    expect((await post('1042', '4711')).status).toBe(422);
    expect((await post('1042', '2580')).status).toBe(200);
  });

  it('that is easy to guess or no PIN at all is refused with words', async () => {
    const weak = await setPin(ada.id, '1234');
    expect(weak).toMatchObject({ status: 422, body: { detail: expect.stringMatching(/in a row/) } });
    expect((await setPin(ada.id, '1042')).status).toBe(422);
    expect((await setPin(ada.id, '12')).status).toBe(400);
  });
});
