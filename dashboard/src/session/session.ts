import { InMemoryWebStorage, type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { DashboardConfig } from '#contract/dashboard-config.ts';

/** An access token is renewed when it has less than this left. */
const renewAheadSeconds = 60;

/** Who is signed in, in this tab only. Tokens live in memory: a reload asks the hosted sign-in again, which remembers. */
export interface Session {
  /** A token that is good for at least a minute, renewed if need be; undefined when nobody is signed in. */
  accessToken(): Promise<string | undefined>;
  /** Exchanges the refresh token whatever the access token's age; false when that is no longer possible. */
  renew(): Promise<boolean>;
  /** Leaves for the hosted sign-in, to come back to `returnTo` (path and query). */
  signIn(returnTo: string): Promise<void>;
  /** Finishes a sign-in on the callback page; answers where to go. Throws when it did not succeed. */
  completeSignIn(): Promise<string>;
  /** Revokes the refresh token and leaves for the hosted sign-out. */
  signOut(): Promise<void>;
  /** True once after a reload of a tab that was signed in: the hosted sign-in may bring the person back without a word. */
  takeReloadHint(): boolean;
}

const reloadHint = 'rollcall.signed-in';

/** The session over authorization code with PKCE against the hosted sign-in (RFC 6749, RFC 7636; RFC 7009 to revoke). */
export const makeSession = (config: DashboardConfig, page: Window): Session => {
  const { signInDomain, clientId } = config;
  const manager = new UserManager({
    authority: config.issuer,
    client_id: clientId,
    redirect_uri: page.location.origin + config.redirectPath,
    response_type: 'code',
    scope: config.scopes,
    metadata: {
      issuer: config.issuer,
      authorization_endpoint: `${signInDomain}/oauth2/authorize`,
      token_endpoint: `${signInDomain}/oauth2/token`,
      revocation_endpoint: `${signInDomain}/oauth2/revoke`,
    },
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    // The PKCE verifier has to survive the way to the sign-in page and back.
    stateStore: new WebStorageStateStore({ store: page.sessionStorage, prefix: 'rollcall.' }),
    automaticSilentRenew: false,
    monitorSession: false,
    loadUserInfo: false,
    revokeTokenTypes: ['refresh_token'],
  });

  let renewing: Promise<User | null> | undefined;
  const renewOnce = (): Promise<User | null> => {
    renewing ??= manager
      .signinSilent()
      .catch(() => null)
      .finally(() => {
        renewing = undefined;
      });
    return renewing;
  };

  return {
    async accessToken() {
      const user = await manager.getUser();
      if (user === null) return undefined;
      if ((user.expires_in ?? 0) > renewAheadSeconds) return user.access_token;
      return (await renewOnce())?.access_token ?? (user.expired === true ? undefined : user.access_token);
    },
    async renew() {
      const user = await manager.getUser();
      return user?.refresh_token !== undefined && (await renewOnce()) !== null;
    },
    signIn: (returnTo) => manager.signinRedirect({ state: { returnTo } }),
    async completeSignIn() {
      const { state } = await manager.signinRedirectCallback(page.location.href);
      page.sessionStorage.setItem(reloadHint, 'yes');
      return safeReturn((state as { returnTo?: unknown } | undefined)?.returnTo, config.redirectPath);
    },
    async signOut() {
      // Nothing of this person stays in the tab: not the hint, nor what they were writing.
      page.sessionStorage.clear();
      // Without the network the token cannot be revoked; it is forgotten here and runs out there.
      await manager.revokeTokens().catch(() => undefined);
      await manager.removeUser();
      const query = new URLSearchParams({ client_id: clientId, logout_uri: `${page.location.origin}/` });
      page.location.assign(`${signInDomain}/logout?${query}`);
    },
    takeReloadHint() {
      const hinted = page.sessionStorage.getItem(reloadHint) !== null;
      page.sessionStorage.removeItem(reloadHint);
      return hinted;
    },
  };
};

/** Only ever a path of this origin, whatever the state holds. */
export const safeReturn = (returnTo: unknown, redirectPath: string): string =>
  typeof returnTo === 'string' && /^\/(?![/\\])/.test(returnTo) && !returnTo.startsWith(redirectPath)
    ? returnTo
    : '/';
