import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { explainConnect, explainCreate, explainRegister } from './explain.ts';
import { makeTestAuthority } from './test-authority.ts';
import { probeTls } from './tls-probe.ts';

let authority: Awaited<ReturnType<typeof makeTestAuthority>>;
let stranger: Awaited<ReturnType<typeof makeTestAuthority>>;
beforeAll(async () => {
  [authority, stranger] = await Promise.all([makeTestAuthority(), makeTestAuthority()]);
});

const dayMs = 86_400_000;
const failure = { why: 'AWS_IO_TLS_ERROR_NEGOTIATION_FAILURE', reasonCode: undefined };

/** What the door says of a server with this certificate when MQTT could not connect to it. */
const explain = async (certificate: { key: string | Buffer; cert: string }) => {
  const server = createServer(certificate, (socket) => socket.on('error', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const where = { endpoint: '127.0.0.1', port: (server.address() as AddressInfo).port };
  const probe = await probeTls({ ...where, caPem: authority.caPem });
  server.close();
  return explainConnect(failure, probe, where);
};

describe('when the claim connection fails, the door tells', () => {
  it('a refused claim, when the server itself is fine', async () => {
    expect(await explain(await authority.issueServer())).toMatchObject({
      code: 'claim_refused',
      retryable: false,
    });
  });

  it('a wrong clock, when the server is not valid yet or any more', async () => {
    for (const validity of [
      { fromMs: dayMs, toMs: 2 * dayMs },
      { fromMs: -2 * dayMs, toMs: -dayMs },
    ]) {
      const error = await explain(await authority.issueServer(validity));
      expect(error).toMatchObject({ code: 'clock_wrong', retryable: true });
      expect(error.message).toContain('timedatectl');
    }
  });

  it('a server of another authority', async () => {
    const error = await explain(await stranger.issueServer());
    expect(error).toMatchObject({ code: 'untrusted_server', retryable: false });
    expect(error.message).toContain('caFile');
  });

  it('that nobody listens', async () => {
    const where = { endpoint: '127.0.0.1', port: 1 };
    const error = explainConnect(failure, await probeTls({ ...where, caPem: authority.caPem }), where);
    expect(error).toMatchObject({ code: 'unreachable', retryable: true });
    expect(error.message).toContain('127.0.0.1:1');
  });

  it('a host that does not exist', () => {
    const error = explainConnect(failure, { code: 'ENOTFOUND' }, { endpoint: 'nowhere.invalid', port: 8883 });
    expect(error).toMatchObject({ code: 'unreachable', retryable: true });
  });

  it('a cloud that is too busy', () => {
    const busy = { why: 'AWS_ERROR_MQTT5_CONNACK_CONNECTION_REFUSED', reasonCode: 151 };
    expect(explainConnect(busy, { code: 'trusted' }, { endpoint: 'e', port: 1 })).toMatchObject({
      code: 'no_answer',
      retryable: true,
    });
  });
});

describe('when the cloud refuses', () => {
  it('sends the installer to facilities for a serial that is not allowed', () => {
    const error = explainRegister({ statusCode: 403, errorCode: 'AccessDenied' });
    expect(error).toMatchObject({ code: 'not_allowed', retryable: false });
    expect(error.message).toContain('ask facilities to allow this serial');
  });

  it.each([
    { statusCode: 500, errorCode: 'InternalError' },
    { statusCode: 429, errorCode: 'TooManyRequests' },
    { errorCode: 'AWS_ERROR_MQTT_REQUEST_RESPONSE_TIMEOUT' },
    { statusCode: 400, errorCode: 'InvalidCertificateOwnershipToken' },
  ])('tries again after $errorCode', (refusal) => {
    expect(explainRegister(refusal)).toMatchObject({ code: 'no_answer', retryable: true });
  });

  it('sends the installer to facilities for a claim that gets no certificate', () => {
    const refusal = { statusCode: 400, errorCode: 'InvalidCertificateSigningRequest' };
    expect(explainCreate(refusal)).toMatchObject({ code: 'claim_refused', retryable: false });
    expect(explainCreate({ statusCode: 503, errorCode: 'Unavailable' })).toMatchObject({ retryable: true });
  });
});
