import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { LocalLog } from '../account.ts';
import type { Authority } from './pki.ts';

const host = '127.0.0.1';

/** A TLS server that asks every client for a certificate of the authority. */
export interface TlsListener {
  readonly port: number;
  /** Takes no more connections; resolves when the last one has ended. */
  close(): Promise<void>;
  /** Ends every connection, also those that never finished their handshake. */
  destroyAll(): void;
}

/** Listens on loopback; 0 = any port. Rejects when the port is taken. */
export const listenTls = async (
  authority: Authority,
  wantedPort: number,
  { onSocket, log }: { readonly onSocket: (socket: TLSSocket) => void; readonly log: LocalLog },
): Promise<TlsListener> => {
  const sockets = new Set<Socket>();
  const remember = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  };

  const { certificatePem, privateKeyPem } = await authority.issueServer();
  const server: Server = createServer({
    cert: certificatePem,
    key: privateKeyPem,
    ca: [authority.caPem],
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
  });
  // From the first byte on: a client that never finishes its TLS handshake would hold up the stop, too.
  server.on('connection', remember);
  server.on('secureConnection', (socket) => {
    remember(socket);
    // Replies are small and come in pairs: waiting to fill a segment would cost 40 ms each.
    socket.setNoDelay(true);
    onSocket(socket);
  });
  server.on('tlsClientError', (error) => log.warn('iot.tls.refused', { error: error.message }));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(wantedPort, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : wantedPort,
    close: () => new Promise((resolve) => server.close(() => resolve())),
    destroyAll: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
};
