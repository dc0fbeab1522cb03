import { createHash, randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from './pool.ts';
import type { UserPoolClientProperties } from './schemas.ts';
import type { User } from './user-store.ts';

/** What stays the same over every token of one sign-in. */
export type Grant = {
  readonly sub: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Epoch milliseconds at which the person typed the password. */
  readonly authTimeMs: number;
  readonly nonce: string | undefined;
  readonly originJti: string;
  readonly eventId: string;
};

export type Tokens = {
  readonly id_token?: string;
  readonly access_token: string;
  readonly expires_in: number;
  readonly token_type: 'Bearer';
};

const secondsIn = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;

/** Lifetimes of a client's tokens in seconds. */
export const tokenLifetimes = (client: UserPoolClientProperties) => ({
  accessSeconds: client.AccessTokenValidity * secondsIn[client.TokenValidityUnits.AccessToken],
  idSeconds: client.IdTokenValidity * secondsIn[client.TokenValidityUnits.IdToken],
  refreshSeconds: client.RefreshTokenValidity * secondsIn[client.TokenValidityUnits.RefreshToken],
});

/**
 * Signs an access token and, when `openid` was granted, an ID token, with exactly the claims that Cognito's hosted pages give.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
export const mintTokens = async (
  pool: Pool,
  client: PoolClient,
  user: User,
  grant: Grant,
  nowMs: number,
): Promise<Tokens> => {
  const iat = Math.floor(nowMs / 1000);
  const lifetimes = tokenLifetimes(client.properties);
  const common = {
    sub: user.sub,
    ...(user.groups.length > 0 ? { 'cognito:groups': groupsInOrder(pool, user) } : {}),
    iss: pool.issuer,
    origin_jti: grant.originJti,
    event_id: grant.eventId,
    auth_time: Math.floor(grant.authTimeMs / 1000),
    iat,
  };
  const accessToken = await pool.keys.sign('access', {
    ...common,
    version: 2,
    client_id: client.id,
    token_use: 'access',
    scope: grant.scopes.join(' '),
    exp: iat + lifetimes.accessSeconds,
    jti: randomUUID(),
    username: user.username,
  });
  const idToken = grant.scopes.includes('openid')
    ? await pool.keys.sign('id', {
        at_hash: createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url'),
        ...common,
        ...attributeClaims(user),
        'cognito:username': user.username,
        ...(grant.nonce === undefined ? {} : { nonce: grant.nonce }),
        aud: client.id,
        token_use: 'id',
        exp: iat + lifetimes.idSeconds,
        jti: randomUUID(),
      })
    : undefined;
  return {
    ...(idToken === undefined ? {} : { id_token: idToken }),
    access_token: accessToken,
    expires_in: lifetimes.accessSeconds,
    token_type: 'Bearer',
  };
};

/** The attributes as claims; only the `_verified` ones are booleans. */
const attributeClaims = (user: User): Record<string, string | boolean> =>
  Object.fromEntries(
    Object.entries(user.attributes).map(([name, value]) => [
      name,
      name.endsWith('_verified') ? value === 'true' : value,
    ]),
  );

/** Groups by precedence, lowest number first, as Cognito lists them. */
const groupsInOrder = (pool: Pool, user: User): string[] => {
  const precedence = (name: string): number => pool.groups.get(name)?.Precedence ?? Number.POSITIVE_INFINITY;
  return user.groups
    .filter((name) => pool.groups.has(name))
    .sort((a, b) => precedence(a) - precedence(b) || 0);
};
