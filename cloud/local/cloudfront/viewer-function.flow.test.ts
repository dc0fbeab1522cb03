import { afterEach, describe, expect, it } from 'vitest';
import { requestRaw } from '../raw-request-for-tests.ts';
import { startTestFront, type TestFront } from './cloud-front-for-tests.ts';

let front: TestFront | undefined;
afterEach(async () => {
  await front?.stop();
  front = undefined;
});

describe('a viewer request function', () => {
  const answerOf = async (code: string, target = '/index.html') => {
    front = await startTestFront(code);
    return await requestRaw(front.url, target, { headers: { 'x-own': 'yes', cookie: 'a=1' } });
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
    expect((await answerOf(code)).status).toBe(503);
    expect(front?.logged).toHaveLength(1);
  });
});

it('waits for a function that a busy machine holds up', async () => {
  // A tenth of a second is long for CloudFront, and nothing for a process that shares two cores with a test run.
  front = await startTestFront(`function handler(event) {
    for (const start = Date.now(); Date.now() - start < 250; );
    return event.request;
  }`);
  expect((await requestRaw(front.url, '/index.html')).status).toBe(200);
  expect(front.logged).toEqual([]);
});

it('keeps a viewer request function away from this process', async () => {
  front = await startTestFront(`function handler() {
    let found = 'nothing';
    try { found = this.constructor.constructor('return typeof process')() } catch {}
    return { statusCode: 299, body: found + typeof require + typeof fetch + typeof setTimeout };
  }`);
  const answer = await requestRaw(front.url, '/');
  expect([answer.status, answer.body.toString()]).toEqual([299, 'nothingundefinedundefinedundefined']);
});
