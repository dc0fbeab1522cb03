import net from 'node:net';
import zlib from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { requestRaw } from '../raw-request-for-tests.ts';
import { makeCloudFront } from './cloud-front.ts';
import { apiHost, script, signIn, startTestFront, type TestFront } from './cloud-front-for-tests.ts';

let front: TestFront;
beforeAll(async () => {
  front = await startTestFront();
});
afterEach(() => {
  front.reads.length = 0;
  front.seen.length = 0;
});
afterAll(() => front.stop());

describe('the bucket behind the default behaviour', () => {
  it('serves the root object and files, read as CloudFront for this distribution', async () => {
    expect(await (await fetch(front.url)).text()).toBe('<!doctype html>index');
    expect((await fetch(`${front.url}/assets/app.js`)).headers.get('content-type')).toBe('text/javascript');
    expect(await (await fetch(`${front.url}/a%20b.txt`)).text()).toBe('space');
    const reader = {
      principal: 'cloudfront.amazonaws.com',
      sourceArn: `arn:aws:cloudfront::000000000000:distribution/${front.distributionId}`,
    };
    expect(front.reads).toEqual(
      ['index.html', 'assets/app.js', 'a b.txt'].map((key) => ({ bucket: 'web', key, reader })),
    );
  });

  it("runs the stack's routing function: pages of the application are index.html", async () => {
    expect(await (await fetch(`${front.url}/people/1?x=1`)).text()).toBe('<!doctype html>index');
    expect((await fetch(`${front.url}/missing.js`)).status).toBe(403);
  });

  it('answers a missing object like S3 without permission to list', async () => {
    const response = await fetch(`${front.url}/missing.js`);
    expect(response.headers.get('content-type')).toBe('application/xml');
    expect(await response.text()).toContain('<Code>AccessDenied</Code>');
  });

  it.each(['/../config.js', '/..%2f..%2fetc/passwd.txt', '/%2e%2e/%2e%2e/secret.txt', '/assets/../../x.js'])(
    'hands the path %s on as a key, which no object has',
    async (target) => {
      expect((await requestRaw(front.url, target)).status).toBe(403);
      expect(front.reads.map(({ key }) => key)).toEqual([decodeURIComponent(target).slice(1)]);
    },
  );

  it('refuses a path that cannot be decoded, other methods and endless URLs', async () => {
    expect((await requestRaw(front.url, '/%zz.js')).status).toBe(400);
    const posted = await requestRaw(front.url, '/index.html', { method: 'POST' });
    expect(posted).toMatchObject({ status: 403, headers: { server: 'CloudFront' } });
    expect((await requestRaw(front.url, `/${'x'.repeat(9_000)}.js`)).status).toBe(414);
  });

  it('replaces public origins in JSON by those that a browser can reach here, and only registered ones', async () => {
    const response = await fetch(`${front.url}/config.json`);
    expect(await response.json()).toEqual({
      signIn: 'http://127.0.0.1:7777',
      issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/p',
      path: '/callback',
    });
    const before = response.headers.get('etag');
    front.hosts.register(new URL(signIn).host, 'http://127.0.0.1:7778');
    expect((await fetch(`${front.url}/config.json`)).headers.get('etag')).not.toBe(before);
    front.hosts.register(new URL(signIn).host, 'http://127.0.0.1:7777');
  });

  it('answers 304 to whoever has the version already', async () => {
    const headers = { 'if-none-match': 'W/"other", "tag-of-index.html"' };
    expect(await requestRaw(front.url, '/', { headers })).toMatchObject({
      status: 304,
      body: Buffer.alloc(0),
    });
    expect((await requestRaw(front.url, '/', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  it.each([
    ['br', zlib.brotliDecompressSync],
    ['gzip', zlib.gunzipSync],
  ])('compresses with %s', async (encoding, unpack) => {
    const answer = await requestRaw(front.url, '/assets/app.js', {
      headers: { 'accept-encoding': encoding },
    });
    expect(answer.headers).toMatchObject({ 'content-encoding': encoding, etag: 'W/"tag-of-assets/app.js"' });
    expect(unpack(answer.body).toString()).toBe(script);
    const small = await requestRaw(front.url, '/', { headers: { 'accept-encoding': encoding } });
    expect(small.headers['content-encoding']).toBeUndefined();
  });

  it('answers HEAD with headers alone', async () => {
    const answer = await requestRaw(front.url, '/assets/app.js', { method: 'HEAD' });
    expect(answer).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    expect(answer.headers['content-length']).toBe(String(script.length));
  });
});

describe('the API behind /api/*', () => {
  it("gets method, query, body and all headers but the host's name", async () => {
    const response = await fetch(`${front.url}/api/v1/people?x=1&y=a%20b`, {
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
    expect(front.seen).toMatchObject([
      {
        method: 'POST',
        url: '/api/v1/people?x=1&y=a%20b',
        body: '{}',
        headers: {
          host: apiHost,
          authorization: 'Bearer t',
          cookie: 'a=1',
          'x-own': 'yes',
          via: `1.1 ${front.domainName} (CloudFront)`,
          'x-forwarded-for': '127.0.0.1',
        },
      },
    ]);
    expect(front.reads).toEqual([]);
  });

  it('is asked on a connection that the origin cannot have closed since the last time', async () => {
    await fetch(`${front.url}/api/v1/people`);
    expect(front.seen).toMatchObject([{ headers: { connection: 'close' } }]);
  });

  it('keeps its own 404, untouched by the routing function', async () => {
    await fetch(`${front.url}/api/v1/nothing`);
    expect(front.seen.map((request) => request.url)).toEqual(['/api/v1/nothing']);
  });
});

it('puts the security headers on every answer, with origins that the browser can reach', async () => {
  for (const target of ['/', '/missing.js', '/api/v1/nothing']) {
    const { headers } = await requestRaw(front.url, target);
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
  expect(front.hosts.toLoopback(`https://${front.domainName}/callback`)).toMatch(
    /^http:\/\/127\.0\.0\.1:\d+\/callback$/,
  );
  const answer = await requestRaw(front.url, '/people?x=1', { headers: { host: 'localhost:1' } });
  expect(answer).toMatchObject({ status: 307, headers: { location: `${front.url}/people?x=1` } });
});

it('sends who looks for the page of the local cloud there, and keeps its own paths', async () => {
  const { status, headers } = await requestRaw(front.url, '/_local');
  expect([status, headers.location]).toEqual([307, 'http://127.0.0.1:7778/_local']);
  expect((await requestRaw(front.url, '/_localities')).headers.location).toBeUndefined();
});

it('says what to do when its port is taken', async () => {
  const taken = net.createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as net.AddressInfo;
  const second = makeCloudFront({
    stateDir: '/nowhere',
    now: Date.now,
    log: { info() {}, warn() {} },
    hosts: front.hosts,
    port,
    readObject: async () => undefined,
    consoleUrl: () => '',
  });
  await expect(second.start()).rejects.toThrow(
    `port ${port} is already in use: stop that program or start with --port 0`,
  );
  taken.close();
});
