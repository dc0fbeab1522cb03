import { createHash, timingSafeEqual } from 'node:crypto';
import type { WebResponse } from '../loopback-server.ts';
import { findClient, type Handler, type HostedUi, matchAddress } from './hosted-ui.ts';
import type { Pool, PoolClient } from './pool.ts';
import { type Grant, mintTokens, tokenLifetimes } from './tokens.ts';

/** Applications in a browser call these endpoints from their own origin, without cookies. */
export const crossOrigin = {
  'access-control-allow-origin': '*',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const;

export const json = (status: number, body: unknown): WebResponse => ({
  status,
  headers: { ...crossOrigin, 'content-type': 'application/json;charset=UTF-8' },
  body: JSON.stringify(body),
});

/**
 * POST /oauth2/token for public clients: `authorization_code` with PKCE, and `refresh_token`.
 * Errors are RFC 6749's, with status 400.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 */
export const token: Handler = async (ui, request) => {
  if (request.method !== 'POST') return { status: 405, headers: { ...crossOrigin, allow: 'POST' } };
  if (!(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
    return json(400, { error: 'invalid_request' });
  }
  const form = new URLSearchParams(request.body.toString('utf8'));
  const found = findClient(ui, form.get('client_id') ?? '');
  if (found === undefined) return json(400, { error: 'invalid_client' });
  switch (form.get('grant_type')) {
    case 'authorization_code':
      return await exchangeCode(ui, found.pool, found.client, form);
    case 'refresh_token':
      return await refresh(ui, found.pool, found.client, form);
    case null:
      return json(400, { error: 'invalid_request' });
    default:
      return json(400, { error: 'unsupported_grant_type' });
  }
};

const exchangeCode = async (
  ui: HostedUi,
  pool: Pool,
  client: PoolClient,
  form: URLSearchParams,
): Promise<WebResponse> => {
  // Taken before it is judged: one wrong try spends the code.
  const grant = ui.codes.take(form.get('code') ?? '');
  const redirectUri = matchAddress(ui.hosts, client.properties.CallbackURLs, form.get('redirect_uri'));
  if (
    grant === undefined ||
    grant.clientId !== client.id ||
    grant.redirectUri !== redirectUri ||
    !answersChallenge(form.get('code_verifier') ?? '', grant.codeChallenge)
  ) {
    return json(400, { error: 'invalid_grant' });
  }
  const { redirectUri: _uri, codeChallenge: _challenge, ...rest } = grant;
  const { refreshSeconds } = tokenLifetimes(client.properties);
  const expiresAt = ui.now() + refreshSeconds * 1000;
  return await answer(ui, pool, client, rest, () => issueRefreshToken(ui, rest, expiresAt));
};

/** Whether the verifier (RFC 7636: 43 to 128 unreserved characters) hashes to the challenge. */
const answersChallenge = (verifier: string, challenge: string): boolean => {
  if (!/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier)) return false;
  const made = Buffer.from(createHash('sha256').update(verifier).digest('base64url'));
  const asked = Buffer.from(challenge);
  return made.length === asked.length && timingSafeEqual(made, asked);
};

const refresh = async (
  ui: HostedUi,
  pool: Pool,
  client: PoolClient,
  form: URLSearchParams,
): Promise<WebResponse> => {
  const ticket = form.get('refresh_token') ?? '';
  const held = ui.refreshTokens.read(ticket);
  if (held === undefined || held.clientId !== client.id) return json(400, { error: 'invalid_grant' });
  const { issuedAt: _, expiresAt, nonce: _nonce, ...grant } = held;
  const rotation = client.properties.RefreshTokenRotation;
  return await answer(ui, pool, client, { ...grant, nonce: undefined }, () => {
    if (rotation?.Feature !== 'ENABLED') return undefined;
    // The new token lives only as long as the first one would have; the old one a little longer, for a lost answer.
    ui.refreshTokens.expireWithin(ticket, rotation.RetryGracePeriodSeconds * 1000);
    return issueRefreshToken(ui, grant, expiresAt);
  });
};

const issueRefreshToken = (ui: HostedUi, grant: Omit<Grant, 'nonce'>, expiresAt: number): string =>
  ui.refreshTokens.issue({ ...grant, nonce: undefined, issuedAt: ui.now(), expiresAt }, expiresAt - ui.now());

const answer = async (
  ui: HostedUi,
  pool: Pool,
  client: PoolClient,
  grant: Grant,
  nextRefreshToken: () => string | undefined,
): Promise<WebResponse> => {
  const user = pool.users.bySub(grant.sub);
  const signedOut = (user?.signedOutAt ?? 0) > grant.authTimeMs;
  if (user === undefined || !user.enabled || signedOut) return json(400, { error: 'invalid_grant' });
  const tokens = await mintTokens(pool, client, user, grant, ui.now());
  const refreshToken = nextRefreshToken();
  return json(200, { ...tokens, ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }) });
};
