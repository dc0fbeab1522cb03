import path from 'node:path';
import { decodeJwt, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { scopes } from '#contract/routes.ts';
import { readSignInEndpoints } from '../../../../scripts/dashboard-sign-in.ts';
import { type Credentials, fetchTokens } from '../../../../scripts/sign-in.ts';
import { serviceStateDir } from '../../../local/account.ts';
import { fileSigningKeys } from '../../../local/cognito/signing-keys.ts';
import type { Installation } from '../../../local/flow/installation.ts';

/** What a request may bear; only an access token with the route's scope opens anything. */
export const tokenKinds = [
  'access',
  'id',
  'wrong_scope',
  'expired',
  'foreign_pool',
  'foreign_key',
  'alg_none',
  'wrong_client',
  'none',
] as const;
export type TokenKind = (typeof tokenKinds)[number];

/** A user's tokens, by kind; of `wrong_scope` there is one for each scope: that which bears the other. */
export type Tokens = Readonly<Record<Exclude<TokenKind, 'none' | 'wrong_scope'>, string>> & {
  readonly without: Readonly<Record<string, string>>;
};

/** Signs a user in for the real tokens, and makes the others of their claims: some with the pool's own key, some without. */
export const makeTokens = async (
  installation: Installation,
): Promise<(user: Credentials) => Promise<Tokens>> => {
  const { cloud, stateDir } = installation;
  const endpoints = await readSignInEndpoints(cloud.dashboardUrl);
  const pool = cloud.outputs.UserPoolId ?? '';
  const keys = await fileSigningKeys(path.join(serviceStateDir(stateDir, 'cognito'), pool, 'keys.json'));
  const stranger = await generateKeyPair('RS256');
  const byStranger = (claims: JWTPayload): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: keys.jwks.keys[1]?.kid ?? '' })
      .sign(stranger.privateKey);

  return async (user) => {
    const signIn = (asked: readonly string[]) => fetchTokens({ ...endpoints, scopes: asked }, user);
    const [whole, readOnly, writeOnly] = [
      await signIn(['openid', scopes.read, scopes.write]),
      await signIn(['openid', scopes.read]),
      await signIn(['openid', scopes.write]),
    ];
    if (whole.id === undefined) throw new Error('the sign-in gave no ID token');
    const claims = decodeJwt(whole.access);
    const pastSeconds = Math.floor(Date.now() / 1000) - 7200;
    return {
      access: whole.access,
      id: whole.id,
      without: { [scopes.read]: writeOnly.access, [scopes.write]: readOnly.access },
      expired: await keys.sign('access', {
        ...claims,
        auth_time: pastSeconds,
        iat: pastSeconds,
        exp: pastSeconds + 3600,
      }),
      foreign_pool: await byStranger({ ...claims, iss: `${claims.iss}x` }),
      foreign_key: await byStranger(claims),
      alg_none: new UnsecuredJWT(claims).encode(),
      wrong_client: await keys.sign('access', { ...claims, client_id: 'another-client' }),
    };
  };
};
