// @peculiar/x509 needs the reflection polyfill before it is loaded.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as x509 from '@peculiar/x509';
import type { IotEndpoint } from '../iot.ts';
import { openAuthority } from '../pki.ts';
import { temporaryFolder } from './temporary-folder.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

export type Credentials = { readonly certificatePem: string; readonly privateKeyPem: string };

/** A P-256 key and its certificate signing request, as a door makes them. */
export const createRequest = async (
  commonName: string,
): Promise<{ csrPem: string; privateKeyPem: string }> => {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: `CN=${commonName}`,
    keys,
    signingAlgorithm: algorithm,
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { csrPem: request.toString('pem'), privateKeyPem: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY') };
};

/** A client certificate of an authority: of the one in `folder`, or of a new foreign one. */
export const issueClient = async (folder = temporaryFolder()) => {
  const authority = await openAuthority({ folder, now: Date.now });
  return authority.issueClient('somebody');
};

export const claimOf = (endpoint: IotEndpoint): Credentials => ({
  certificatePem: readFileSync(endpoint.claimCertFile, 'utf8'),
  privateKeyPem: readFileSync(endpoint.claimKeyFile, 'utf8'),
});
