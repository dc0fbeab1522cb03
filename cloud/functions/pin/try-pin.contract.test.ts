import { scryptSync } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { rollcallTableForTests } from '../rollcall-table-for-tests.ts';
import { personKey } from '../table/keys.ts';
import { noTries, takeTry } from './lock-out.ts';
import { hashPin, type PinHash, pinMatches } from './pin-hash.ts';
import { makeDynamoPins, type PinStore } from './pin-store.ts';
import { makeTryPin } from './try-pin.ts';

const table = rollcallTableForTests();
const minuteMs = 60_000;
const ada = 'p-ada';
let nowMs: number;
let pins: PinStore;

/** Of 4711, made at half the cost. */
const salt = Buffer.alloc(16, 7);
const hash: PinHash = {
  logN: 14,
  r: 8,
  p: 1,
  salt: salt.toString('base64'),
  key: scryptSync('4711', salt, 32, { N: 2 ** 14, r: 8, p: 1 }).toString('base64'),
};

const at = () => new Date(nowMs).toISOString();
const attempt = (pin: string, personId: string | null = ada) =>
  makeTryPin({ pins, now: () => nowMs })(personId, pin);
const atOnce = (count: number, work: () => Promise<unknown>) =>
  Promise.all(Array.from({ length: count }, work));

beforeEach(async () => {
  nowMs = Date.parse('2026-11-23T08:00:00.000Z');
  const { client, tableName } = table.access();
  pins = makeDynamoPins(table.access());
  const profile = { ...personKey(ada), status: 'active' };
  await client.send(new PutCommand({ TableName: tableName, Item: profile }));
  await pins.set(ada, hash, at());
});

describe('a PIN that is tried', () => {
  it('is right or wrong, and nobody’s is wrong', async () => {
    expect(await attempt('4711')).toBe(true);
    expect(await attempt('4712')).toBe(false);
    expect(await attempt('4711', 'p-without-pin')).toBe(false);
    expect(await attempt('4711', null)).toBe(false);
  });

  it('that is right forgets the wrong tries before it', async () => {
    for (let round = 0; round < 2; round += 1) {
      for (let n = 0; n < 4; n += 1) expect(await attempt('0815')).toBe(false);
      expect(await attempt('4711')).toBe(true);
    }
    expect((await pins.find(ada))?.tries).toEqual(noTries);
  });

  it('is locked after five wrong tries, also to the right PIN, and opens by itself', async () => {
    for (let n = 0; n < 5; n += 1) await attempt('0815');
    expect(await attempt('4711')).toBe(false);
    nowMs += 15 * minuteMs - 1;
    expect(await attempt('4711')).toBe(false);
    nowMs += 1;
    expect(await attempt('4711')).toBe(true);
  });

  it('that HR sets anew is open at once', async () => {
    for (let n = 0; n < 5; n += 1) await attempt('0815');
    nowMs += 1;
    await pins.set(ada, await hashPin('2580'), at());
    expect(await attempt('4711')).toBe(false);
    expect(await attempt('2580')).toBe(true);
  });

  it('asks the table the same for nobody’s, a missing, a locked and a wrong one', async () => {
    const asks = async (pin: string, personId: string | null) => {
      table.asked();
      const requests = await table.requests(() => attempt(pin, personId));
      return { requests, asked: table.asked() };
    };
    const wrong = await asks('0815', ada);
    expect(wrong).toEqual({ requests: 2, asked: ['GetItem', 'PutItem'] });
    expect(await asks('4711', null)).toEqual(wrong);
    expect(await asks('4711', 'p-without-pin')).toEqual(wrong);
    for (let n = 0; n < 4; n += 1) await attempt('0815');
    expect(await asks('4711', ada)).toEqual(wrong);
    expect(await pins.find('p-without-pin')).toBeNull();
  });
});

describe('a PIN of somebody who has left', () => {
  it('cannot be set', async () => {
    expect(await pins.set('p-gone', hash, at())).toBe('no_person');
    expect(await pins.find('p-gone')).toBeNull();
  });
});

describe('twenty wrong PINs at once', () => {
  const lockedAfter = async (tryPin: (pin: string) => Promise<boolean>) => {
    expect(await atOnce(20, () => tryPin('0815'))).toEqual(Array(20).fill(false));
    return !(await attempt('4711'));
  };

  it('lock it', async () => {
    expect(await lockedAfter((pin) => attempt(pin))).toBe(true);
  });

  it('would not, were they counted only after the comparison', async () => {
    const careless = async (given: string): Promise<boolean> => {
      const pin = await pins.find(ada);
      if (pin === null) return false;
      const isRight = await pinMatches(given, pin.hash);
      const tries = takeTry(pin.tries, nowMs);
      if (!isRight && tries !== null) await pins.note(pin, tries);
      return isRight;
    };
    expect(await lockedAfter(careless)).toBe(false);
  });
});
