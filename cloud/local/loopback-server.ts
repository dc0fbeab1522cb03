import http from 'node:http';

/** A request read to its end. Header names are lower case; repeated headers are joined with a comma, cookies with `; `. */
export type WebRequest = {
  readonly method: string;
  /** As sent, not decoded, without the query. */
  readonly path: string;
  /** As sent, without the question mark. */
  readonly rawQuery: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly sourceIp: string;
};

export type WebResponse = {
  readonly status: number;
  /** An array sends the header several times, which only `set-cookie` needs. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Buffer | string;
};

export type LoopbackServer = {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** Idempotent; closes open connections. */
  stop(): Promise<void>;
};

export type LoopbackServerOptions = {
  /** 0 = any free port. */
  readonly port: number;
  readonly maxBodyBytes: number;
  readonly tooLarge: WebResponse;
  readonly answer: (request: WebRequest) => Promise<WebResponse>;
  /** Told of what `answer` threw, or of an answer that HTTP cannot carry; the client gets a bare 500. */
  readonly failed: (error: unknown) => void;
};

/**
 * Serves HTTP on 127.0.0.1 only, for the services that have a web origin of their own.
 * Rejects with Node's error (EADDRINUSE, EACCES) when the port cannot be had.
 */
export const startLoopbackServer = async (options: LoopbackServerOptions): Promise<LoopbackServer> => {
  const server = http.createServer({ maxHeaderSize: 32_768 }, (incoming, outgoing) => {
    respond(incoming, options)
      .then((response) => send(outgoing, incoming.method ?? 'GET', response))
      .catch((error: unknown) => {
        // The client went away while it was still sending: there is nobody to answer, and nothing has failed here.
        if (!incoming.complete) return;
        options.failed(error);
        fail(outgoing);
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  let stopped: Promise<void> | undefined;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    stop: () => {
      stopped ??= new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return stopped;
    },
  };
};

const respond = async (
  incoming: http.IncomingMessage,
  options: LoopbackServerOptions,
): Promise<WebResponse> => {
  const headers = joinHeaders(incoming.rawHeaders);
  if (!isOurHost(headers.host ?? '')) return { status: 403, body: 'Unknown host\n' };
  const body = await readBody(incoming, options.maxBodyBytes);
  if (body === undefined) return options.tooLarge;
  const target = incoming.url ?? '/';
  const mark = target.indexOf('?');
  return await options.answer({
    method: incoming.method ?? 'GET',
    path: mark === -1 ? target : target.slice(0, mark),
    rawQuery: mark === -1 ? '' : target.slice(mark + 1),
    headers,
    body,
    sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
  });
};

/** A foreign name that resolves to 127.0.0.1 (DNS rebinding) must not make a web page same-origin with this machine. */
const isOurHost = (host: string): boolean =>
  /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host) ||
  /^[a-z0-9.-]+\.(amazonaws\.com|amazoncognito\.com|cloudfront\.net)$/.test(host);

const joinHeaders = (raw: readonly string[]): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = raw[index + 1] ?? '';
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ','}${value}`;
  }
  return headers;
};

/** The whole body, or undefined when it is longer than allowed; the rest is then read and dropped. */
const readBody = async (incoming: http.IncomingMessage, maxBytes: number): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  return bytes > maxBytes ? undefined : Buffer.concat(chunks);
};

const send = (outgoing: http.ServerResponse, method: string, response: WebResponse): void => {
  const body = Buffer.from(response.body ?? '');
  for (const [name, value] of Object.entries(response.headers ?? {})) outgoing.setHeader(name, value);
  if (response.status !== 204 && response.status !== 304) outgoing.setHeader('content-length', body.length);
  outgoing.writeHead(response.status);
  outgoing.end(method === 'HEAD' ? undefined : body);
};

/** A bare 500, without the headers of the answer that failed; when that one has begun, its connection ends. */
const fail = (outgoing: http.ServerResponse): void => {
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  for (const name of outgoing.getHeaderNames()) outgoing.removeHeader(name);
  send(outgoing, 'GET', { status: 500, body: 'Internal Server Error' });
};
