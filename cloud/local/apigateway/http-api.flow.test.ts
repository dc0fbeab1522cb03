import { afterEach, describe, expect, it } from 'vitest';
import type { InvocationResult } from '../lambda/invoker.ts';
import { requestRaw } from '../raw-request-for-tests.ts';
import { startTestApi, type TestApi, type TestApiOptions } from './api-for-tests.ts';

const apis: TestApi[] = [];
const start = async (options: TestApiOptions): Promise<TestApi> => {
  const api = await startTestApi(options);
  apis.push(api);
  return api;
};
afterEach(async () => {
  for (const api of apis.splice(0)) await api.stop();
});

const returning = (payload: unknown, extra: Partial<InvocationResult> = {}) =>
  start({ routes: [{ key: 'GET /', open: true }], answer: async () => ({ payload, ...extra }) });

/** What the function was last given, without what differs from run to run. */
const lastEvent = (api: TestApi) => api.invocations.at(-1)?.event as Record<string, unknown>;

describe('the event of payload format 2.0', () => {
  it('is what API Gateway sends', async () => {
    const api = await start({ routes: [{ key: 'POST /people/{id}/faces', scopes: ['rollcall/read'] }] });
    const token = await api.token({
      'cognito:groups': ['hr', 'staff'],
      verified: true,
      scope: 'rollcall/read x',
    });
    await fetch(`${api.url}/people/a%20b/faces?q=1&q=2&name=J%C3%B6rg%2B1&empty=`, {
      method: 'POST',
      body: '{"ü":1}',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json; charset=utf-8',
        cookie: 'a=1; b=2',
        'user-agent': 'test',
        'X-Many': 'one',
      },
    });
    expect(lastEvent(api)).toEqual({
      version: '2.0',
      routeKey: 'POST /people/{id}/faces',
      rawPath: '/people/a b/faces',
      rawQueryString: 'q=1&q=2&name=J%C3%B6rg%2B1&empty=',
      cookies: ['a=1', 'b=2'],
      headers: {
        accept: '*/*',
        'accept-encoding': expect.any(String),
        'accept-language': '*',
        authorization: `Bearer ${token}`,
        connection: 'keep-alive',
        'content-length': '8',
        'content-type': 'application/json; charset=utf-8',
        host: new URL(api.url).host,
        'sec-fetch-mode': 'cors',
        'user-agent': 'test',
        'x-forwarded-port': '443',
        'x-forwarded-proto': 'https',
        'x-many': 'one',
      },
      queryStringParameters: { q: '1,2', name: 'Jörg+1', empty: '' },
      requestContext: {
        accountId: '000000000000',
        apiId: api.apiId,
        authorizer: {
          jwt: {
            claims: {
              sub: 'u1',
              iss: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc',
              client_id: 'client1',
              token_use: 'access',
              scope: 'rollcall/read x',
              iat: '1898931838',
              exp: '1898932738',
              'cognito:groups': '[hr staff]',
              verified: 'true',
            },
            scopes: ['rollcall/read', 'x'],
          },
        },
        domainName: `${api.apiId}.execute-api.eu-central-1.amazonaws.com`,
        domainPrefix: api.apiId,
        http: {
          method: 'POST',
          path: '/people/a b/faces',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test',
        },
        requestId: expect.stringMatching(/^\S{15}$/),
        routeKey: 'POST /people/{id}/faces',
        stage: '$default',
        time: '05/Mar/2030:09:03:58 +0000',
        timeEpoch: 1_898_931_838_000,
      },
      pathParameters: { id: 'a b' },
      body: '{"ü":1}',
      isBase64Encoded: false,
    });
  });

  it('is that of the documentation’s example', async () => {
    // API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs", structure of payload format 2.0.
    const api = await start({ routes: [{ key: '$default', scopes: ['scope1'] }] });
    const query = 'parameter1=value1&parameter1=value2&parameter2=value';
    await requestRaw(api.url, `/my/path?${query}`, {
      headers: {
        authorization: await api.token({ claim1: 'value1', claim2: 'value2', scope: 'scope1 scope2' }),
        cookie: 'cookie1; cookie2',
        header1: 'value1',
        header2: 'value1,value2',
        'user-agent': 'agent',
      },
    });
    expect(lastEvent(api)).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/my/path',
      rawQueryString: query,
      cookies: ['cookie1', 'cookie2'],
      headers: { header1: 'value1', header2: 'value1,value2' },
      queryStringParameters: { parameter1: 'value1,value2', parameter2: 'value' },
      requestContext: {
        authorizer: {
          jwt: { claims: { claim1: 'value1', claim2: 'value2' }, scopes: ['scope1', 'scope2'] },
        },
        http: { method: 'GET', path: '/my/path', protocol: 'HTTP/1.1', userAgent: 'agent' },
        routeKey: '$default',
        stage: '$default',
      },
      isBase64Encoded: false,
    });
  });

  it('flattens claims into text, as no type of theirs survives', async () => {
    const api = await start({ routes: [{ key: 'GET /', scopes: ['rollcall/read'] }] });
    const token = await api.token({
      'cognito:groups': ['hr', 'staff'],
      one: ['only'],
      none: [],
      number: 1.5,
      yes: true,
      no: false,
    });
    await fetch(api.url, { headers: { authorization: token } });
    expect(lastEvent(api)).toMatchObject({
      requestContext: {
        authorizer: {
          jwt: {
            claims: {
              'cognito:groups': '[hr staff]',
              one: '[only]',
              none: '[]',
              number: '1.5',
              yes: 'true',
              no: 'false',
            },
          },
        },
      },
    });
  });

  it('leaves out what is not there', async () => {
    const api = await start({ routes: [{ key: 'GET /', open: true }] });
    await fetch(api.url);
    const event = lastEvent(api);
    const absent = ['cookies', 'queryStringParameters', 'pathParameters', 'body'];
    expect(absent.filter((name) => name in event)).toEqual([]);
    expect(event).toMatchObject({ isBase64Encoded: false, rawQueryString: '' });
    expect(event.requestContext).not.toHaveProperty('authorizer');
  });

  it.each([
    ['image/jpeg', true],
    ['application/octet-stream', true],
    ['application/x-www-form-urlencoded', true],
    ['text/csv', false],
    ['application/problem+json', false],
  ])('carries a body of type %s as base64: %s', async (type, encoded) => {
    const api = await start({ routes: [{ key: 'POST /', open: true }] });
    const sent = encoded ? Buffer.from([0xff, 0xd8, 0, 0x80]) : Buffer.from('a,ü');
    await fetch(api.url, { method: 'POST', body: sent, headers: { 'content-type': type } });
    const { body, isBase64Encoded } = lastEvent(api);
    expect(isBase64Encoded).toBe(encoded);
    expect(Buffer.from(String(body), encoded ? 'base64' : 'utf8')).toEqual(sent);
  });

  it("names the route's path as the source of the invocation, not the path that was asked for", async () => {
    const keys = ['GET /people/{id}', 'ANY /any/{proxy+}', '$default'];
    const api = await start({ routes: keys.map((key) => ({ key, open: true })) });
    for (const path of ['/people/1', '/any/x/y', '/else']) await fetch(`${api.url}${path}`);
    const prefix = `arn:aws:execute-api:eu-central-1:000000000000:${api.apiId}/$default/`;
    expect(api.invocations.map(({ source }) => source)).toEqual(
      ['GET/people/{id}', '*/any/{proxy+}', '*/$default'].map((place) => ({
        principal: 'apigateway.amazonaws.com',
        sourceArn: `${prefix}${place}`,
      })),
    );
  });
});

describe("the function's answer", () => {
  it('is taken as written when it has a status code', async () => {
    const api = await returning({
      statusCode: 201,
      headers: { Location: '/people/1', 'Content-Length': '999' },
      cookies: ['a=1; Secure', 'b=2'],
      body: 'done',
    });
    const response = await fetch(api.url);
    expect([response.status, await response.text()]).toEqual([201, 'done']);
    expect(response.headers.get('location')).toBe('/people/1');
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.getSetCookie()).toEqual(['a=1; Secure', 'b=2']);
    expect(response.headers.get('apigw-requestid')).toMatch(/^\S{15}$/);
  });

  it('may carry bytes as base64', async () => {
    const bytes = Buffer.from([0, 255, 128]);
    const api = await returning({ statusCode: 200, isBase64Encoded: true, body: bytes.toString('base64') });
    expect(Buffer.from(await (await fetch(api.url)).arrayBuffer())).toEqual(bytes);
  });

  it.each([
    [{ message: 'hello' }, '{"message":"hello"}'],
    ['hello', 'hello'],
    [null, 'null'],
  ])('is the JSON body of a 200 without one: %o', async (payload, body) => {
    const api = await returning(payload);
    const response = await fetch(api.url);
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'application/json',
      body,
    ]);
  });

  it.each([
    ['it threw', { payload: { errorMessage: 'secret' }, functionError: 'Unhandled' }],
    ['its status is no number', { payload: { statusCode: 'fine' } }],
    ['its body is no text', { payload: { statusCode: 200, body: { a: 1 } } }],
  ])('becomes a bare 500 when %s', async (_, result) => {
    const api = await returning(result.payload, result);
    const response = await fetch(api.url);
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
  });

  it('becomes a bare 500 when the function has not given the API permission', async () => {
    const api = await start({ routes: [{ key: 'GET /forbidden', open: true }] });
    const response = await fetch(`${api.url}/forbidden`);
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
  });

  it('becomes 503 when it takes longer than the integration waits', async () => {
    const api = await start({
      routes: [{ key: 'GET /', open: true }],
      timeoutMs: 50,
      answer: () => new Promise(() => {}),
    });
    const response = await fetch(api.url);
    expect([response.status, await response.json()]).toEqual([503, { message: 'Service Unavailable' }]);
  });
});

it('registers where its public name is answered', async () => {
  const api = await start({ routes: [{ key: 'GET /', open: true }] });
  expect(api.hosts.toLoopback(`${api.endpoint}/x`)).toBe(`${api.url}/x`);
});

it('refuses a property that it does not know, a JWT route without authorizer, an unknown authorizer, and a wait over 30 seconds', async () => {
  const api = await start({ routes: [] });
  const route = { ApiId: api.apiId, RouteKey: 'GET /x', Target: 'integrations/x' };
  await expect(api.create('Route', 'R', { ...route, RequestModels: {} })).rejects.toThrow('RequestModels');
  await expect(api.create('Route', 'R', { ...route, AuthorizationType: 'JWT' })).rejects.toThrow(
    'AuthorizerId',
  );
  const unknown = { ...route, AuthorizationType: 'JWT', AuthorizerId: 'nowhere' };
  await expect(api.create('Route', 'R', unknown)).rejects.toThrow('nowhere');
  const patient = {
    ApiId: api.apiId,
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: 'arn',
    PayloadFormatVersion: '2.0',
    TimeoutInMillis: 30_001,
  };
  await expect(api.create('Integration', 'I', patient)).rejects.toThrow('30000');
});
