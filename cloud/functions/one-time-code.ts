import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Crockford's base 32: no I, L, O, U, so that a code survives being read aloud or copied by hand. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const groups = 5;
const groupLength = 5;

/** A one-time code of 125 random bits, in groups such as `7H2KD-…`. */
export const createCode = (): string => {
  const letters = [...randomBytes(groups * groupLength)].map((byte) =>
    alphabet.charAt(byte % alphabet.length),
  );
  return Array.from({ length: groups }, (_, group) =>
    letters.slice(group * groupLength, (group + 1) * groupLength).join(''),
  ).join('-');
};

/**
 * What is stored instead of the code. A plain hash is enough: with 125 random bits there is nothing to guess,
 * which is what slow password hashes are for.
 */
export const hashCode = (code: string): string => createHash('sha256').update(normalise(code)).digest('hex');

/** Compares in constant time. */
export const codeMatches = (code: string, hash: string): boolean => {
  const given = Buffer.from(hashCode(code), 'hex');
  const stored = Buffer.from(hash, 'hex');
  return given.length === stored.length && timingSafeEqual(given, stored);
};

const normalise = (code: string): string => code.toUpperCase().replaceAll(/[^0-9A-Z]/g, '');
