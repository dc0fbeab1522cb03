import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { certificateId, openAuthority } from './pki.ts';
import { createRequest } from './testing/credentials.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const open = (folder = temporaryFolder()) => openAuthority({ folder, now: Date.now });

describe('the certificate authority', () => {
  it('issues a server certificate for the loopback names', async () => {
    const authority = await open();
    const { certificatePem } = await authority.issueServer();
    const certificate = new X509Certificate(certificatePem);
    const ca = new X509Certificate(authority.caPem);
    expect(certificate.verify(ca.publicKey)).toBe(true);
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(ca.ca).toBe(true);
    expect(certificate.ca).toBe(false);
  });

  it('signs the key of a request, for clients only', async () => {
    const authority = await open();
    const { csrPem } = await createRequest('door');
    const signed = await authority.signRequest(csrPem);
    if (!signed.ok) throw new Error(signed.reason);
    const certificate = new X509Certificate(signed.certificatePem);
    expect(certificate.subject).toBe('CN=door');
    // Extended key usage "TLS web client authentication".
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(certificateId(signed.certificatePem)).toBe(
      certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    );
  });

  it('refuses a request whose signature is not by its key', async () => {
    const { csrPem } = await createRequest('door');
    const der = Buffer.from(csrPem.replace(/-----[^-]+-----/g, ''), 'base64');
    der.writeUInt8(der.readUInt8(der.length - 1) ^ 1, der.length - 1);
    const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----`;
    expect(await (await open()).signRequest(forged)).toMatchObject({ ok: false });
  });

  it('is the same one after a restart', async () => {
    const folder = temporaryFolder();
    expect((await open(folder)).caPem).toBe((await open(folder)).caPem);
  });
});
