import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, startInstallation } from './installation.ts';
import { allowDoor, connectDoor, provisionDoor, sightingOf } from './test-door.ts';

let installation: Installation;
let certs: string;
beforeAll(async () => {
  installation = await startInstallation();
  certs = mkdtempSync(path.join(os.tmpdir(), 'rollcall-foreign-'));
});
afterAll(async () => {
  await installation?.stop();
  rmSync(certs, { recursive: true, force: true });
});

/** Resolves with the TLS alert or socket error that the broker answers, or with `connected`. */
const tryTls = (certFile: string, keyFile: string): Promise<string> =>
  new Promise((resolve) => {
    const { host, port, caFile } = installation.cloud.iot;
    const socket = connect({
      host,
      port,
      ca: readFileSync(caFile),
      cert: readFileSync(certFile),
      key: readFileSync(keyFile),
      // TLS 1.2 tells the client in the handshake; with 1.3 the refusal comes with the first read.
      maxVersion: 'TLSv1.2',
    });
    socket.once('secureConnect', () => {
      socket.destroy();
      resolve('connected');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });

describe('a device', () => {
  it('with a certificate of a foreign authority is refused in the handshake, one with the claim is not', async () => {
    const key = path.join(certs, 'foreign.key');
    const cert = path.join(certs, 'foreign.pem');
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        key,
        '-out',
        cert,
        '-subj',
        '/CN=rollcall-dev-flow-1',
        '-days',
        '1',
      ],
      { stdio: 'ignore' },
    );
    expect(await tryTls(cert, key)).not.toBe('connected');
    const { claimCertFile, claimKeyFile } = installation.cloud.iot;
    expect(await tryTls(claimCertFile, claimKeyFile)).toBe('connected');
  });

  it('that publishes on another door’s topic is refused with 135, and heard on its own', async () => {
    const facilities = await installation.as('facilities');
    const [one, two] = await Promise.all(
      ['sec-1', 'sec-2'].map(async (serial) =>
        provisionDoor(installation, serial, await allowDoor(facilities, serial)),
      ),
    );
    if (one === undefined || two === undefined) throw new Error('two doors were provisioned');
    const imposter = await connectDoor(installation, one, two.configuration);
    try {
      const entry = await imposter.keep(await sightingOf('s1-1'));
      expect(await imposter.publish(entry)).toEqual({ kind: 'puback', reasonCode: 135 });
    } finally {
      await imposter.stop();
    }
    const honest = await connectDoor(installation, one);
    try {
      const entry = await honest.keep(await sightingOf('s1-1'));
      expect(await honest.publish(entry)).toEqual({ kind: 'puback', reasonCode: 0 });
    } finally {
      await honest.stop();
    }
  });

  it('keeps its private key to itself, in a file that only its owner reads', async () => {
    const code = await allowDoor(await installation.as('facilities'), 'sec-3');
    await provisionDoor(installation, 'sec-3', code);
    const file = path.join(installation.stateDir, 'doors', 'sec-3', 'private-key.pem');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const secret = readFileSync(file, 'utf8').split('\n')[1] ?? '';
    expect(secret.length).toBeGreaterThan(40);
    expect(JSON.stringify(installation.logged)).not.toContain(secret);
  });

  it.each([
    { why: 'a serial that nobody allowed', serial: 'sec-nobody', allow: false, code: 'anything' },
    { why: 'a wrong code', serial: 'sec-4', allow: true, code: 'not-the-code' },
  ])('with the claim certificate and $why is not enrolled', async ({ serial, allow, code }) => {
    if (allow) await allowDoor(await installation.as('facilities'), serial);
    await expect(provisionDoor(installation, serial, code)).rejects.toThrow(/allow this serial/);
  });

  it('with the right code but another key cannot take over an enrolled door', async () => {
    const code = await allowDoor(await installation.as('facilities'), 'sec-5');
    await provisionDoor(installation, 'sec-5', code);
    await expect(provisionDoor(installation, 'sec-5', code, 'thief')).rejects.toThrow(/allow this serial/);
  });
});
