import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import type { WebResponse } from '../loopback-server.ts';
import type { AuthorizerProperties } from './schemas.ts';

export type Authorized = { readonly claims: JWTPayload; readonly scopes: readonly string[] | null };

export type AuthorizeOptions = {
  readonly authorizer: AuthorizerProperties;
  /** Scopes of the route: the token needs one of them; none are asked for when empty. */
  readonly routeScopes: readonly string[];
  readonly authorization: string | undefined;
  readonly keys: (issuer: string) => JSONWebKeySet | undefined;
  readonly nowMs: number;
};

/** API Gateway's JWT authorizer takes RSA signatures only. */
const algorithms = ['RS256', 'RS384', 'RS512'];

/**
 * Who calls, or the refusal: 401 for a token that is missing or wrong, 403 for one without the scope.
 * Like AWS it does not tell an ID token from an access token: only scopes do.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export const authorize = async (options: AuthorizeOptions): Promise<Authorized | WebResponse> => {
  const { Audience, Issuer } = options.authorizer.JwtConfiguration;
  const jwt = (options.authorization ?? '').replace(/^Bearer /i, '').trim();
  if (jwt === '') return unauthorized('Bearer');
  const keys = options.keys(Issuer);
  if (keys === undefined) return invalid("the authorizer's issuer has no keys");
  const verified = await verify(jwt, keys, Issuer, options.nowMs);
  if (typeof verified === 'string') return invalid(verified);
  const audiences = verified.aud === undefined ? [verified.client_id] : [verified.aud].flat();
  if (!audiences.some((audience) => Audience.includes(String(audience)))) {
    return invalid('the token does not have a valid audience');
  }
  const scopes = scopesOf(verified);
  if (options.routeScopes.length > 0 && !options.routeScopes.some((scope) => scopes.includes(scope))) {
    return {
      status: 403,
      headers: {
        'content-type': 'application/json',
        'www-authenticate': `Bearer scope="${options.routeScopes.join(' ')}" error="insufficient_scope" error_description="the token does not have one of the required scopes"`,
      },
      body: JSON.stringify({ message: 'Forbidden' }),
    };
  }
  return { claims: verified, scopes: options.routeScopes.length > 0 ? scopes : null };
};

const verify = async (
  jwt: string,
  keys: JSONWebKeySet,
  issuer: string,
  nowMs: number,
): Promise<JWTPayload | string> => {
  try {
    const { payload } = await jwtVerify(jwt, createLocalJWKSet(keys), {
      issuer,
      algorithms,
      currentDate: new Date(nowMs),
      requiredClaims: ['exp'],
    });
    // A token from the future is refused too; both clocks are this machine's.
    if (payload.iat !== undefined && payload.iat * 1000 > nowMs + 1000) return 'the token is not yet valid';
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) return 'the token has expired';
    if (error instanceof errors.JWTClaimValidationFailed) return `the token has an invalid ${error.claim}`;
    return 'the token is not valid';
  }
};

const scopesOf = (claims: JWTPayload): string[] =>
  [claims.scope, claims.scp].flat().flatMap((scope) => (typeof scope === 'string' ? scope.split(' ') : []));

const invalid = (description: string): WebResponse =>
  unauthorized(`Bearer scope="" error="invalid_token" error_description="${description}"`);

const unauthorized = (challenge: string): WebResponse => ({
  status: 401,
  headers: { 'content-type': 'application/json', 'www-authenticate': challenge },
  body: JSON.stringify({ message: 'Unauthorized' }),
});
