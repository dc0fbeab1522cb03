import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  requestTokens,
  signUpByPages,
  startTestCognito,
  type TestCognito,
  tokensOf,
} from './cognito-for-tests.ts';

let test: TestCognito;
beforeAll(async () => {
  test = await startTestCognito();
  await signUpByPages(test, 'ann');
});
afterAll(() => test.stop());

describe('refresh tokens', () => {
  const refresh = (refresh_token: string, change = {}) =>
    requestTokens(test, { grant_type: 'refresh_token', refresh_token, ...change });

  it('give new tokens of the same sign-in, and none to another client', async () => {
    const first = (await tokensOf(test, 'ann')).body;
    test.clock.ms += 60_000;
    const second = await refresh(first.refresh_token ?? '');
    expect(second.status).toBe(200);
    expect(second.body.refresh_token).toBeUndefined();
    const [before, after] = [decodeJwt(first.access_token ?? ''), decodeJwt(second.body.access_token ?? '')];
    expect(after).toMatchObject({ auth_time: before.auth_time, origin_jti: before.origin_jti });
    expect(after.iat).toBe(Number(before.iat) + 60);
    const stolen = await refresh(first.refresh_token ?? '', { client_id: test.otherClientId });
    expect(stolen.body).toEqual({ error: 'invalid_grant' });
  });

  it("end after the client's validity", async () => {
    const { refresh_token = '' } = (await tokensOf(test, 'ann')).body;
    test.clock.ms += 600 * 60_000;
    expect((await refresh(refresh_token)).body).toEqual({ error: 'invalid_grant' });
  });

  it('end when revoked', async () => {
    const { refresh_token = '', access_token = '' } = (await tokensOf(test, 'ann')).body;
    const revoke = (token: string) =>
      fetch(`${test.origin}/oauth2/revoke`, {
        method: 'POST',
        body: new URLSearchParams({ client_id: test.clientId, token }),
      });
    expect(await (await revoke(access_token)).json()).toEqual({ error: 'unsupported_token_type' });
    expect((await revoke(refresh_token)).status).toBe(200);
    expect((await refresh(refresh_token)).body).toEqual({ error: 'invalid_grant' });
  });

  it('rotate where the client says so; the old one outlives the new by the grace period only', async () => {
    const rotating = await startTestCognito({
      client: { RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 } },
    });
    await signUpByPages(rotating, 'ann');
    const { refresh_token: first = '' } = (await tokensOf(rotating, 'ann')).body;
    const use = (refresh_token: string) =>
      requestTokens(rotating, { grant_type: 'refresh_token', refresh_token });
    const { refresh_token: second = '' } = (await use(first)).body;
    expect(second).not.toBe('');
    expect((await use(first)).status).toBe(200);
    rotating.clock.ms += 10_000;
    expect((await use(first)).body).toEqual({ error: 'invalid_grant' });
    expect((await use(second)).status).toBe(200);
    await rotating.stop();
  });
});
