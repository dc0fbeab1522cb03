import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { account, type LocalLog } from '../account.ts';
import { type Denials, type DeniedCall, makeDenials } from '../iam/denials.ts';
import type { Iam } from '../iam/iam.ts';
import type { RequestContext } from '../iam/pattern.ts';
import { denialError, otherRegionError, refusalError, unsignedError } from './refusals.ts';
import { errorResponse } from './responses.ts';
import {
  type Principal,
  type Service,
  ServiceError,
  type ServiceRequest,
  type ServiceResponse,
} from './service.ts';
import { type Claim, readClaim, type SignedRequest, verifySignature } from './sigv4.ts';

/** The one base URL behind which all AWS APIs answer. */
export interface Gateway {
  /** Adds a service; two services with the same signing name are an error. */
  register(service: Service): void;
  /** The operations of the service that signs by this name, as far as it says them. */
  operationsOf(signingName: string): readonly string[] | undefined;
  /** What answers below `/_local`, in place of an AWS API: nobody signs there, so it has to look after itself. */
  mountConsole(answer: ConsoleSite): void;
  /** Listens on loopback (0 = any port) and resolves with the base URL. */
  start(port: number): Promise<string>;
  /** The calls refused for want of a grant since the start, oldest first. */
  denied(): readonly DeniedCall[];
  stop(): Promise<void>;
}

/** A web site at the base URL that is no part of AWS. */
export type ConsoleSite = (request: SignedRequest) => Promise<ServiceResponse>;

/** A call that a service is about to handle. `service` is the first name that it is signed for. */
type Call = { readonly service: string; readonly operation: string };

/** May handle a call late, twice or not at all, and answer with an error of the service. */
export type Disturb = (call: Call, handle: () => Promise<ServiceResponse>) => Promise<ServiceResponse>;

/** More than any call of the product needs; S3 uploads and Rekognition images are the largest. */
const maxBodyBytes = 32 * 1024 * 1024;

/** Makes the gateway; `now` gives epoch milliseconds for the signatures' clock. Denials may be shared with services that act as roles. */
export const makeGateway = ({
  iam,
  now,
  log,
  denials = makeDenials(log),
  disturb = (_call, handle) => handle(),
}: {
  readonly iam: Pick<Iam, 'secretOf' | 'principalOf' | 'decide'>;
  readonly now: () => number;
  readonly log: LocalLog;
  readonly denials?: Denials;
  /** Default: every call once and at once. */
  readonly disturb?: Disturb;
}): Gateway => {
  const services = new Map<string, Service>();
  let consoleSite: ConsoleSite = async () => starting;

  const authorizer = (service: Service, principal: Principal, sourceIp: string) => {
    const always: RequestContext = {
      'aws:PrincipalArn': principal.arn,
      'aws:PrincipalAccount': account.id,
      'aws:RequestedRegion': account.region,
      // Loopback stands in for TLS.
      'aws:SecureTransport': 'true',
      'aws:SourceIp': sourceIp,
    };
    return (action: string, resource: string, context: RequestContext = {}): void => {
      const decision = iam.decide(principal, { action, resource, context: { ...always, ...context } });
      if (decision === 'allow') return;
      denials.record({ principalArn: principal.arn, action, resource });
      throw denialError(service, {
        principalArn: principal.arn,
        action,
        resource,
        explicit: decision === 'deny',
      });
    };
  };

  const verifiedPrincipal = (request: SignedRequest, claim: Claim, service: Service): Principal => {
    const secret = iam.secretOf(claim.accessKeyId);
    const refusal = verifySignature(request, claim, { secret, nowMs: now() });
    const principal = iam.principalOf(claim.accessKeyId);
    if (refusal !== undefined) throw refusalError(refusal, service.protocol);
    if (principal === undefined) throw refusalError('unknown_key', service.protocol);
    if (claim.region !== account.region) throw otherRegionError(claim, account.region, service.protocol);
    return principal;
  };

  const answer = async (request: SignedRequest, sourceIp: string): Promise<ServiceResponse> => {
    const claim = readClaim(request);
    const service = claim === undefined ? undefined : services.get(claim.service);
    const protocol = service?.protocol ?? ('x-amz-target' in request.headers ? 'json' : 'rest-xml');
    try {
      if (claim === undefined) throw unsignedError(protocol);
      if (service === undefined) {
        const known = [...services.keys()].join(', ');
        throw new ServiceError(
          'UnknownServiceException',
          `The local cloud has no service ${claim.service}. It has: ${known}.`,
        );
      }
      const principal = verifiedPrincipal(request, claim, service);
      refuseOtherTarget(request, service);
      const [path = '/', query = ''] = request.url.split('?');
      const serviceRequest: ServiceRequest = {
        method: request.method,
        path,
        query: new URLSearchParams(query),
        headers: request.headers,
        body: request.body,
        operation: request.headers['x-amz-target']?.split('.').at(-1) ?? '',
        principal,
        authorize: authorizer(service, principal, sourceIp),
      };
      const call = {
        service: service.signingNames[0] ?? claim.service,
        operation: service.operationOf?.(serviceRequest) ?? serviceRequest.operation,
      };
      return await disturb(call, () => service.handle(serviceRequest));
    } catch (error) {
      if (error instanceof ServiceError)
        return errorResponse(error, protocol, request.headers['content-type']);
      log.warn('gateway.failed', { service: claim?.service, error: (error as Error).stack });
      const failure = new ServiceError('InternalFailure', 'The local cloud failed; see its log.', 500);
      return errorResponse(failure, protocol, request.headers['content-type']);
    }
  };

  const server = createServer((request, response) => {
    void readBody(request)
      .then((body) => {
        if (body !== undefined) {
          const asked = wireRequest(request, body);
          // No bucket's name begins with an underscore.
          if (/^\/_local(?![^/?])/.test(asked.url)) return consoleSite(asked);
          return answer(asked, request.socket.remoteAddress ?? '127.0.0.1');
        }
        const tooLarge = new ServiceError(
          'RequestEntityTooLargeException',
          `The body exceeds ${maxBodyBytes} bytes.`,
          413,
        );
        return errorResponse(tooLarge, 'rest-json', undefined);
      })
      .then((answered) => write(response, request.method, answered))
      // The caller went away while sending or receiving; there is nobody to answer.
      .catch(() => response.destroy());
  });

  return {
    register(service) {
      for (const name of service.signingNames) {
        if (services.has(name)) throw new Error(`Two services sign as ${name}.`);
        services.set(name, service);
      }
    },
    operationsOf: (signingName) => services.get(signingName)?.operations,
    mountConsole(answer) {
      consoleSite = answer;
    },
    start: (port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', () => {
          server.off('error', reject);
          resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
        });
      }),
    denied: denials.list,
    stop: () =>
      new Promise((resolve) => {
        // The callback's error says that the server was not listening, which is what stop wants.
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const starting: ServiceResponse = { status: 503, headers: { 'retry-after': '1' }, body: 'Starting\n' };

/** A JSON service has one address and its own name before each operation; another service's operation is not its own. */
const refuseOtherTarget = (request: SignedRequest, { target }: Service): void => {
  if (target === undefined) return;
  const asked = request.headers['x-amz-target'] ?? '';
  if (request.method === 'POST' && request.url === '/' && asked.startsWith(`${target}.`)) return;
  const older = asked === '' ? ' The local cloud speaks its JSON protocol: use a newer SDK or AWS CLI.' : '';
  throw new ServiceError(
    'UnknownOperationException',
    `${request.method} ${request.url} with the target "${asked}" is no operation of ${target}.${older}`,
  );
};

const wireRequest = (request: IncomingMessage, body: Buffer): SignedRequest => {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(',');
  }
  return { method: request.method ?? 'GET', url: request.url ?? '/', headers, body };
};

/** The whole body; undefined when it is longer than the limit. What is too much is read, so that the answer arrives, but not kept. */
const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBodyBytes) chunks.push(chunk);
  }
  return bytes <= maxBodyBytes ? Buffer.concat(chunks) : undefined;
};

const write = (response: ServerResponse, method: string | undefined, answered: ServiceResponse): void => {
  const body = typeof answered.body === 'string' ? Buffer.from(answered.body) : answered.body;
  response.writeHead(answered.status, {
    'x-amzn-requestid': crypto.randomUUID(),
    ...(body !== undefined && method !== 'HEAD' ? { 'content-length': String(body.length) } : {}),
    ...answered.headers,
  });
  response.end(method === 'HEAD' ? undefined : body);
};
