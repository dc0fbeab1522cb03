import { afterEach, describe, expect, it } from 'vitest';
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

describe('limits', () => {
  it('answers 404 to unknown paths and methods', async () => {
    const api = await start({ routes: [{ key: 'GET /people', open: true }] });
    const unknown = ['GET /nothing', 'POST /people', 'GET /people/../people'];
    for (const [method = '', path = ''] of unknown.map((line) => line.split(' '))) {
      const response = await requestRaw(api.url, path, { method });
      expect([method, path, response.status, response.body.toString()]).toEqual([
        method,
        path,
        404,
        '{"message":"Not Found"}',
      ]);
    }
    expect((await requestRaw(api.url, '/%zz')).status).toBe(400);
  });

  it('refuses bodies over 10 MB, and over what a function takes', async () => {
    const api = await start({
      routes: [{ key: 'POST /', open: true }],
      answer: async () => ({ payload: 'ok' }),
    });
    const post = async (bytes: number) =>
      (
        await fetch(api.url, {
          method: 'POST',
          body: Buffer.alloc(bytes),
          headers: { 'content-type': 'image/jpeg' },
        })
      ).status;
    expect(await post(4 * 1024 * 1024)).toBe(200);
    expect(await post(5 * 1024 * 1024)).toBe(413);
    expect(await post(10 * 1024 * 1024 + 1)).toBe(413);
    expect(api.invocations).toHaveLength(1);
  });

  it('refuses headers over 10,240 bytes', async () => {
    const api = await start({ routes: [{ key: 'GET /', open: true }] });
    const status = async (bytes: number) =>
      (await fetch(api.url, { headers: { 'x-large': 'x'.repeat(bytes) } })).status;
    expect(await status(9_000)).toBe(200);
    expect(await status(10_240)).toBe(431);
  });

  it.each([
    ['a header that HTTP cannot carry', { statusCode: 200, headers: { 'x-name': 'a\nb' }, body: 'kept' }],
    ['a status that ends no request', { statusCode: 100 }],
  ])('answers 500 to a function that returns %s, and goes on', async (_, payload) => {
    const api = await start({ routes: [{ key: 'GET /', open: true }], answer: async () => ({ payload }) });
    for (let time = 0; time < 2; time += 1) {
      const answer = await requestRaw(api.url, '/');
      expect([answer.status, answer.headers['x-name']]).toEqual([500, undefined]);
      expect(answer.body.toString()).not.toContain('kept');
    }
  });

  it('throttles as the stage says and recovers with the clock', async () => {
    const settings = { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 1 };
    const api = await start({ routes: [{ key: 'GET /', open: true }], settings });
    const statuses = async (count: number) => {
      const seen: number[] = [];
      for (let index = 0; index < count; index += 1) seen.push((await fetch(api.url)).status);
      return seen;
    };
    expect(await statuses(3)).toEqual([200, 200, 429]);
    api.clock.ms += 1_000;
    expect(await statuses(2)).toEqual([200, 429]);
  });

  it('answers only to names of this machine and of AWS, so that no web page can rebind a name to it', async () => {
    const api = await start({ routes: [{ key: 'GET /', open: true }] });
    expect((await requestRaw(api.url, '/', { headers: { host: 'evil.example' } })).status).toBe(403);
    expect((await requestRaw(api.url, '/', { headers: { host: new URL(api.endpoint).host } })).status).toBe(
      200,
    );
  });
});
