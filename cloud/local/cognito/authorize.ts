import { randomUUID } from 'node:crypto';
import type { WebRequest, WebResponse } from '../loopback-server.ts';
import {
  cookieOf,
  findClient,
  type Handler,
  type HostedUi,
  matchAddress,
  redirect,
  type Session,
  sessionCookie,
  startSession,
  withQuery,
} from './hosted-ui.ts';
import { errorPage } from './pages.ts';
import type { Pool, PoolClient } from './pool.ts';
import type { User } from './user-store.ts';

/** An authorization request that may be served: client, address and scopes are checked. */
export type AuthorizeRequest = {
  readonly pool: Pool;
  readonly client: PoolClient;
  /** As the browser must open it. */
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string | undefined;
  readonly nonce: string | undefined;
  readonly codeChallenge: string;
  readonly loginHint: string;
  readonly prompt: string | undefined;
  /** The query as it came, to carry from page to page. */
  readonly rawQuery: string;
};

/**
 * Reads the parameters that /oauth2/authorize and the pages after it share.
 * A wrong client or address is answered with a page, for there is nobody to send an error to;
 * anything else goes back to the application as OAuth errors.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
 */
export const readAuthorizeRequest = (ui: HostedUi, request: WebRequest): AuthorizeRequest | WebResponse => {
  const query = new URLSearchParams(request.rawQuery);
  const found = findClient(ui, query.get('client_id') ?? '');
  if (found === undefined) return errorPage('invalid_request', 'This application (client_id) is not known.');
  const { pool, client } = found;
  const redirectUri = matchAddress(ui.hosts, client.properties.CallbackURLs, query.get('redirect_uri'));
  if (redirectUri === undefined) {
    return errorPage(
      'redirect_mismatch',
      'The application asked to return to an address that is not registered.',
    );
  }
  const state = query.get('state') ?? undefined;
  const fail = (error: string, description: string): WebResponse =>
    redirect(withQuery(redirectUri, { error, error_description: description, state }));

  if (query.get('response_type') !== 'code') {
    return fail('unsupported_response_type', 'response_type must be code');
  }
  if (
    !client.properties.AllowedOAuthFlowsUserPoolClient ||
    !client.properties.AllowedOAuthFlows.includes('code')
  ) {
    return fail('unauthorized_client', 'the client may not use the authorization code flow');
  }
  const codeChallenge = query.get('code_challenge') ?? '';
  // AWS would let a client go without; this product's only client never does, so here it is always asked for.
  if (query.get('code_challenge_method') !== 'S256' || !/^[A-Za-z0-9_-]{43}$/.test(codeChallenge)) {
    return fail('invalid_request', 'code_challenge with code_challenge_method S256 is required');
  }
  const asked = (query.get('scope') ?? '').split(/\s+/).filter((scope) => scope !== '');
  const allowed = client.properties.AllowedOAuthScopes;
  if (asked.some((scope) => !allowed.includes(scope))) return fail('invalid_scope', 'invalid_scope');
  return {
    pool,
    client,
    redirectUri,
    scopes: asked.length === 0 ? allowed : asked,
    state,
    nonce: query.get('nonce') ?? undefined,
    codeChallenge,
    loginHint: query.get('login_hint') ?? '',
    prompt: query.get('prompt') ?? undefined,
    rawQuery: request.rawQuery,
  };
};

export const isResponse = (value: AuthorizeRequest | WebResponse): value is WebResponse => 'status' in value;

/** GET /oauth2/authorize: straight back with a code when the browser has a session, else on to the sign-in page. */
export const authorize: Handler = (ui, request) => {
  const asked = readAuthorizeRequest(ui, request);
  if (isResponse(asked)) return asked;
  const session = ui.sessions.read(cookieOf(request, sessionCookie) ?? '');
  const user = session?.poolId === asked.pool.id ? asked.pool.users.bySub(session.sub) : undefined;
  if (session !== undefined && user !== undefined && isUsable(user, session) && asked.prompt !== 'login') {
    return redirect(redirectWithCode(ui, asked, user, session.authTimeMs));
  }
  if (asked.prompt === 'none') {
    return redirect(withQuery(asked.redirectUri, { error: 'login_required', state: asked.state }));
  }
  return redirect(`/login?${asked.rawQuery}`);
};

const isUsable = (user: User, session: Session): boolean =>
  user.enabled && user.status === 'CONFIRMED' && session.authTimeMs >= (user.signedOutAt ?? 0);

const codeLifetimeMs = 5 * 60_000;

/** The application's address with a fresh code that works once within five minutes. */
const redirectWithCode = (ui: HostedUi, asked: AuthorizeRequest, user: User, authTimeMs: number): string => {
  const code = ui.codes.issue(
    {
      sub: user.sub,
      clientId: asked.client.id,
      scopes: asked.scopes,
      authTimeMs,
      nonce: asked.nonce,
      originJti: randomUUID(),
      eventId: randomUUID(),
      redirectUri: asked.redirectUri,
      codeChallenge: asked.codeChallenge,
    },
    codeLifetimeMs,
  );
  return withQuery(asked.redirectUri, { code, state: asked.state });
};

/** Opens the browser's session and returns to the application with a code. */
export const completeSignIn = (ui: HostedUi, asked: AuthorizeRequest, user: User): WebResponse => {
  const authTimeMs = ui.now();
  const cookies = startSession(ui, { sub: user.sub, poolId: asked.pool.id, authTimeMs });
  return redirect(redirectWithCode(ui, asked, user, authTimeMs), cookies);
};
