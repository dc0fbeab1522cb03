import { randomBytes } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import { arn, type LocalLog } from '../account.ts';
import type { FunctionInvoker, InvocationResult } from '../lambda/invoker.ts';
import type { WebRequest, WebResponse } from '../loopback-server.ts';
import { mapFunctionResponse } from './function-response.ts';
import { authorize } from './jwt-authorizer.ts';
import { createRequestEvent } from './request-event.ts';
import { matchRoute, type RoutePattern } from './route-matching.ts';
import type { AuthorizerProperties, IntegrationProperties, RouteProperties } from './schemas.ts';

type Route = { readonly pattern: RoutePattern; readonly properties: RouteProperties };

/** An HTTP API as the template declares it. */
export type HttpApi = {
  readonly id: string;
  readonly routes: Route[];
  readonly integrations: Map<string, IntegrationProperties>;
  readonly authorizers: Map<string, AuthorizerProperties>;
  /** Undefined until the stage exists: then nothing is served. */
  stage: { admits(): boolean } | undefined;
};

export type HttpApiContext = {
  readonly now: () => number;
  readonly log: LocalLog;
  readonly invoker: FunctionInvoker;
  readonly keys: (issuer: string) => JSONWebKeySet | undefined;
};

/** Request body limit of HTTP APIs. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
export const maxBodyBytes = 10 * 1024 * 1024;
/** Request line and header values together. */
const maxHeaderBytes = 10_240;
/** Lambda's limit of a synchronous event. */
const maxEventBytes = 6 * 1024 * 1024;

/** API Gateway's own answers: JSON with a `message`. */
export const plain = (status: number, message: string): WebResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message }),
});

/** Answers one request to the API. */
export const answerApi = async (
  context: HttpApiContext,
  api: HttpApi,
  request: WebRequest,
): Promise<WebResponse> => {
  const requestId = randomBytes(11).toString('base64').slice(0, 15);
  const response = await route(context, api, request, requestId);
  if (response.status >= 400 && response.status !== 404) {
    context.log.info('apigateway.refused', { requestId, method: request.method, status: response.status });
  }
  return { ...response, headers: { ...response.headers, 'apigw-requestid': requestId } };
};

const route = async (
  context: HttpApiContext,
  api: HttpApi,
  request: WebRequest,
  requestId: string,
): Promise<WebResponse> => {
  if (api.stage === undefined) return plain(404, 'Not Found');
  if (headerBytes(request) > maxHeaderBytes) return plain(431, 'Request Header Fields Too Large');
  const path = decodedPath(request.path);
  if (path === undefined) return plain(400, 'Bad Request');
  const match = matchRoute(api.routes, request.method, path);
  if (match === undefined) return plain(404, 'Not Found');
  const { properties, pattern } = match.route;
  if (!api.stage.admits()) return plain(429, 'Too Many Requests');

  const authorizer = api.authorizers.get(properties.AuthorizerId ?? '');
  const authorized =
    authorizer === undefined
      ? undefined
      : await authorize({
          authorizer,
          routeScopes: properties.AuthorizationScopes,
          authorization: request.headers.authorization,
          keys: context.keys,
          nowMs: context.now(),
        });
  if (authorized !== undefined && 'status' in authorized) return authorized;

  const event = createRequestEvent({
    request,
    path,
    routeKey: pattern.routeKey,
    pathParameters: match.pathParameters,
    apiId: api.id,
    authorized,
    requestId,
    nowMs: context.now(),
  });
  if (Buffer.byteLength(JSON.stringify(event)) > maxEventBytes) return plain(413, 'Request Entity Too Large');
  return await invoke(context, api, match.route, event);
};

const invoke = async (
  { invoker, log }: HttpApiContext,
  api: HttpApi,
  { pattern, properties }: Route,
  event: unknown,
): Promise<WebResponse> => {
  const integration = api.integrations.get(properties.Target.slice('integrations/'.length));
  if (integration === undefined) return plain(500, 'Internal Server Error');
  // The permission is matched against the route's path, `{id}` and all, not the path that was asked for.
  const [method = '', routePath = ''] = pattern.routeKey.split(' ');
  const place =
    pattern.segments === undefined ? '*/$default' : `${method === 'ANY' ? '*' : method}${routePath}`;
  const source = {
    principal: 'apigateway.amazonaws.com',
    sourceArn: arn('execute-api', `${api.id}/$default/${place}`),
  };
  let result: InvocationResult | 'timeout';
  try {
    const invocation = invoker.invoke(functionArn(integration.IntegrationUri), event, source);
    result = await withinMs(invocation, integration.TimeoutInMillis);
  } catch (error) {
    // A missing permission above all: in AWS too the caller sees only this, and the reason stands in the log.
    log.warn('apigateway.integration-failed', { routeKey: pattern.routeKey, error: String(error) });
    return plain(500, 'Internal Server Error');
  }
  if (result === 'timeout') return plain(503, 'Service Unavailable');
  if (result.functionError !== undefined) return plain(500, 'Internal Server Error');
  return mapFunctionResponse(result.payload) ?? plain(500, 'Internal Server Error');
};

/** The integration may name the function itself or API Gateway's path to its invocations. */
const functionArn = (integrationUri: string): string =>
  /functions\/(arn:[^/]+)\/invocations$/.exec(integrationUri)?.[1] ?? integrationUri;

const withinMs = async <T>(work: Promise<T>, ms: number): Promise<T | 'timeout'> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<'timeout'>((resolve) => {
    timer = setTimeout(() => resolve('timeout'), ms);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
};

const headerBytes = (request: WebRequest): number =>
  Object.values(request.headers).reduce(
    (bytes, value) => bytes + Buffer.byteLength(value),
    request.method.length + request.path.length + request.rawQuery.length + 2,
  );

/** HTTP APIs decode the path before they route it (so `%2F` divides segments); undefined when it cannot be decoded. */
const decodedPath = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
};
