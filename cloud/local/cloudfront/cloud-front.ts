import { account, type ServiceContext } from '../account.ts';
import { provide, type ResourceProvider } from '../cloudformation/provider.ts';
import { type LoopbackServer, startLoopbackServer, type WebResponse } from '../loopback-server.ts';
import { physicalId } from '../physical-id.ts';
import type { PublicHosts } from '../public-hosts.ts';
import { answerViewer, type EdgeContext, type EdgeDistribution } from './edge.ts';
import type { ReadObject } from './s3-origin.ts';
import {
  DistributionProperties,
  FunctionProperties,
  OriginAccessControlProperties,
  type ResponseHeadersPolicy,
  ResponseHeadersPolicyProperties,
} from './schemas.ts';
import { makeViewerFunction, type ViewerFunction } from './viewer-function.ts';

export type CloudFront = {
  readonly providers: readonly ResourceProvider[];
  /** Opens the distribution's port; throws with the remedy when it is taken. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** `http://127.0.0.1:<port>`; empty before `start`. */
  url(): string;
};

export type CloudFrontContext = ServiceContext & {
  readonly hosts: PublicHosts;
  /** 0 = any free port. */
  readonly port: number;
  readonly readObject: ReadObject;
  /** Where who asks for `/_local` is sent: a page beside the distribution, which has no such path. */
  readonly consoleUrl: () => string;
};

/** CloudFront takes larger bodies; here nothing behind it does. */
const maxBodyBytes = 20 * 1024 * 1024;

/** The one distribution of the stack on a loopback port: S3 and API origins, functions, response headers. */
export const makeCloudFront = (context: CloudFrontContext): CloudFront => {
  const { log, hosts, port, readObject, consoleUrl } = context;
  const functions = new Map<string, ViewerFunction>();
  const headersPolicies = new Map<string, ResponseHeadersPolicy>();
  const edge: EdgeContext = { log, hosts, readObject, functions, headersPolicies };
  let distribution: EdgeDistribution | undefined;
  let server: LoopbackServer | undefined;
  const registerHost = (): void => {
    if (distribution !== undefined && server !== undefined) {
      hosts.register(distribution.domainName, server.origin);
    }
  };
  return {
    providers: makeProviders(functions, headersPolicies, (created) => {
      if (distribution !== undefined) {
        throw new Error('The local cloud serves one CloudFront distribution; the template has two');
      }
      distribution = created;
      registerHost();
    }),
    start: async () => {
      server = await startLoopbackServer({
        port,
        maxBodyBytes,
        tooLarge: { status: 413 },
        answer: async (request) => {
          const { host = '' } = request.headers;
          // One name only: redirect addresses are compared exactly, and cookies of two names are two sign-ins.
          if (host.startsWith('localhost')) return toCanonicalHost(url(), request.path, request.rawQuery);
          if (/^\/_local\/?$/.test(request.path)) return redirectTo(consoleUrl());
          return distribution === undefined ? starting : await answerViewer(edge, distribution, request);
        },
        failed: (error) => log.warn('cloudfront.failed', { error: String(error) }),
      }).catch((error: unknown) => {
        throw portError(error, port);
      });
      registerHost();
    },
    stop: async () => {
      await server?.stop();
    },
    url: () => url(),
  };
  function url(): string {
    return server?.origin ?? '';
  }
};

const starting: WebResponse = { status: 503, headers: { 'retry-after': '1' }, body: 'Starting\n' };

const toCanonicalHost = (origin: string, path: string, rawQuery: string): WebResponse =>
  redirectTo(`${origin}${path}${rawQuery === '' ? '' : `?${rawQuery}`}`);

const redirectTo = (location: string): WebResponse => ({ status: 307, headers: { location } });

const portError = (error: unknown, port: number): Error => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new Error(`port ${port} is already in use: stop that program or start with --port 0`, {
      cause: error,
    });
  }
  if (code === 'EACCES') {
    return new Error(`port ${port} may not be opened by this user: start with --port 8080`, { cause: error });
  }
  return error instanceof Error ? error : new Error(String(error));
};

const makeProviders = (
  functions: Map<string, ViewerFunction>,
  headersPolicies: Map<string, ResponseHeadersPolicy>,
  distributionCreated: (distribution: EdgeDistribution) => void,
): ResourceProvider[] => [
  provide('AWS::CloudFront::Function', FunctionProperties, ({ properties }) => {
    // CloudFront is global: its ARNs have no Region.
    const functionArn = `arn:${account.partition}:cloudfront::${account.id}:function/${properties.Name}`;
    functions.set(functionArn, makeViewerFunction(properties.Name, properties.FunctionCode));
    return {
      ref: functionArn,
      attributes: {
        FunctionARN: functionArn,
        'FunctionMetadata.FunctionARN': functionArn,
        Stage: 'LIVE',
      },
    };
  }),
  provide('AWS::CloudFront::OriginAccessControl', OriginAccessControlProperties, (declared) => {
    const id = `E${physicalId(declared, 13).toUpperCase()}`;
    return { ref: id, attributes: { Id: id } };
  }),
  provide('AWS::CloudFront::ResponseHeadersPolicy', ResponseHeadersPolicyProperties, (declared) => {
    const id = physicalId(declared, 32);
    headersPolicies.set(id, declared.properties.ResponseHeadersPolicyConfig);
    return { ref: id, attributes: { Id: id } };
  }),
  provide('AWS::CloudFront::Distribution', DistributionProperties, (declared) => {
    const id = `E${physicalId(declared, 13).toUpperCase()}`;
    const domainName = `d${physicalId(declared, 13)}.cloudfront.net`;
    distributionCreated({
      id,
      arn: `arn:${account.partition}:cloudfront::${account.id}:distribution/${id}`,
      domainName,
      config: declared.properties.DistributionConfig,
    });
    return { ref: id, attributes: { Id: id, DomainName: domainName } };
  }),
];
