import type { JSONWebKeySet } from 'jose';
import { account, type ServiceContext } from '../account.ts';
import { provide, type ResourceProvider } from '../cloudformation/provider.ts';
import type { FunctionInvoker } from '../lambda/invoker.ts';
import { type LoopbackServer, startLoopbackServer } from '../loopback-server.ts';
import { physicalId } from '../physical-id.ts';
import type { PublicHosts } from '../public-hosts.ts';
import { answerApi, type HttpApi, type HttpApiContext, maxBodyBytes, plain } from './http-api.ts';
import { createRoutePattern } from './route-matching.ts';
import {
  ApiProperties,
  AuthorizerProperties,
  IntegrationProperties,
  RouteProperties,
  StageProperties,
} from './schemas.ts';
import { makeThrottle } from './throttle.ts';

export type ApiGateway = {
  readonly providers: readonly ResourceProvider[];
  /** Opens the API's own origin on any free port. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** `http://127.0.0.1:<port>`; empty before `start`. */
  url(): string;
};

export type ApiGatewayContext = ServiceContext & {
  readonly invoker: FunctionInvoker;
  readonly hosts: PublicHosts;
  /** Public keys of a token issuer, or undefined when it is not known. */
  readonly keys: (issuer: string) => JSONWebKeySet | undefined;
};

/** The account's default: 10,000 requests per second with bursts of 5,000. */
const accountThrottle = { burst: 5_000, perSecond: 10_000 };

/** HTTP APIs: routes, JWT authorizers, Lambda integrations with payload format 2.0. One API per stack. */
export const makeApiGateway = (context: ApiGatewayContext): ApiGateway => {
  const { now, log, invoker, hosts, keys } = context;
  const apiContext: HttpApiContext = { now, log, invoker, keys };
  let api: HttpApi | undefined;
  let server: LoopbackServer | undefined;
  const registerHost = (): void => {
    if (api !== undefined && server !== undefined) {
      hosts.register(`${api.id}.execute-api.${account.region}.amazonaws.com`, server.origin);
    }
  };
  const providers = makeProviders(now, (created) => {
    if (api !== undefined) throw new Error('The local cloud serves one HTTP API; the template has two');
    api = created;
    registerHost();
  });
  return {
    providers,
    start: async () => {
      server = await startLoopbackServer({
        port: 0,
        maxBodyBytes,
        tooLarge: plain(413, 'Request Entity Too Large'),
        answer: async (request) =>
          api === undefined ? plain(404, 'Not Found') : await answerApi(apiContext, api, request),
        failed: (error) => log.warn('apigateway.failed', { error: String(error) }),
      });
      registerHost();
    },
    stop: async () => {
      await server?.stop();
    },
    url: () => server?.origin ?? '',
  };
};

const makeProviders = (now: () => number, apiCreated: (api: HttpApi) => void): ResourceProvider[] => {
  const apis = new Map<string, HttpApi>();
  const apiOf = (id: string): HttpApi => {
    const api = apis.get(id);
    if (api === undefined)
      throw new Error(`The template refers to the HTTP API ${id}, which it does not make`);
    return api;
  };
  return [
    provide('AWS::ApiGatewayV2::Api', ApiProperties, (declared) => {
      const id = physicalId(declared, 10);
      const api: HttpApi = {
        id,
        routes: [],
        integrations: new Map(),
        authorizers: new Map(),
        stage: undefined,
      };
      apis.set(id, api);
      apiCreated(api);
      const ApiEndpoint = `https://${id}.execute-api.${account.region}.amazonaws.com`;
      return { ref: id, attributes: { ApiId: id, ApiEndpoint } };
    }),
    provide('AWS::ApiGatewayV2::Stage', StageProperties, ({ properties }) => {
      const limits = properties.DefaultRouteSettings;
      apiOf(properties.ApiId).stage = makeThrottle(
        limits?.ThrottlingBurstLimit ?? accountThrottle.burst,
        limits?.ThrottlingRateLimit ?? accountThrottle.perSecond,
        now,
      );
      return { ref: properties.StageName, attributes: {} };
    }),
    provide('AWS::ApiGatewayV2::Integration', IntegrationProperties, (declared) => {
      const id = physicalId(declared, 7);
      apiOf(declared.properties.ApiId).integrations.set(id, declared.properties);
      return { ref: id, attributes: { IntegrationId: id } };
    }),
    provide('AWS::ApiGatewayV2::Authorizer', AuthorizerProperties, (declared) => {
      const id = physicalId(declared, 6);
      apiOf(declared.properties.ApiId).authorizers.set(id, declared.properties);
      return { ref: id, attributes: { AuthorizerId: id } };
    }),
    provide('AWS::ApiGatewayV2::Route', RouteProperties, (declared) => {
      const id = physicalId(declared, 7);
      const { properties } = declared;
      const api = apiOf(properties.ApiId);
      if (api.routes.some(({ pattern }) => pattern.routeKey === properties.RouteKey)) {
        throw new Error(`The HTTP API has the route ${properties.RouteKey} twice`);
      }
      const { AuthorizerId } = properties;
      if (AuthorizerId !== undefined && !api.authorizers.has(AuthorizerId)) {
        throw new Error(
          `The route ${properties.RouteKey} names the authorizer ${AuthorizerId}, which is not there`,
        );
      }
      api.routes.push({ pattern: createRoutePattern(properties.RouteKey), properties });
      return { ref: id, attributes: { RouteId: id } };
    }),
  ];
};
