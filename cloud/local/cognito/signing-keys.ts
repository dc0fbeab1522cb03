import { createHash, createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { type JSONWebKeySet, type JWK, SignJWT } from 'jose';
import { z } from 'zod';
import { readTextFile, writeTextFile } from '../durable-file.ts';

/**
 * The two RSA keys of a pool: Cognito signs ID tokens with one and access tokens with the other,
 * which a verifier that just takes the first key of the set gets wrong.
 */
export interface SigningKeys {
  readonly jwks: JSONWebKeySet;
  sign(use: KeyUse, claims: Readonly<Record<string, unknown>>): Promise<string>;
}
type KeyUse = 'id' | 'access';

const KeyFile = z.strictObject({ v: z.literal(1), id: z.string(), access: z.string() });

/** Keeps the keys in a file that only its owner can read, so that tokens outlive a restart. */
export const fileSigningKeys = async (file: string): Promise<SigningKeys> => {
  const pem = readKeys(file) ?? (await createKeys(file));
  const keys = { id: createKey(pem.id), access: createKey(pem.access) };
  return {
    jwks: { keys: [keys.id.jwk, keys.access.jwk] },
    sign: (use, claims) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ kid: keys[use].jwk.kid ?? '', alg: 'RS256' })
        .sign(keys[use].privateKey),
  };
};

const readKeys = (file: string): { id: string; access: string } | undefined => {
  const text = readTextFile(file);
  return text === undefined ? undefined : KeyFile.parse(JSON.parse(text));
};

/** Both at once, on other threads: finding primes is the longest part of a first start. */
const createKeys = async (file: string): Promise<{ id: string; access: string }> => {
  const create = async (): Promise<string> => {
    const { privateKey } = await promisify(generateKeyPair)('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    return privateKey;
  };
  const [id, access] = await Promise.all([create(), create()]);
  const pem = { id, access };
  writeTextFile(file, JSON.stringify({ v: 1, ...pem }));
  return pem;
};

const createKey = (pem: string): { privateKey: KeyObject; jwk: JWK } => {
  const privateKey = createPrivateKey(pem);
  const { n = '', e = '' } = privateKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(n).digest('base64');
  return { privateKey, jwk: { alg: 'RS256', e, kid, kty: 'RSA', n, use: 'sig' } };
};
