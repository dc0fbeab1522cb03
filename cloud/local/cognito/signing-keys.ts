import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
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
export const fileSigningKeys = (file: string): SigningKeys => {
  const pem = readKeys(file) ?? createKeys(file);
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

const createKeys = (file: string): { id: string; access: string } => {
  const create = (): string =>
    generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }).privateKey;
  const pem = { id: create(), access: create() };
  writeTextFile(file, JSON.stringify({ v: 1, ...pem }));
  return pem;
};

const createKey = (pem: string): { privateKey: KeyObject; jwk: JWK } => {
  const privateKey = createPrivateKey(pem);
  const { n = '', e = '' } = privateKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(n).digest('base64');
  return { privateKey, jwk: { alg: 'RS256', e, kid, kty: 'RSA', n, use: 'sig' } };
};
