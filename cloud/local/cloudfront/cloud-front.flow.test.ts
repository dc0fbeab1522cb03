import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import zlib from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PublicHosts } from '../public-hosts.ts';
import { makeCloudFront } from './cloud-front.ts';
import type { ObjectReader, StoredObject } from './s3-origin.ts';

const apiHost = 'api1.execute-api.eu-central-1.amazonaws.com';
const signIn = 'https://rollcall.auth.eu-central-1.amazoncognito.com';
const routingCode = fs.readFileSync(
  path.join(import.meta.dirname, '../../infra/dashboard-routing.js'),
  'utf8',
);

type Seen = { method: string; url: string; headers: http.IncomingHttpHeaders; body: string };
const seen: Seen[] = [];
const api = http.createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => {
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    response.writeHead(404, { 'content-type': 'application/json', 'x-frame-options': 'SAMEORIGIN' });
    response.end('{"message":"Not Found"}');
  });
});

const script = 'console.log("rollcall");\n'.repeat(100);
const objects = new Map<string, StoredObject>(
  Object.entries({
    'index.html': { body: '<!doctype html>index', type: 'text/html; charset=utf-8' },
    'assets/app.js': { body: script, type: 'text/javascript' },
    'config.json': {
      body: JSON.stringify({
        signIn,
        issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/p',
        path: '/callback',
      }),
      type: 'application/json',
    },
    'a b.txt': { body: 'space', type: 'text/plain' },
  }).map(([key, { body, type }]) => [
    key,
    {
      body: Buffer.from(body),
      etag: `"tag-of-${key}"`,
      headers: { 'content-type': type, 'cache-control': 'no-cache' },
    },
  ]),
);

const hosts = new PublicHosts();
const reads: { bucket: string; key: string; reader: ObjectReader }[] = [];
const logged: string[] = [];
const running: { stop(): Promise<void> }[] = [];

const headersPolicy = {
  ResponseHeadersPolicyConfig: {
    Name: 'security',
    CustomHeadersConfig: {
      Items: [{ Header: 'Permissions-Policy', Value: 'camera=(self)', Override: true }],
    },
    SecurityHeadersConfig: {
      ContentSecurityPolicy: {
        ContentSecurityPolicy: `default-src 'none'; connect-src 'self' ${signIn}; base-uri 'none'`,
        Override: true,
      },
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'DENY', Override: true },
      ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: true },
      StrictTransportSecurity: {
        AccessControlMaxAgeSec: 31_536_000,
        IncludeSubdomains: true,
        Override: true,
      },
    },
  },
};

const start = async (functionCode = routingCode) => {
  const front = makeCloudFront({
    stateDir: '/nowhere',
    now: Date.now,
    log: { info() {}, warn: (_, fields) => logged.push(JSON.stringify(fields)) },
    hosts,
    port: 0,
    readObject: async (bucket, key, reader) => {
      reads.push({ bucket, key, reader });
      return objects.get(key);
    },
  });
  running.push(front);
  await front.start();
  const create = async (kind: string, properties: Readonly<Record<string, unknown>>) => {
    const type = `AWS::CloudFront::${kind}`;
    const provider = front.providers.find((each) => each.type === type);
    if (provider === undefined) throw new Error(`no provider for ${type}`);
    const parsed = provider.properties.parse(properties);
    return await provider.create({ logicalId: kind, type, stackName: 'test', properties: parsed });
  };
  const routing = await create('Function', {
    Name: 'routing',
    AutoPublish: true,
    FunctionCode: functionCode,
    FunctionConfig: { Comment: 'routing', Runtime: 'cloudfront-js-2.0' },
  });
  const control = await create('OriginAccessControl', {
    OriginAccessControlConfig: {
      Name: 'control',
      OriginAccessControlOriginType: 's3',
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    },
  });
  const policy = await create('ResponseHeadersPolicy', headersPolicy);
  const shared = { Compress: true, ResponseHeadersPolicyId: policy.ref };
  const distribution = await create('Distribution', {
    DistributionConfig: {
      Enabled: true,
      DefaultRootObject: 'index.html',
      HttpVersion: 'http2and3',
      IPV6Enabled: true,
      Origins: [
        {
          Id: 'bucket',
          DomainName: 'web.s3.eu-central-1.amazonaws.com',
          OriginAccessControlId: control.attributes.Id,
          S3OriginConfig: { OriginAccessIdentity: '' },
        },
        {
          Id: 'api',
          DomainName: apiHost,
          CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
        },
      ],
      DefaultCacheBehavior: {
        ...shared,
        CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
        FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: routing.attributes.FunctionARN }],
        TargetOriginId: 'bucket',
        ViewerProtocolPolicy: 'redirect-to-https',
      },
      CacheBehaviors: [
        {
          ...shared,
          PathPattern: '/api/*',
          AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
          CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
          OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
          TargetOriginId: 'api',
          ViewerProtocolPolicy: 'https-only',
        },
      ],
    },
  });
  return { front, url: front.url(), distribution, create };
};

let url = '';
let distributionId = '';
let domainName = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  const address = api.address() as net.AddressInfo;
  hosts.register(apiHost, `http://127.0.0.1:${address.port}`);
  hosts.register(new URL(signIn).host, 'http://127.0.0.1:7777');
  const started = await start();
  url = started.url;
  distributionId = started.distribution.ref;
  domainName = started.distribution.attributes.DomainName ?? '';
});
afterEach(() => {
  reads.length = 0;
  seen.length = 0;
});
afterAll(async () => {
  for (const front of running) await front.stop();
  api.closeAllConnections();
  api.close();
});

/** A request exactly as written: fetch would tidy up its path and unpack its answer. */
const raw = (
  target: string,
  options: { method?: string; headers?: Record<string, string>; origin?: string } = {},
) =>
  new Promise<{ status: number; headers: http.IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
    const { hostname, port } = new URL(options.origin ?? url);
    const { method = 'GET', headers = {} } = options;
    http
      .request({ hostname, port, path: target, method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
      })
      .on('error', reject)
      .end();
  });

describe('the bucket behind the default behaviour', () => {
  it('serves the root object and files, read as CloudFront for this distribution', async () => {
    expect(await (await fetch(url)).text()).toBe('<!doctype html>index');
    expect((await fetch(`${url}/assets/app.js`)).headers.get('content-type')).toBe('text/javascript');
    expect(await (await fetch(`${url}/a%20b.txt`)).text()).toBe('space');
    const reader = {
      principal: 'cloudfront.amazonaws.com',
      sourceArn: `arn:aws:cloudfront::000000000000:distribution/${distributionId}`,
    };
    expect(reads).toEqual(
      ['index.html', 'assets/app.js', 'a b.txt'].map((key) => ({ bucket: 'web', key, reader })),
    );
  });

  it("runs the stack's routing function: pages of the application are index.html", async () => {
    expect(await (await fetch(`${url}/people/1?x=1`)).text()).toBe('<!doctype html>index');
    expect((await fetch(`${url}/missing.js`)).status).toBe(403);
  });

  it('answers a missing object like S3 without permission to list', async () => {
    const response = await fetch(`${url}/missing.js`);
    expect(response.headers.get('content-type')).toBe('application/xml');
    expect(await response.text()).toContain('<Code>AccessDenied</Code>');
  });

  it.each(['/../config.js', '/..%2f..%2fetc/passwd.txt', '/%2e%2e/%2e%2e/secret.txt', '/assets/../../x.js'])(
    'hands the path %s on as a key, which no object has',
    async (target) => {
      expect((await raw(target)).status).toBe(403);
      expect(reads.map(({ key }) => key)).toEqual([decodeURIComponent(target).slice(1)]);
    },
  );

  it('refuses a path that cannot be decoded, other methods and endless URLs', async () => {
    expect((await raw('/%zz.js')).status).toBe(400);
    expect((await raw('/index.html', { method: 'POST' })).status).toBe(403);
    expect((await raw(`/${'x'.repeat(9_000)}.js`)).status).toBe(414);
  });

  it('replaces public origins in JSON by those that a browser can reach here, and only registered ones', async () => {
    const response = await fetch(`${url}/config.json`);
    expect(await response.json()).toEqual({
      signIn: 'http://127.0.0.1:7777',
      issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/p',
      path: '/callback',
    });
    const before = response.headers.get('etag');
    hosts.register(new URL(signIn).host, 'http://127.0.0.1:7778');
    expect((await fetch(`${url}/config.json`)).headers.get('etag')).not.toBe(before);
    hosts.register(new URL(signIn).host, 'http://127.0.0.1:7777');
  });

  it('answers 304 to whoever has the version already', async () => {
    const headers = { 'if-none-match': 'W/"other", "tag-of-index.html"' };
    expect(await raw('/', { headers })).toMatchObject({ status: 304, body: Buffer.alloc(0) });
    expect((await raw('/', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  it.each([
    ['br', zlib.brotliDecompressSync],
    ['gzip', zlib.gunzipSync],
  ])('compresses with %s', async (encoding, unpack) => {
    const answer = await raw('/assets/app.js', { headers: { 'accept-encoding': encoding } });
    expect(answer.headers).toMatchObject({ 'content-encoding': encoding, etag: 'W/"tag-of-assets/app.js"' });
    expect(unpack(answer.body).toString()).toBe(script);
    const small = await raw('/', { headers: { 'accept-encoding': encoding } });
    expect(small.headers['content-encoding']).toBeUndefined();
  });

  it('answers HEAD with headers alone', async () => {
    const answer = await raw('/assets/app.js', { method: 'HEAD' });
    expect(answer).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    expect(answer.headers['content-length']).toBe(String(script.length));
  });
});

describe('the API behind /api/*', () => {
  it("gets method, query, body and all headers but the host's name", async () => {
    const response = await fetch(`${url}/api/v1/people?x=1&y=a%20b`, {
      method: 'POST',
      body: '{}',
      headers: {
        authorization: 'Bearer t',
        cookie: 'a=1',
        'content-type': 'application/json',
        'x-own': 'yes',
      },
    });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ message: 'Not Found' });
    expect(seen).toMatchObject([
      {
        method: 'POST',
        url: '/api/v1/people?x=1&y=a%20b',
        body: '{}',
        headers: {
          host: apiHost,
          authorization: 'Bearer t',
          cookie: 'a=1',
          'x-own': 'yes',
          via: `1.1 ${domainName} (CloudFront)`,
          'x-forwarded-for': '127.0.0.1',
        },
      },
    ]);
    expect(reads).toEqual([]);
  });

  it('keeps its own 404, untouched by the routing function', async () => {
    await fetch(`${url}/api/v1/nothing`);
    expect(seen.map((request) => request.url)).toEqual(['/api/v1/nothing']);
  });
});

it('puts the security headers on every answer, with origins that the browser can reach', async () => {
  for (const target of ['/', '/missing.js', '/api/v1/nothing']) {
    const { headers } = await raw(target);
    expect(headers).toMatchObject({
      'content-security-policy':
        "default-src 'none'; connect-src 'self' http://127.0.0.1:7777; base-uri 'none'",
      'permissions-policy': 'camera=(self)',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
  }
});

it('registers its public name, and sends localhost to the one address it goes by', async () => {
  expect(hosts.toLoopback(`https://${domainName}/callback`)).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
  const answer = await raw('/people?x=1', { headers: { host: 'localhost:1' } });
  expect(answer).toMatchObject({ status: 307, headers: { location: `${url}/people?x=1` } });
});

describe('a viewer request function', () => {
  const answerOf = async (code: string, target = '/index.html') => {
    const started = await start(code);
    return await raw(target, { origin: started.url, headers: { 'x-own': 'yes', cookie: 'a=1' } });
  };

  it('gets the event of version 1.0 and may answer itself', async () => {
    const answer = await answerOf(
      'async function handler(event) { return { statusCode: 302, headers: { location: { value: "/seen" } }, body: JSON.stringify(event) } }',
      '/p.html?q=1&q=2',
    );
    expect(answer).toMatchObject({ status: 302, headers: { location: '/seen' } });
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      version: '1.0',
      context: { eventType: 'viewer-request', distributionId: expect.stringMatching(/^E/) },
      viewer: { ip: '127.0.0.1' },
      request: {
        method: 'GET',
        uri: '/p.html',
        querystring: { q: { value: '1', multiValue: [{ value: '1' }, { value: '2' }] } },
        headers: { 'x-own': { value: 'yes' } },
        cookies: { a: { value: '1' } },
      },
    });
  });

  it.each([
    ['throws', 'function handler() { throw new Error("no") }'],
    ['returns nothing', 'function handler() {}'],
    ['changes the method', 'function handler(e) { e.request.method = "PUT"; return e.request }'],
    ['never ends', 'function handler() { for (;;) {} }'],
    ['waits for ever', 'async function handler() { await new Promise(() => {}) }'],
    ['reaches for the machine', 'function handler(e) { return process.env }'],
  ])('that %s is a 503 and a line in the log', async (_, code) => {
    logged.length = 0;
    expect((await answerOf(code)).status).toBe(503);
    expect(logged).toHaveLength(1);
  });
});

it('keeps a viewer request function away from this process', async () => {
  const { url: origin } = await start(`function handler() {
    let found = 'nothing';
    try { found = this.constructor.constructor('return typeof process')() } catch {}
    return { statusCode: 299, body: found + typeof require + typeof fetch + typeof setTimeout };
  }`);
  const answer = await raw('/', { origin });
  expect([answer.status, answer.body.toString()]).toEqual([299, 'nothingundefinedundefinedundefined']);
});

it('says what to do when its port is taken', async () => {
  const taken = net.createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as net.AddressInfo;
  const front = makeCloudFront({
    stateDir: '/nowhere',
    now: Date.now,
    log: { info() {}, warn() {} },
    hosts,
    port,
    readObject: async () => undefined,
  });
  await expect(front.start()).rejects.toThrow(
    `port ${port} is already in use: stop that program or start with --port 0`,
  );
  taken.close();
});
