// @peculiar/x509 needs the reflection polyfill before it is loaded.
import 'reflect-metadata';
import { createHash, createPublicKey, randomBytes, webcrypto } from 'node:crypto';
import path from 'node:path';
import * as x509 from '@peculiar/x509';
import { readTextFile, writeTextFile } from '../durable-file.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
/** AWS IoT's own client certificates all end at this instant. */
const clientNotAfter = new Date('2049-12-31T23:59:59Z');
const clockSkewMs = 60_000;
const serverLifetimeMs = 365 * 24 * 3_600_000;

type KeyAndCertificate = { readonly certificatePem: string; readonly privateKeyPem: string };

/** What became of a certificate signing request. */
type SigningResult =
  | { readonly ok: true; readonly certificatePem: string }
  | { readonly ok: false; readonly reason: string };

/** The certificate authority of the local IoT Core. It signs the broker's own certificate and every client's. */
export interface Authority {
  readonly caPem: string;
  /** A certificate for `localhost` and `127.0.0.1`. */
  issueServer(): Promise<KeyAndCertificate>;
  /** A key and its client certificate, until the end of what AWS IoT issues or until `notAfter`. */
  issueClient(commonName: string, notAfter?: Date): Promise<KeyAndCertificate>;
  /** Signs a PKCS#10 request (PEM) whose own signature holds and whose key is EC P-256/P-384 or RSA of 2048 bits up. */
  signRequest(requestPem: string): Promise<SigningResult>;
}

/** IoT's name for a certificate: SHA-256 of its DER bytes in hexadecimal. */
export const certificateId = (certificate: string | Buffer): string =>
  createHash('sha256')
    .update(
      typeof certificate === 'string' ? Buffer.from(x509.PemConverter.decodeFirst(certificate)) : certificate,
    )
    .digest('hex');

const createKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

const privateKeyPem = async (key: webcrypto.CryptoKey): Promise<string> =>
  `${x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;

const pem = (certificate: x509.X509Certificate): string => `${certificate.toString('pem')}\n`;

/** Positive and 16 bytes long: the first bit is off, the second on. */
const serialNumber = (): string => {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
  return bytes.toString('hex');
};

const keyProblem = (publicKey: x509.PublicKey): string | undefined => {
  const key = createPublicKey({ key: Buffer.from(publicKey.rawData), format: 'der', type: 'spki' });
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec' && (namedCurve === 'prime256v1' || namedCurve === 'secp384r1'))
    return undefined;
  if (key.asymmetricKeyType === 'rsa' && modulusLength >= 2048) return undefined;
  return 'the key must be EC P-256, EC P-384 or RSA of at least 2048 bits';
};

const createCa = async (nowMs: number): Promise<KeyAndCertificate> => {
  const keys = await createKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=Local IoT certificate authority',
    notBefore: new Date(nowMs - clockSkewMs),
    notAfter: clientNotAfter,
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificatePem: pem(certificate), privateKeyPem: await privateKeyPem(keys.privateKey) };
};

const readCa = (certificateFile: string, keyFile: string): KeyAndCertificate | undefined => {
  const certificatePem = readTextFile(certificateFile);
  const keyPem = readTextFile(keyFile);
  return certificatePem === undefined || keyPem === undefined
    ? undefined
    : { certificatePem, privateKeyPem: keyPem };
};

/**
 * Opens the authority of a folder, and makes one on first use: `ca.pem` for clients to trust, `ca.key` for the owner only.
 * It outlives restarts, so that doors stay enrolled. `now` is epoch milliseconds.
 */
export const openAuthority = async ({
  folder,
  now,
}: {
  readonly folder: string;
  readonly now: () => number;
}): Promise<Authority> => {
  const certificateFile = path.join(folder, 'ca.pem');
  const keyFile = path.join(folder, 'ca.key');
  let ca = readCa(certificateFile, keyFile);
  if (ca === undefined) {
    ca = await createCa(now());
    writeTextFile(keyFile, ca.privateKeyPem);
    writeTextFile(certificateFile, ca.certificatePem, 0o644);
  }
  const caPem = ca.certificatePem;
  const caCertificate = new x509.X509Certificate(caPem);
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    x509.PemConverter.decodeFirst(ca.privateKeyPem),
    algorithm,
    false,
    ['sign'],
  );

  const sign = async (
    subject: string,
    publicKey: x509.PublicKeyType,
    notAfter: Date,
    usage: x509.ExtendedKeyUsage,
    extensions: readonly x509.Extension[] = [],
  ): Promise<string> =>
    pem(
      await x509.X509CertificateGenerator.create({
        serialNumber: serialNumber(),
        subject,
        issuer: caCertificate.subject,
        notBefore: new Date(now() - clockSkewMs),
        notAfter,
        publicKey,
        signingKey,
        signingAlgorithm: algorithm,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([usage]),
          await x509.AuthorityKeyIdentifierExtension.create(caCertificate),
          await x509.SubjectKeyIdentifierExtension.create(publicKey),
          ...extensions,
        ],
      }),
    );

  return {
    caPem,

    async issueServer() {
      const keys = await createKeys();
      const names = new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]);
      const notAfter = new Date(now() + serverLifetimeMs);
      return {
        certificatePem: await sign(
          'CN=localhost',
          keys.publicKey,
          notAfter,
          x509.ExtendedKeyUsage.serverAuth,
          [names],
        ),
        privateKeyPem: await privateKeyPem(keys.privateKey),
      };
    },

    async issueClient(commonName, notAfter = clientNotAfter) {
      const keys = await createKeys();
      return {
        certificatePem: await sign(
          `CN=${commonName}`,
          keys.publicKey,
          notAfter,
          x509.ExtendedKeyUsage.clientAuth,
        ),
        privateKeyPem: await privateKeyPem(keys.privateKey),
      };
    },

    async signRequest(requestPem) {
      try {
        const request = new x509.Pkcs10CertificateRequest(requestPem);
        const problem = keyProblem(request.publicKey);
        if (problem !== undefined) return { ok: false, reason: problem };
        if (!(await request.verify())) return { ok: false, reason: 'its signature is not by its own key' };
        const { clientAuth } = x509.ExtendedKeyUsage;
        const certificatePem = await sign(request.subject, request.publicKey, clientNotAfter, clientAuth);
        return { ok: true, certificatePem };
      } catch {
        // Whatever the parser stumbles over, the sender's request is at fault.
        return { ok: false, reason: 'it is not a PKCS#10 request in PEM' };
      }
    },
  };
};
