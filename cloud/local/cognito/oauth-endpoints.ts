import { createLocalJWKSet, jwtVerify } from 'jose';
import type { WebRequest } from '../loopback-server.ts';
import {
  cookieOf,
  endSessionCookies,
  findClient,
  type Handler,
  type HostedUi,
  matchAddress,
  redirect,
  sessionCookie,
} from './hosted-ui.ts';
import { errorPage } from './pages.ts';
import type { Pool } from './pool.ts';
import { crossOrigin, json } from './token-endpoint.ts';

/** POST /oauth2/revoke: ends a refresh token. An unknown one is no error, as RFC 7009 wants. */
export const revoke: Handler = (ui, request) => {
  const form = new URLSearchParams(request.body.toString('utf8'));
  const found = findClient(ui, form.get('client_id') ?? '');
  const ticket = form.get('token');
  if (request.method !== 'POST' || ticket === null || ticket === '')
    return json(400, { error: 'invalid_request' });
  if (found === undefined) return json(400, { error: 'invalid_client' });
  if (!found.client.properties.EnableTokenRevocation) return json(400, { error: 'unsupported_token_type' });
  if (ticket.split('.').length === 3) return json(400, { error: 'unsupported_token_type' });
  if (ui.refreshTokens.read(ticket)?.clientId === found.client.id) ui.refreshTokens.remove(ticket);
  return { status: 200, headers: crossOrigin };
};

/** GET or POST /oauth2/userInfo: the attributes of the user whose access token (scope `openid`) is shown. */
export const userInfo: Handler = async (ui, request) => {
  const user = await userOfAccessToken(ui, request);
  if (user === undefined) {
    const description = 'Access token is expired, disabled, or deleted, or the user has globally signed out.';
    const refused = json(401, { error: 'invalid_token', error_description: description });
    return {
      ...refused,
      headers: { ...refused.headers, 'www-authenticate': 'Bearer error="invalid_token"' },
    };
  }
  return json(200, { sub: user.sub, ...user.attributes, username: user.username });
};

const userOfAccessToken = async (ui: HostedUi, request: WebRequest) => {
  const jwt = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  for (const pool of ui.pools.values()) {
    const claims = await verified(ui, pool, jwt);
    if (claims === undefined) continue;
    const user = pool.users.bySub(claims.sub ?? '');
    const scopes = String(claims.scope ?? '').split(' ');
    const signedOut = Math.floor((user?.signedOutAt ?? 0) / 1000) > Number(claims.auth_time);
    if (claims.token_use === 'access' && scopes.includes('openid') && user?.enabled && !signedOut)
      return user;
  }
  return undefined;
};

const verified = async (ui: HostedUi, pool: Pool, jwt: string) => {
  try {
    const options = { issuer: pool.issuer, algorithms: ['RS256'], currentDate: new Date(ui.now()) };
    return (await jwtVerify(jwt, createLocalJWKSet(pool.keys.jwks), options)).payload;
  } catch {
    return undefined; // whatever is wrong with it, the answer is the same 401
  }
};

/**
 * GET /logout: ends the browser's session, then goes to `logout_uri`,
 * or to the sign-in page when a `redirect_uri` is given instead.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
 */
export const logout: Handler = (ui, request) => {
  const query = new URLSearchParams(request.rawQuery);
  const found = findClient(ui, query.get('client_id') ?? '');
  if (found === undefined) return errorPage('invalid_request', 'This application (client_id) is not known.');
  const { LogoutURLs, CallbackURLs } = found.client.properties;
  const leaveTo = matchAddress(ui.hosts, LogoutURLs, query.get('logout_uri'));
  const signInFor = matchAddress(ui.hosts, CallbackURLs, query.get('redirect_uri'));
  const location = leaveTo ?? (signInFor === undefined ? undefined : `/login?${request.rawQuery}`);
  if (location === undefined) {
    return errorPage(
      'invalid_request',
      'The application asked to leave to an address that is not registered.',
    );
  }
  ui.sessions.remove(cookieOf(request, sessionCookie) ?? '');
  return redirect(location, endSessionCookies());
};

/** GET /<pool id>/.well-known/jwks.json, on AWS served by cognito-idp.<region>.amazonaws.com. */
export const jwksDocument = (pool: Pool) => json(200, pool.keys.jwks);

/** GET /<pool id>/.well-known/openid-configuration: AWS's issuer, addresses that a browser can open here. */
export const openIdConfiguration = (ui: HostedUi, pool: Pool) =>
  json(200, {
    authorization_endpoint: `${ui.origin()}/oauth2/authorize`,
    end_session_endpoint: `${ui.origin()}/logout`,
    id_token_signing_alg_values_supported: ['RS256'],
    issuer: pool.issuer,
    jwks_uri: `${ui.origin()}/${pool.id}/.well-known/jwks.json`,
    response_types_supported: ['code'],
    revocation_endpoint: `${ui.origin()}/oauth2/revoke`,
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    token_endpoint: `${ui.origin()}/oauth2/token`,
    token_endpoint_auth_methods_supported: ['none'],
    userinfo_endpoint: `${ui.origin()}/oauth2/userInfo`,
  });
