import { createHash, X509Certificate } from 'node:crypto';

/** P-256 or RSA of at least this many bits: what AWS IoT accepts in a CSR and we consider strong. */
const minRsaBits = 2048;

/**
 * SHA-256 of a certificate's public key (SPKI, DER) in hex, or null when the certificate cannot be read or its key is weak.
 * The certificate was issued for a CSR, so whoever presents it holds the private key.
 */
export const keyFingerprint = (certificatePem: string): string | null => {
  try {
    const { publicKey } = new X509Certificate(certificatePem);
    const details = publicKey.asymmetricKeyDetails;
    const strong =
      (publicKey.asymmetricKeyType === 'ec' && details?.namedCurve === 'prime256v1') ||
      (publicKey.asymmetricKeyType === 'rsa' && (details?.modulusLength ?? 0) >= minRsaBits);
    if (!strong) return null;
    return createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest('hex');
  } catch {
    return null;
  }
};
