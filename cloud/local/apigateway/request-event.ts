import { account } from '../account.ts';
import type { WebRequest } from '../loopback-server.ts';
import type { Authorized } from './jwt-authorizer.ts';

export type RequestEventOptions = {
  readonly request: WebRequest;
  /** Decoded. */
  readonly path: string;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly apiId: string;
  readonly authorized: Authorized | undefined;
  readonly requestId: string;
  readonly nowMs: number;
};

/**
 * The event of payload format 2.0 that a function gets.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const createRequestEvent = (options: RequestEventOptions): Readonly<Record<string, unknown>> => {
  const { request, path, routeKey, pathParameters, apiId, authorized, requestId, nowMs } = options;
  const { cookie, ...headers } = request.headers;
  const domainName = `${apiId}.execute-api.${account.region}.amazonaws.com`;
  const query = joinedQuery(request.rawQuery);
  const isText = isTextType(headers['content-type'] ?? '');
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: request.rawQuery,
    ...(cookie === undefined ? {} : { cookies: cookie.split('; ') }),
    headers: { ...headers, 'x-forwarded-port': '443', 'x-forwarded-proto': 'https' },
    ...(query === undefined ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: account.id,
      apiId,
      ...(authorized === undefined
        ? {}
        : { authorizer: { jwt: { claims: claimsAsText(authorized.claims), scopes: authorized.scopes } } }),
      domainName,
      domainPrefix: apiId,
      http: {
        method: request.method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: '$default',
      time: commonLogTime(nowMs),
      timeEpoch: nowMs,
    },
    ...(Object.keys(pathParameters).length === 0 ? {} : { pathParameters }),
    ...(request.body.length === 0 ? {} : { body: request.body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
};

/** Decoded, with several values of one name joined by a comma; undefined without a query. */
const joinedQuery = (rawQuery: string): Record<string, string> | undefined => {
  if (rawQuery === '') return undefined;
  const parameters = new URLSearchParams(rawQuery);
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(',')]),
  );
};

/** Bodies that reach the function as text; every other type, forms too, comes as base64. */
const isTextType = (contentType: string): boolean =>
  /^(text\/|application\/(json|javascript|xml|[\w.-]+\+(json|xml))\b)/i.test(contentType);

/** Claims arrive as text: numbers and booleans written out, arrays as `[a b]`. */
const claimsAsText = (claims: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      Array.isArray(value)
        ? `[${value.join(' ')}]`
        : typeof value === 'object'
          ? JSON.stringify(value)
          : String(value),
    ]),
  );

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12/Mar/2020:19:03:58 +0000` */
const commonLogTime = (ms: number): string => {
  const [date = '', time = ''] = new Date(ms).toISOString().split('T');
  const [year, month, day] = date.split('-');
  return `${day}/${months[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`;
};
