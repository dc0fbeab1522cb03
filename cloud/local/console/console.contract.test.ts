import { describe, expect, it } from 'vitest';
import { requestRaw } from '../raw-request-for-tests.ts';
import { startTestConsole } from './console-for-tests.ts';

const rule = { service: 'rekognition', operation: 'SearchFacesByImage', kind: 'throttle', perSecond: 5 };
const asJson = { 'content-type': 'application/json' };

const post = (url: string, body: unknown, headers: Record<string, string> = asJson) =>
  fetch(`${url}/faults`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('the faults over HTTP', () => {
  it('are added, listed, looked at and removed', async () => {
    const { url } = await startTestConsole();
    const added = await post(url, rule);
    expect([added.status, added.headers.get('location')]).toEqual([201, '/_local/faults/1']);
    const fault = { id: '1', rule: { ...rule, seed: 1 }, struck: 0, over: false };
    expect(await added.json()).toEqual(fault);
    expect(await (await fetch(`${url}/faults`)).json()).toEqual({ items: [fault] });
    expect(await (await fetch(`${url}/faults/1`)).json()).toEqual(fault);
    expect((await fetch(`${url}/faults/1`, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(`${url}/faults/1`)).status).toBe(404);
  });

  it('are removed all at once, which ends an outage', async () => {
    const { url, outages } = await startTestConsole();
    await post(url, rule);
    await post(url, { service: 'iot', kind: 'outage' });
    expect((await fetch(`${url}/faults`, { method: 'DELETE' })).status).toBe(204);
    expect(await (await fetch(`${url}/faults`)).json()).toEqual({ items: [] });
    expect(outages).toEqual(['begin', 'end']);
  });

  it.each<[string, number, unknown, RegExp]>([
    ['a rule with a field too many', 400, { ...rule, sometimes: true }, /sometimes/],
    ['a service that is not here', 400, { ...rule, service: 'kinesis' }, /service/],
    ['a body that is no JSON', 400, '{', /not valid JSON/],
    ['a body that is no rule', 400, '[]', /kind|object/],
    ['an end that has passed', 409, { ...rule, until: '2020-01-01T00:00:00Z' }, /has passed/],
    ['a body beyond all measure', 413, ' '.repeat(20_000), /bytes/],
  ])('refuse %s in words', async (_, status, body, words) => {
    const { url, faults } = await startTestConsole();
    const answer = await post(url, body);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
    expect(await answer.json()).toMatchObject({ status, detail: expect.stringMatching(words) });
    expect(faults.list()).toEqual([]);
  });

  it.each<[string, number, Record<string, string>]>([
    ['a page of another origin', 403, { ...asJson, origin: 'http://evil.example' }],
    ['a page of another port of this machine', 403, { ...asJson, origin: 'http://127.0.0.1:1' }],
    ['a page without an origin of its own', 403, { ...asJson, origin: 'null' }],
    ['a name that somebody made resolve to this machine', 403, { ...asJson, host: 'evil.example' }],
    ['a name that only looks like this machine', 403, { ...asJson, host: '127.0.0.1.evil.example' }],
    ['a request that a browser calls foreign', 403, { ...asJson, 'sec-fetch-site': 'cross-site' }],
    ['a request of a page on another port', 403, { ...asJson, 'sec-fetch-site': 'same-site' }],
    ['a form', 415, { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a form in plain text', 415, { 'content-type': 'text/plain' }],
    ['a body without a type', 415, {}],
  ])('refuse %s', async (_, status, headers) => {
    const { origin, faults } = await startTestConsole();
    await faults.add({ service: 's3', kind: 'fail' });
    const answer = await requestRaw(origin, '/_local/faults', { method: 'POST', headers });
    expect(answer.status).toBe(status);
    expect(faults.list()).toHaveLength(1);
  });

  it.each(['http://evil.example', 'null'])('are not removed for a page of %s', async (foreign) => {
    const { origin, faults } = await startTestConsole();
    const { id } = await faults.add({ service: 's3', kind: 'fail' });
    const asked = { method: 'DELETE', headers: { origin: foreign } };
    expect((await requestRaw(origin, `/_local/faults/${id}`, asked)).status).toBe(403);
    expect((await requestRaw(origin, '/_local/faults', asked)).status).toBe(403);
    expect(faults.list()).toHaveLength(1);
  });

  it('are not read by a page on another port, though a link may lead here', async () => {
    const { origin } = await startTestConsole();
    const ask = (mode: string) =>
      requestRaw(origin, '/_local/faults', {
        method: 'GET',
        headers: { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': mode },
      });
    expect([(await ask('no-cors')).status, (await ask('navigate')).status]).toEqual([403, 200]);
  });

  it('take a page of this very address', async () => {
    const { origin, url } = await startTestConsole();
    expect((await post(url, rule, { ...asJson, origin })).status).toBe(201);
  });

  it('name the methods that an address has', async () => {
    const { url } = await startTestConsole();
    const answers = await Promise.all([
      fetch(`${url}/faults`, { method: 'PUT' }),
      fetch(`${url}/faults/1`, { method: 'PATCH' }),
      fetch(`${url}/state`, { method: 'DELETE' }),
    ]);
    expect(answers.map(({ status, headers }) => [status, headers.get('allow')])).toEqual([
      [405, 'GET, POST, DELETE'],
      [405, 'GET, DELETE'],
      [405, 'GET, HEAD'],
    ]);
  });
});

describe('the state as JSON', () => {
  it('is what the page shows, for this machine alone', async () => {
    const { origin, url } = await startTestConsole();
    const answer = await fetch(`${url}/state`);
    expect(await answer.json()).toMatchObject({
      stack: 'rollcall-test',
      queues: [{ name: 'dead', visible: 3 }],
      clients: [{ clientId: 'door-1', filters: ['verdicts/door-1'] }],
      rules: [{ name: 'sightings', delivered: 6, failed: 1 }],
      resources: [{ played: 'emulated' }, { played: 'inert' }],
    });
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    const foreign = { headers: { host: 'evil.example' } };
    expect((await requestRaw(origin, '/_local/state', foreign)).status).toBe(403);
  });

  it('has no other pages, and leaves the rest of the address to AWS', async () => {
    const { origin, url } = await startTestConsole();
    expect((await fetch(`${url}/passwords`)).status).toBe(404);
    expect((await fetch(`${url}/constructor`)).status).toBe(404);
    const elsewhere = await fetch(`${origin}/_localities`);
    expect(await elsewhere.text()).toContain('AccessDenied');
  });
});
