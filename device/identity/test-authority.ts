import 'reflect-metadata';
import { generateKeyPairSync, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dayMs = 86_400_000;

export const readCsr = (pem: string) => new x509.Pkcs10CertificateRequest(pem);

/** A certificate authority for tests, and what it hands out. All PEM. */
export const makeTestAuthority = async () => {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Test authority',
    keys,
    signingAlgorithm: algorithm,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  });
  const issue = (
    subject: string,
    publicKey: x509.PublicKeyType,
    options: { fromMs?: number; toMs?: number } = {},
  ) =>
    x509.X509CertificateGenerator.create({
      subject,
      issuer: certificate.subject,
      publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: algorithm,
      notBefore: new Date(Date.now() + (options.fromMs ?? -dayMs)),
      notAfter: new Date(Date.now() + (options.toMs ?? dayMs)),
      extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
    });

  return {
    caPem: certificate.toString('pem'),
    /** Checks a signing request's own signature and signs it. */
    issueFromCsr: async (csrPem: string) => {
      const request = readCsr(csrPem);
      if (!(await request.verify())) throw new Error('the request is not signed with its own key');
      return (await issue(request.subject, request.publicKey)).toString('pem');
    },
    /** A server's key and certificate for 127.0.0.1, valid from and to so many milliseconds from now. */
    issueServer: async (validity: { fromMs?: number; toMs?: number } = {}) => {
      const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const spki = server.publicKey.export({ type: 'spki', format: 'der' });
      return {
        key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }),
        cert: (await issue('CN=server', spki, validity)).toString('pem'),
      };
    },
  };
};
