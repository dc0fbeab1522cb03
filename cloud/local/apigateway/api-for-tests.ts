import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { ServiceError } from '../gateway/service.ts';
import type { FunctionInvoker, InvocationResult, InvocationSource } from '../lambda/invoker.ts';
import { PublicHosts } from '../public-hosts.ts';
import { makeApiGateway } from './api-gateway.ts';

export const issuer = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc';
const audience = 'client1';
const functionArn = 'arn:aws:lambda:eu-central-1:000000000000:function:people';

type RouteSpec = { readonly key: string; readonly scopes?: readonly string[]; readonly open?: boolean };

export type TestApiOptions = {
  readonly routes: readonly RouteSpec[];
  readonly settings?: Readonly<Record<string, number>>;
  readonly timeoutMs?: number;
  /** The function; by default it returns the event. */
  readonly answer?: (event: unknown) => Promise<InvocationResult>;
};

const createKey = async (kid: string) => {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
  return { privateKey, jwk };
};

/** Slow to make, so made once per test file. */
const keys = Promise.all([createKey('ours'), createKey('ours')]);

/** A started HTTP API over a function of the test's own, with a token issuer whose keys the test holds. */
export const startTestApi = async (options: TestApiOptions) => {
  const clock = { ms: Date.UTC(2030, 2, 5, 9, 3, 58) };
  const hosts = new PublicHosts();
  const [key, foreignKey] = await keys;
  const invocations: { event: unknown; source: InvocationSource }[] = [];
  const invoker: FunctionInvoker = {
    invoke: async (arn, event, source) => {
      if (arn !== functionArn) throw new ServiceError('AccessDeniedException', 'no permission', 403);
      invocations.push({ event, source });
      return (await options.answer?.(event)) ?? { payload: event };
    },
    invokeAsync: async () => {
      throw new Error('an HTTP API never invokes asynchronously');
    },
  };
  const gateway = makeApiGateway({
    stateDir: '/nowhere',
    now: () => clock.ms,
    log: { info() {}, warn() {} },
    invoker,
    hosts,
    keys: (asked) => (asked === issuer ? { keys: [key.jwk] } : undefined),
  });
  const create = async (kind: string, logicalId: string, properties: Readonly<Record<string, unknown>>) => {
    const type = `AWS::ApiGatewayV2::${kind}`;
    const provider = gateway.providers.find((each) => each.type === type);
    if (provider === undefined) throw new Error(`no provider for ${type}`);
    return await provider.create({
      logicalId,
      type,
      stackName: 'test',
      properties: provider.properties.parse(properties),
    });
  };
  await gateway.start();
  const { ref: ApiId, attributes } = await create('Api', 'Api', { Name: 'test', ProtocolType: 'HTTP' });
  const integration = { ApiId, IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' };
  const people = await create('Integration', 'People', {
    ...integration,
    IntegrationUri: functionArn,
    ...(options.timeoutMs === undefined ? {} : { TimeoutInMillis: options.timeoutMs }),
  });
  const forbidden = await create('Integration', 'Other', {
    ...integration,
    IntegrationUri: `${functionArn}2`,
  });
  const authorizer = await create('Authorizer', 'Jwt', {
    ApiId,
    Name: 'Jwt',
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Audience: [audience], Issuer: issuer },
  });
  for (const { key: RouteKey, scopes = [], open = false } of options.routes) {
    await create('Route', RouteKey, {
      ApiId,
      RouteKey,
      Target: `integrations/${RouteKey.includes('forbidden') ? forbidden.ref : people.ref}`,
      ...(open
        ? {}
        : { AuthorizationType: 'JWT', AuthorizerId: authorizer.ref, AuthorizationScopes: [...scopes] }),
    });
  }
  await create('Stage', 'Stage', {
    ApiId,
    StageName: '$default',
    AutoDeploy: true,
    DefaultRouteSettings: options.settings ?? {},
  });
  const seconds = Math.floor(clock.ms / 1000);
  const claims: JWTPayload = {
    sub: 'u1',
    iss: issuer,
    client_id: audience,
    token_use: 'access',
    scope: 'openid rollcall/read',
    iat: seconds,
    exp: seconds + 900,
  };
  const token = (change: JWTPayload = {}, by: 'us' | 'a stranger' = 'us'): Promise<string> =>
    new SignJWT({ ...claims, ...change })
      .setProtectedHeader({ alg: 'RS256', kid: 'ours' })
      .sign(by === 'us' ? key.privateKey : foreignKey.privateKey);
  return {
    apiId: ApiId,
    endpoint: attributes.ApiEndpoint ?? '',
    url: gateway.url(),
    hosts,
    clock,
    claims,
    publicKey: key.jwk,
    invocations,
    token,
    create,
    stop: () => gateway.stop(),
  };
};
export type TestApi = Awaited<ReturnType<typeof startTestApi>>;
