import { connect } from 'node:tls';

/** How a plain TLS handshake ended: `trusted`, or the code of Node's error. */
export type TlsProbe = { readonly code: string };

/**
 * Makes one TLS handshake with the files that MQTT would use, to learn what is wrong when MQTT cannot connect.
 * Never rejects.
 */
export const probeTls = ({
  endpoint,
  port,
  caPem,
  certificatePem,
  privateKeyPem,
  timeoutMs = 10_000,
}: {
  readonly endpoint: string;
  readonly port: number;
  readonly caPem: string;
  readonly certificatePem?: string;
  readonly privateKeyPem?: string;
  readonly timeoutMs?: number;
}): Promise<TlsProbe> =>
  new Promise((resolve) => {
    const client = certificatePem && privateKeyPem ? { cert: certificatePem, key: privateKeyPem } : {};
    const socket = connect({ host: endpoint, port, ca: caPem, minVersion: 'TLSv1.2', ...client });
    const end = (code: string) => {
      socket.destroy();
      resolve({ code });
    };
    socket.setTimeout(timeoutMs, () => end('ETIMEDOUT'));
    socket.once('secureConnect', () => end('trusted'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'TLS_FAILED'));
  });
