import type { LocalLog } from '../account.ts';
import type { WebRequest, WebResponse } from '../loopback-server.ts';
import type { PublicHosts } from '../public-hosts.ts';
import type { Pool, PoolClient } from './pool.ts';
import type { TicketBox } from './ticket-box.ts';
import type { Grant } from './tokens.ts';

/** A person's sign-in, remembered for an hour so that the next authorize does not ask again. */
export type Session = { readonly sub: string; readonly poolId: string; readonly authTimeMs: number };

/** What an authorization code stands for. */
type CodeGrant = Grant & { readonly redirectUri: string; readonly codeChallenge: string };

/** Someone who gave a right but temporary password and now has to choose a new one. */
type PasswordChallenge = { readonly sub: string; readonly poolId: string };

/** What the hosted pages and the OAuth endpoints share. */
export type HostedUi = {
  readonly now: () => number;
  readonly log: LocalLog;
  readonly hosts: PublicHosts;
  readonly pools: ReadonlyMap<string, Pool>;
  readonly sessions: TicketBox<Session>;
  readonly codes: TicketBox<CodeGrant>;
  readonly refreshTokens: TicketBox<Grant & { readonly issuedAt: number; readonly expiresAt: number }>;
  readonly challenges: TicketBox<PasswordChallenge>;
  /** `http://127.0.0.1:<port>` of the hosted pages. */
  origin(): string;
};

export type Handler = (ui: HostedUi, request: WebRequest) => WebResponse | Promise<WebResponse>;

/** The client with this id, in whichever pool; ids are unique. */
export const findClient = (
  ui: HostedUi,
  clientId: string,
): { readonly pool: Pool; readonly client: PoolClient } | undefined => {
  for (const pool of ui.pools.values()) {
    const client = pool.clients.get(clientId);
    if (client !== undefined) return { pool, client };
  }
  return undefined;
};

/**
 * The registered address that equals the asked one, as the browser must open it here, or undefined.
 * Compared exactly, after both are turned from AWS's public names to loopback.
 */
export const matchAddress = (
  hosts: PublicHosts,
  registered: readonly string[],
  asked: string | null,
): string | undefined => {
  if (asked === null || !URL.canParse(asked)) return undefined;
  const local = hosts.toLoopback(asked);
  return registered.some((address) => hosts.toLoopback(address) === local) ? local : undefined;
};

export const cookieOf = (request: WebRequest, name: string): string | undefined =>
  request.headers.cookie
    ?.split('; ')
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);

export const redirect = (location: string, cookies: readonly string[] = []): WebResponse => ({
  status: 302,
  headers: {
    location,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    ...(cookies.length > 0 ? { 'set-cookie': cookies } : {}),
  },
});

/** The redirect address with these parameters added to its query. */
export const withQuery = (
  address: string,
  parameters: Readonly<Record<string, string | undefined>>,
): string => {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
};

export const sessionCookie = 'cognito';
const sessionSeconds = 3600;

/**
 * Cookies know no ports: on one address they would also travel to the dashboard and from there to the functions,
 * which on AWS never see them. Paths that only this origin has keep them here.
 */
const sessionPaths = ['/oauth2/authorize', '/logout'] as const;

export const startSession = (ui: HostedUi, session: Session): string[] => {
  const ticket = ui.sessions.issue(session, sessionSeconds * 1000);
  return sessionPaths.map(
    (path) => `${sessionCookie}=${ticket}; HttpOnly; SameSite=Lax; Path=${path}; Max-Age=${sessionSeconds}`,
  );
};

export const endSessionCookies = (): string[] =>
  sessionPaths.map((path) => `${sessionCookie}=; HttpOnly; SameSite=Lax; Path=${path}; Max-Age=0`);
