import { createHash } from 'node:crypto';
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import type { Jwks } from 'aws-jwt-verify/jwk';
import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorize } from '../apigateway/jwt-authorizer.ts';
import { AuthorizerProperties } from '../apigateway/schemas.ts';
import { signUpByPages, startTestCognito, type TestCognito, tokensOf } from '../cognito/cognito-for-tests.ts';

// AWS's own verifier of Cognito tokens, unmodified, judges ours, and agrees with our authorizer about every token.

const scope = 'rollcall/read';
const quarterHourMs = 15 * 60_000;

let test: TestCognito;
let jwks: Jwks;
let accessToken: string;
let idToken: string;

const issue = async (): Promise<Record<string, string>> => (await tokensOf(test, 'ann')).body;

beforeAll(async () => {
  test = await startTestCognito();
  // The verifier reads the machine's clock.
  test.clock.ms = Date.now();
  await signUpByPages(test, 'ann');
  ({ access_token: accessToken = '', id_token: idToken = '' } = await issue());
  const answer = await fetch(`${test.origin}/${test.poolId}/.well-known/jwks.json`);
  jwks = (await answer.json()) as Jwks;
});
afterAll(() => test.stop());

type Expected = { readonly poolId?: string; readonly clientId?: string; readonly scope?: string };

const acceptedByAws = (token: string, tokenUse: 'access' | 'id', expected: Expected = {}): boolean => {
  const verifier = CognitoJwtVerifier.create({
    userPoolId: expected.poolId ?? test.poolId,
    clientId: expected.clientId ?? test.clientId,
    tokenUse,
    ...(tokenUse === 'access' ? { scope: expected.scope ?? scope } : {}),
  });
  verifier.cacheJwks(jwks);
  try {
    verifier.verifySync(token);
    return true;
  } catch {
    return false;
  }
};

const acceptedByUs = async (token: string, expected: Expected = {}): Promise<boolean> => {
  const Issuer = test.issuer.replace(test.poolId, expected.poolId ?? test.poolId);
  const answer = await authorize({
    authorizer: AuthorizerProperties.parse({
      ApiId: 'api',
      Name: 'Jwt',
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Audience: [expected.clientId ?? test.clientId], Issuer },
    }),
    routeScopes: [expected.scope ?? scope],
    authorization: `Bearer ${token}`,
    keys: () => test.cognito.jwksOf(test.issuer),
    nowMs: Date.now(),
  });
  return 'claims' in answer;
};

/** The same claims under another signature. */
const signedBy = async (key: Parameters<SignJWT['sign']>[0], alg: string): Promise<string> =>
  await new SignJWT(decodeJwt(accessToken))
    .setProtectedHeader({ ...decodeProtectedHeader(accessToken), alg })
    .sign(key);
const withPayload = (change: object): string => {
  const [header, , signature] = accessToken.split('.');
  const payload = Buffer.from(JSON.stringify({ ...decodeJwt(accessToken), ...change }));
  return `${header}.${payload.toString('base64url')}.${signature}`;
};
const issuedBefore = async (ms: number): Promise<string> => {
  test.clock.ms = Date.now() - ms;
  const { access_token = '' } = await issue();
  test.clock.ms = Date.now();
  return access_token;
};

/** The kind of each claim's value, and the one value that must be the same. */
const kindsOf = (claims: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      name === 'token_use' ? String(value) : Array.isArray(value) ? 'list' : typeof value,
    ]),
  );

it('tokens are made of the claims in the documentation’s examples', () => {
  // Cognito developer guide, "Understanding the access token" and "Understanding the identity (ID) token", without what belongs to
  // devices, roles, groups, other identity providers and attributes that the pool does not have.
  const common = { sub: '', iss: '', origin_jti: '', event_id: '', auth_time: 1, exp: 1, iat: 1, jti: '' };
  const access = { version: 2, client_id: '', token_use: 'access', scope: '', username: '' };
  const id = {
    ...{ email_verified: true, email: '', nonce: '', aud: '', token_use: 'id' },
    'cognito:username': '',
    // Not in the example; hosted sign-in adds it, as OpenID Connect Core, 3.1.3.6, asks.
    at_hash: '',
  };
  expect(kindsOf(decodeJwt(accessToken))).toEqual(kindsOf({ ...common, ...access }));
  expect(kindsOf(decodeJwt(idToken))).toEqual(kindsOf({ ...common, ...id }));
});

describe('aws-jwt-verify', () => {
  it('accepts the tokens of a sign-in, each for its use', async () => {
    expect(acceptedByAws(accessToken, 'access')).toBe(true);
    expect(acceptedByAws(idToken, 'id')).toBe(true);
    expect(acceptedByAws(accessToken, 'id')).toBe(false);
    expect(await acceptedByUs(accessToken)).toBe(true);
  });

  it('accepts a token to its last second', async () => {
    const token = await issuedBefore(quarterHourMs - 30_000);
    expect([acceptedByAws(token, 'access'), await acceptedByUs(token)]).toEqual([true, true]);
  });

  it.each<[string, () => Promise<string> | string, Expected?]>([
    ['an expired token', () => issuedBefore(quarterHourMs + 1_000)],
    ['an ID token in place of an access token', () => idToken],
    ['a token of another pool', () => accessToken, { poolId: 'eu-central-1_another00' }],
    ['a token of another client', () => accessToken, { clientId: 'anotherclient' }],
    ['a token without the scope', () => accessToken, { scope: 'rollcall/write' }],
    ['a token with another subject', () => withPayload({ sub: 'somebody else' })],
    ['a token whose end was put off', () => withPayload({ exp: Math.floor(Date.now() / 1000) + 86_400 })],
    ['a token with more scopes', () => withPayload({ scope: `${scope} rollcall/write` })],
    ['a token without a signature', () => `${accessToken.split('.').slice(0, 2).join('.')}.`],
    ['a token of algorithm none', () => new UnsecuredJWT(decodeJwt(accessToken)).encode()],
    [
      'a token signed by somebody else under our key’s name',
      async () => signedBy((await generateKeyPair('RS256')).privateKey, 'RS256'),
    ],
    [
      'a token signed with our public key as a shared secret',
      () => signedBy(createHash('sha256').update(JSON.stringify(jwks.keys[0])).digest(), 'HS256'),
    ],
    ['nonsense', () => 'a.b.c'],
  ])('refuses, as our authorizer does, %s', async (_, create, expected = {}) => {
    const token = await create();
    const verdicts = [acceptedByAws(token, 'access', expected), await acceptedByUs(token, expected)];
    expect(verdicts).toEqual([false, false]);
  });
});
