import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { X509CertificateGenerator } from '@peculiar/x509';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Log } from '../log.ts';
import { hashCode } from '../one-time-code.ts';
import type { StoredSerial } from '../table/items.ts';
import type { AllowList } from './allow-list.ts';
import { makeProvisioningHook } from './provisioning-hook.ts';

const p256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const rsa1024 = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 1024,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
};
const code = '7H2KD-9QWXY-3M4N5-ABCDE-12345';
const nowMs = Date.parse('2026-11-23T08:00:00.000Z');
const allowed = { allowProvisioning: true, parameterOverrides: { Site: 'main', Door: 'Front door' } };
const refused = { allowProvisioning: false };

const certificate = async (signingAlgorithm: typeof p256 | typeof rsa1024): Promise<string> => {
  const keys = await webcrypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify']);
  const issued = await X509CertificateGenerator.createSelfSigned({ name: 'CN=Door', keys, signingAlgorithm });
  return issued.toString('pem');
};

let own: string;
let other: string;
let weak: string;
beforeAll(async () => {
  own = await certificate(p256);
  other = await certificate(p256);
  weak = await certificate(rsa1024);
});

/** The allow-list in memory; binding is atomic, as the table's condition makes it. */
class MemoryAllowList implements AllowList {
  entries = new Map<string, StoredSerial>();
  bound: string[] = [];
  async find(serial: string) {
    return this.entries.get(serial) ?? null;
  }
  async bind({ serial }: StoredSerial, keyFingerprint: string) {
    const entry = this.entries.get(serial);
    if (entry?.state !== 'allowed') return 'lost' as const;
    this.entries.set(serial, { ...entry, state: 'bound', keyFingerprint });
    this.bound.push(serial);
    return 'bound' as const;
  }
}

let list: MemoryAllowList;
let reasons: unknown[];
let logged: string;
let hook: (event: unknown) => Promise<unknown>;
beforeEach(() => {
  list = new MemoryAllowList();
  list.entries.set('demo-1', {
    serial: 'demo-1',
    thing: 'rollcall-dev-demo-1',
    name: 'Front door',
    site: 'main',
    direction: 'auto',
    state: 'allowed',
    codeHash: hashCode(code),
    allowedAt: '2026-11-23T07:00:00.000Z',
    expiresAt: '2026-11-26T07:00:00.000Z',
  });
  reasons = [];
  logged = '';
  const note: Log['info'] = (event, fields) => {
    logged += JSON.stringify([event, fields]);
    reasons.push('reason' in fields ? fields.reason : event);
  };
  hook = makeProvisioningHook({
    allowList: list,
    now: () => nowMs,
    log: { info: note, warn: note, error: note },
  });
});

const event = (certificatePem: string, parameters: object = {}) => ({
  claimCertificateId: 'claim',
  certificateId: 'new',
  certificatePem,
  templateArn: 'arn:aws:iot:eu-central-1:000000000000:provisioningtemplate/rollcall-dev',
  clientId: 'claim-demo-1',
  parameters: { SerialNumber: 'demo-1', Code: code, ...parameters },
});

describe('a door that registers', () => {
  it('is told site and name from the allow-list', async () => {
    expect(await hook(event(own))).toEqual(allowed);
    expect(list.bound).toEqual(['demo-1']);
  });

  it('may come back with the same key after a power cut, even when the code has expired', async () => {
    await hook(event(own));
    const entry = list.entries.get('demo-1');
    if (entry !== undefined) list.entries.set('demo-1', { ...entry, expiresAt: '2026-11-23T07:59:59.000Z' });
    expect(await hook(event(own))).toEqual(allowed);
    expect(list.bound).toEqual(['demo-1']);
  });

  it('keeps its serial: another key with the right code is refused', async () => {
    await hook(event(own));
    expect(await hook(event(other))).toEqual(refused);
    expect(reasons.at(-1)).toBe('bound_to_another_key');
  });

  it('is let in exactly once when many keys ask at the same time', async () => {
    const asking = await Promise.all([other, own, other, own, other].map((pem) => hook(event(pem))));
    expect(list.bound).toEqual(['demo-1']);
    const [winner] = asking;
    expect(winner).toEqual(allowed);
    expect(asking).toEqual([allowed, refused, allowed, refused, allowed]);
  });
});

describe('a stranger', () => {
  it.each([
    ['with a serial that nobody allowed', { SerialNumber: 'demo-2' }, 'serial_not_allowed'],
    ['with a wrong code', { Code: 'guess' }, 'wrong_code'],
    ['that tries to name its own site', { Site: 'vault' }, 'request_not_valid'],
    ['with a serial that is none', { SerialNumber: '../x' }, 'request_not_valid'],
  ])('%s is refused', async (_case, parameters, reason) => {
    expect(await hook(event(own, parameters))).toEqual(refused);
    expect(reasons).toEqual([reason]);
    expect(list.bound).toEqual([]);
  });

  it('who comes after the code has expired is refused', async () => {
    const late = makeProvisioningHook({
      allowList: list,
      now: () => Date.parse('2026-11-26T07:00:00.000Z'),
      log: { info: () => {}, warn: (_event, fields) => reasons.push(fields), error: () => {} },
    });
    expect(await late(event(own))).toEqual(refused);
    expect(reasons).toMatchObject([{ reason: 'code_expired' }]);
  });

  it('with a weak key or no certificate is refused', async () => {
    expect(await hook(event(weak))).toEqual(refused);
    expect(await hook(event('-----BEGIN CERTIFICATE-----'))).toEqual(refused);
    expect(reasons).toEqual(['weak_or_unreadable_key', 'weak_or_unreadable_key']);
  });

  it('leaves neither code nor nonsense in the log', async () => {
    await hook(event(own, { Code: 'SECRET-CODE' }));
    await hook({ parameters: { SerialNumber: 'x'.repeat(5_000) } });
    expect(logged).not.toMatch(/SECRET|xxxx/);
  });
});
