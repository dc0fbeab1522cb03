import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { issuer, startTestApi, type TestApi } from './api-for-tests.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({
    routes: [
      { key: 'GET /read', scopes: ['rollcall/read', 'rollcall/write'] },
      { key: 'GET /signed-in' },
      { key: 'GET /open', open: true },
    ],
  });
});
afterAll(() => api.stop());

const get = async (path: string, authorization?: string) => {
  const response = await fetch(
    `${api.url}${path}`,
    authorization === undefined ? {} : { headers: { authorization } },
  );
  return {
    status: response.status,
    body: (await response.json()) as { message?: string },
    challenge: response.headers.get('www-authenticate'),
  };
};
const bearer = async (change = {}, by?: 'us' | 'a stranger') => `Bearer ${await api.token(change, by)}`;
const seconds = () => Math.floor(api.clock.ms / 1000);

it('lets an access token with one of the scopes through, with or without the word Bearer', async () => {
  expect((await get('/read', await bearer())).status).toBe(200);
  expect((await get('/read', await api.token())).status).toBe(200);
  expect((await get('/read', await bearer({ scope: 'rollcall/write' }))).status).toBe(200);
});

it('asks for nothing on an open route', async () => {
  expect((await get('/open')).status).toBe(200);
});

it.each<[string, () => Promise<string | undefined> | string | undefined, string]>([
  ['no token', () => undefined, 'Bearer'],
  ['an expired token', () => bearer({ exp: seconds() - 1 }), 'the token has expired'],
  ['a token without an end', () => bearer({ exp: undefined }), 'invalid exp'],
  ['a token that is not valid yet', () => bearer({ nbf: seconds() + 60 }), 'invalid nbf'],
  ['a token from the future', () => bearer({ iat: seconds() + 60 }), 'not yet valid'],
  ['a token signed with another key', () => bearer({}, 'a stranger'), 'not valid'],
  ['a token of another issuer', () => bearer({ iss: `${issuer}d` }), 'invalid iss'],
  ["another client's access token", () => bearer({ client_id: 'client2' }), 'valid audience'],
  ["another client's ID token", () => bearer({ aud: 'client2' }), 'valid audience'],
  ['nonsense', () => 'Bearer nonsense', 'not valid'],
  ['an unsigned token', () => `Bearer ${new UnsecuredJWT(api.claims).encode()}`, 'not valid'],
  [
    'a token signed with the public key as a shared secret',
    async () => {
      const secret = Buffer.from(JSON.stringify(api.publicKey));
      const jwt = new SignJWT(api.claims).setProtectedHeader({ alg: 'HS256', kid: 'ours' });
      return `Bearer ${await jwt.sign(secret)}`;
    },
    'not valid',
  ],
])('answers 401 to %s', async (_, authorization, why) => {
  const before = api.invocations.length;
  const answer = await get('/read', await authorization());
  expect(answer).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
  expect(answer.challenge).toContain(why);
  expect(api.invocations).toHaveLength(before);
});

it('answers 403 to a token without the scope, which every ID token is', async () => {
  const idToken = { aud: 'client1', client_id: undefined, scope: undefined, token_use: 'id' };
  for (const change of [{ scope: 'openid' }, { scope: 'rollcall/readers' }, idToken]) {
    const answer = await get('/read', await bearer(change));
    expect(answer).toMatchObject({ status: 403, body: { message: 'Forbidden' } });
    expect(answer.challenge).toContain('insufficient_scope');
  }
  // Why every route of the product names a scope: without one an ID token is as good.
  expect((await get('/signed-in', await bearer(idToken))).status).toBe(200);
});
