import { createHash } from 'node:crypto';
import { createLocalJWKSet, createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  authorizeQuery,
  callback,
  createPkce,
  makeBrowser,
  requestTokens,
  signInByPages,
  signUpByPages,
  startTestCognito,
  type TestCognito,
  testPassword,
  tokensOf,
} from './cognito-for-tests.ts';

let test: TestCognito;

beforeAll(async () => {
  test = await startTestCognito();
  await signUpByPages(test, 'ann');
});
afterAll(() => test.stop());

describe('the authorization code flow', () => {
  it('returns from the sign-in page with a code and the state, and trades the code for tokens', async () => {
    const { back, code, verifier } = await signInByPages(test, 'ann');
    expect(back.status).toBe(302);
    expect(back.location.startsWith(`${callback}?`)).toBe(true);
    expect(new URL(back.location).searchParams.get('state')).toBe('st');
    const { status, body, headers } = await requestTokens(test, {
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
    });
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual([
      'access_token',
      'expires_in',
      'id_token',
      'refresh_token',
      'token_type',
    ]);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('signs tokens with exactly the claims and the issuer of Cognito, each kind with its own key', async () => {
    const { body } = await tokensOf(test, 'ann');
    const now = Math.floor(test.clock.ms / 1000);
    const options = { issuer: test.issuer, currentDate: new Date(test.clock.ms) };
    const keys = createRemoteJWKSet(new URL(`${test.origin}/${test.poolId}/.well-known/jwks.json`));
    const access = await jwtVerify(body.access_token ?? '', keys, options);
    const id = await jwtVerify(body.id_token ?? '', keys, { ...options, audience: test.clientId });
    const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(access.protectedHeader).toEqual({ kid: expect.any(String), alg: 'RS256' });
    expect(id.protectedHeader.kid).not.toBe(access.protectedHeader.kid);
    expect(access.payload).toEqual({
      sub: uuid,
      iss: `https://cognito-idp.eu-central-1.amazonaws.com/${test.poolId}`,
      version: 2,
      client_id: test.clientId,
      origin_jti: uuid,
      event_id: uuid,
      token_use: 'access',
      scope: 'openid rollcall/read',
      auth_time: now,
      exp: now + 900,
      iat: now,
      jti: uuid,
      username: 'ann',
    });
    const hash = createHash('sha256')
      .update(body.access_token ?? '')
      .digest();
    expect(id.payload).toEqual({
      at_hash: hash.subarray(0, 16).toString('base64url'),
      sub: access.payload.sub,
      email: 'ann@example.org',
      email_verified: true,
      iss: test.issuer,
      'cognito:username': 'ann',
      nonce: 'no',
      origin_jti: access.payload.origin_jti,
      event_id: access.payload.event_id,
      aud: test.clientId,
      token_use: 'id',
      auth_time: now,
      exp: now + 900,
      iat: now,
      jti: uuid,
    });
    expect(test.cognito.jwksOf(test.issuer)?.keys).toHaveLength(2);
    expect(test.cognito.jwksOf('https://elsewhere.example')).toBeUndefined();
  });

  it('gives no ID token without the scope openid', async () => {
    const { body } = await tokensOf(test, 'ann', { scope: 'rollcall/read' });
    expect(body.id_token).toBeUndefined();
    expect(decodeJwt(body.access_token ?? '').scope).toBe('rollcall/read');
  });

  it('refuses a wrong verifier, and the code is then spent', async () => {
    const { code, verifier } = await signInByPages(test, 'ann');
    const exchange = (code_verifier: string) =>
      requestTokens(test, { grant_type: 'authorization_code', code, code_verifier });
    expect(await exchange(createPkce().verifier)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
    expect(await exchange(verifier)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('takes a code once', async () => {
    const { code, verifier } = await signInByPages(test, 'ann');
    const form = { grant_type: 'authorization_code', code, code_verifier: verifier };
    expect((await requestTokens(test, form)).status).toBe(200);
    expect(await requestTokens(test, form)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it.each([
    ['of another client', (t: TestCognito) => ({ client_id: t.otherClientId })],
    ['for another address', () => ({ redirect_uri: 'http://127.0.0.1:65000/' })],
  ])('refuses a code %s', async (_, change) => {
    const { code, verifier } = await signInByPages(test, 'ann');
    const form = { grant_type: 'authorization_code', code, code_verifier: verifier, ...change(test) };
    expect(await requestTokens(test, form)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('refuses a code after five minutes', async () => {
    const { code, verifier } = await signInByPages(test, 'ann');
    test.clock.ms += 5 * 60_000;
    const form = { grant_type: 'authorization_code', code, code_verifier: verifier };
    expect(await requestTokens(test, form)).toMatchObject({ body: { error: 'invalid_grant' } });
  });

  it('accepts the public address of the application as well as its loopback one', async () => {
    const { back } = await signInByPages(test, 'ann', {
      redirect_uri: 'https://d111.cloudfront.net/callback',
    });
    expect(back.location.startsWith(`${callback}?code=`)).toBe(true);
  });

  it.each([
    { redirect_uri: 'http://127.0.0.1:65000/callback/' },
    { redirect_uri: 'http://127.0.0.1:65001/callback' },
    { redirect_uri: 'https://evil.example/callback' },
    { redirect_uri: 'not an address' },
    { client_id: 'unknown' },
  ])('shows a page and redirects nowhere for %o', async (change) => {
    const query = authorizeQuery(test, createPkce().challenge, change);
    const page = await makeBrowser(test.origin).visit(`/oauth2/authorize?${query}`);
    expect(page).toMatchObject({ status: 400, location: '' });
    expect(page.html).toContain('This sign-in link does not work');
  });

  it.each([
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ scope: 'openid rollcall/everything' }, 'invalid_scope'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge: '' }, 'invalid_request'],
  ])('sends %o back to the application as %s', async (change, error) => {
    const query = authorizeQuery(test, createPkce().challenge, change);
    const { location } = await makeBrowser(test.origin).visit(`/oauth2/authorize?${query}`);
    const returned = new URL(location).searchParams;
    expect([returned.get('error'), returned.get('state'), returned.get('code')]).toEqual([error, 'st', null]);
  });

  it('answers the wrong kinds of token request as RFC 6749 says', async () => {
    const error = async (form: Record<string, string>) => (await requestTokens(test, form)).body.error;
    expect(await error({ grant_type: 'password' })).toBe('unsupported_grant_type');
    expect(await error({})).toBe('invalid_request');
    expect(await error({ grant_type: 'refresh_token', client_id: 'unknown' })).toBe('invalid_client');
    expect(await error({ grant_type: 'refresh_token', refresh_token: 'made-up' })).toBe('invalid_grant');
  });
});

describe("the browser's session", () => {
  it('spares a second sign-in until the person signs out', async () => {
    const { browser } = await signInByPages(test, 'ann');
    const authorize = (change = {}) =>
      browser.visit(`/oauth2/authorize?${authorizeQuery(test, createPkce().challenge, change)}`);
    expect((await authorize()).location).toContain('code=');
    expect((await authorize({ prompt: 'login' })).html).toContain('<h1>Sign in</h1>');
    const goodbye = new URLSearchParams({ client_id: test.clientId, logout_uri: 'http://127.0.0.1:65000/' });
    expect((await browser.visit(`/logout?${goodbye}`)).location).toBe('http://127.0.0.1:65000/');
    expect((await authorize()).html).toContain('<h1>Sign in</h1>');
    expect((await authorize({ prompt: 'none' })).location).toContain('error=login_required');
  });

  it('dies on the server at sign-out, whatever the browser keeps', async () => {
    const { browser } = await signInByPages(test, 'ann');
    const kept = new Map(browser.cookies);
    await browser.visit(`/logout?client_id=${test.clientId}&logout_uri=http://127.0.0.1:65000/`);
    for (const [name, cookie] of kept) browser.cookies.set(name, cookie);
    const query = authorizeQuery(test, createPkce().challenge);
    expect((await browser.visit(`/oauth2/authorize?${query}`)).html).toContain('<h1>Sign in</h1>');
  });

  it('never travels to the paths of the dashboard and its API, which share the address', async () => {
    const { browser } = await signInByPages(test, 'ann');
    const paths = [...browser.cookies.values()].map((cookie) => cookie.path);
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => ['/', '/api', '/callback'].some((p) => p.startsWith(path)))).toEqual([]);
  });

  it('leaves only to registered addresses', async () => {
    const query = new URLSearchParams({
      client_id: test.clientId,
      logout_uri: 'http://127.0.0.1:65000/elsewhere',
    });
    expect(await makeBrowser(test.origin).visit(`/logout?${query}`)).toMatchObject({
      status: 400,
      location: '',
    });
  });
});

it('refuses a client that allows a scope which does not exist', async () => {
  const allowing = (scope: string) => startTestCognito({ client: { AllowedOAuthScopes: [scope] } });
  await expect(allowing('rollcall/erase')).rejects.toThrow('rollcall/erase');
});

describe('other endpoints', () => {
  it('tell who the access token belongs to, and nothing to an ID token', async () => {
    const { access_token = '', id_token = '' } = (await tokensOf(test, 'ann')).body;
    const ask = (token: string) =>
      fetch(`${test.origin}/oauth2/userInfo`, { headers: { authorization: `Bearer ${token}` } });
    expect(await (await ask(access_token)).json()).toEqual({
      sub: decodeJwt(access_token).sub,
      email: 'ann@example.org',
      email_verified: 'true',
      username: 'ann',
    });
    expect((await ask(id_token)).status).toBe(401);
    test.clock.ms += 900_000;
    expect((await ask(access_token)).status).toBe(401);
  });

  it('describe themselves, and allow a preflight from the dashboard', async () => {
    const configuration = await fetch(`${test.origin}/${test.poolId}/.well-known/openid-configuration`);
    expect(await configuration.json()).toMatchObject({
      issuer: test.issuer,
      authorization_endpoint: `${test.origin}/oauth2/authorize`,
      token_endpoint: `${test.origin}/oauth2/token`,
    });
    const preflight = await fetch(`${test.origin}/oauth2/userInfo`, { method: 'OPTIONS' });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
    expect((await fetch(`${test.origin}/unknown`)).status).toBe(404);
  });
});

it('finds users and keys again after a restart, in files that only their owner can read', async () => {
  const { access_token = '' } = (await tokensOf(test, 'ann')).body;
  const again = await startTestCognito({ stateDir: test.stateDir });
  again.clock.ms = test.clock.ms;
  const keys = createLocalJWKSet(again.cognito.jwksOf(test.issuer) ?? { keys: [] });
  await expect(jwtVerify(access_token, keys, { currentDate: new Date(test.clock.ms) })).resolves.toBeTruthy();
  expect(decodeProtectedHeader(access_token).kid).toBe(again.cognito.jwksOf(test.issuer)?.keys[1]?.kid);
  expect((await tokensOf(again, 'ann')).status).toBe(200);
  await again.stop();
  const { readdirSync, readFileSync, statSync } = await import('node:fs');
  const folder = `${test.stateDir}/${test.poolId}`;
  for (const file of readdirSync(folder)) {
    expect(statSync(`${folder}/${file}`).mode & 0o777).toBe(0o600);
    expect(readFileSync(`${folder}/${file}`, 'utf8')).not.toContain(testPassword);
  }
});
