import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';

/** What is stored instead of a PIN: the cost that it was made with, its salt and the key, base64. */
export const PinHash = z.object({
  /** Binary logarithm of scrypt's N. */
  logN: z.int().min(14).max(20),
  r: z.int().positive(),
  p: z.int().positive(),
  salt: z.string(),
  key: z.string(),
});
export type PinHash = z.infer<typeof PinHash>;

type Cost = Pick<PinHash, 'logN' | 'r' | 'p'>;

/**
 * 32 MB and some 100 ms for each guess. A PIN has so few digits that a stolen table is guessed through in hours all the same;
 * what protects it at the kiosk is the lock-out. Source: OWASP Password Storage Cheat Sheet, scrypt with N = 2^15, r = 8, p = 3
 * or 2^17, 8, 1 for passwords; a kiosk's queue gets a third of that.
 */
const cost: Cost = { logN: 15, r: 8, p: 1 };
const saltBytes = 16;
const keyBytes = 32;

export const hashPin = async (pin: string): Promise<PinHash> => {
  const salt = randomBytes(saltBytes);
  const key = await derive(pin, salt, cost);
  return { ...cost, salt: salt.toString('base64'), key: key.toString('base64') };
};

/** Compares in constant time, at the cost that the hash was made with. */
export const pinMatches = async (pin: string, hash: PinHash): Promise<boolean> => {
  const stored = Buffer.from(hash.key, 'base64');
  const given = await derive(pin, Buffer.from(hash.salt, 'base64'), hash);
  return given.length === stored.length && timingSafeEqual(given, stored);
};

/** A hash that no PIN has, for who is not there: refusing them must take as long as refusing a wrong PIN. */
export const nobodysHash: PinHash = {
  ...cost,
  salt: randomBytes(saltBytes).toString('base64'),
  key: randomBytes(keyBytes).toString('base64'),
};

const derive = (pin: string, salt: Buffer, { logN, r, p }: Cost): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const N = 2 ** logN;
    // Node refuses what needs more than it is told to allow; scrypt needs 128·N·r bytes and a little.
    scrypt(pin, salt, keyBytes, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
