import http from 'node:http';
import type { WebRequest, WebResponse } from '../loopback-server.ts';
import type { Origin } from './schemas.ts';

export type WebOriginOptions = {
  readonly origin: Origin;
  /** Where the origin listens on this machine. */
  readonly loopback: string;
  readonly request: WebRequest;
  /** Whether the origin sees what the viewer sent, or only what CloudFront itself says. */
  readonly forwardViewer: boolean;
  readonly distributionDomain: string;
  readonly requestId: string;
};

/** Headers about one connection; a proxy never passes them on. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

/** Passes a request to an HTTP origin under the origin's own host name and returns its answer. Rejects when it cannot be reached. */
export const fetchFromWebOrigin = (options: WebOriginOptions): Promise<WebResponse> =>
  new Promise((resolve, reject) => {
    const { origin, loopback, request, forwardViewer } = options;
    const query = forwardViewer && request.rawQuery !== '' ? `?${request.rawQuery}` : '';
    const { hostname, port } = new URL(loopback);
    const outgoing = http.request(
      {
        hostname,
        port,
        // A connection each: one kept from before may be closed by the origin just as it is used again, and that is a 502.
        agent: false,
        method: request.method,
        path: `${origin.OriginPath}${request.path}${query}`,
        headers: originHeaders(options),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 502,
            headers: viewerHeaders(incoming.headers),
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(request.body);
  });

const originHeaders = (options: WebOriginOptions): Record<string, string> => {
  const { origin, request, forwardViewer, distributionDomain, requestId } = options;
  const viewer = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => forwardViewer && !hopByHop.has(name)),
  );
  return {
    ...viewer,
    ...Object.fromEntries(
      origin.OriginCustomHeaders.map(({ HeaderName, HeaderValue }) => [HeaderName, HeaderValue]),
    ),
    host: origin.DomainName,
    'content-length': String(request.body.length),
    via: `1.1 ${distributionDomain} (CloudFront)`,
    'x-amz-cf-id': requestId,
    'x-forwarded-for': request.sourceIp,
    ...(forwardViewer ? {} : { 'user-agent': 'Amazon CloudFront' }),
  };
};

const viewerHeaders = (headers: http.IncomingHttpHeaders): Record<string, string | readonly string[]> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || hopByHop.has(name) || name === 'content-length' ? [] : [[name, value]],
    ),
  );
