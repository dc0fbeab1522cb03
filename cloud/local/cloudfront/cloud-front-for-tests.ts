import fs from 'node:fs';
import http from 'node:http';
import type net from 'node:net';
import path from 'node:path';
import { PublicHosts } from '../public-hosts.ts';
import { makeCloudFront } from './cloud-front.ts';
import type { ObjectReader, StoredObject } from './s3-origin.ts';

export const apiHost = 'api1.execute-api.eu-central-1.amazonaws.com';
export const signIn = 'https://rollcall.auth.eu-central-1.amazoncognito.com';
const routingCode = fs.readFileSync(
  path.join(import.meta.dirname, '../../infra/dashboard-routing.js'),
  'utf8',
);

export const script = 'console.log("rollcall");\n'.repeat(100);
const objects = new Map<string, StoredObject>(
  Object.entries({
    'index.html': { body: '<!doctype html>index', type: 'text/html; charset=utf-8' },
    'assets/app.js': { body: script, type: 'text/javascript' },
    'config.json': {
      body: JSON.stringify({
        signIn,
        issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/p',
        path: '/callback',
      }),
      type: 'application/json',
    },
    'a b.txt': { body: 'space', type: 'text/plain' },
  }).map(([key, { body, type }]) => [
    key,
    {
      body: Buffer.from(body),
      etag: `"tag-of-${key}"`,
      headers: { 'content-type': type, 'cache-control': 'no-cache' },
    },
  ]),
);

const headersPolicy = {
  ResponseHeadersPolicyConfig: {
    Name: 'security',
    CustomHeadersConfig: {
      Items: [{ Header: 'Permissions-Policy', Value: 'camera=(self)', Override: true }],
    },
    SecurityHeadersConfig: {
      ContentSecurityPolicy: {
        ContentSecurityPolicy: `default-src 'none'; connect-src 'self' ${signIn}; base-uri 'none'`,
        Override: true,
      },
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'DENY', Override: true },
      ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: true },
      StrictTransportSecurity: {
        AccessControlMaxAgeSec: 31_536_000,
        IncludeSubdomains: true,
        Override: true,
      },
    },
  },
};

type Seen = { method: string; url: string; headers: http.IncomingHttpHeaders; body: string };

/** An origin that remembers what it was asked and knows no path. */
const startOrigin = async () => {
  const seen: Seen[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      response.writeHead(404, { 'content-type': 'application/json', 'x-frame-options': 'SAMEORIGIN' });
      response.end('{"message":"Not Found"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { seen, url: `http://127.0.0.1:${port}`, stop };
};

/** A started CloudFront with the stack's distribution: a bucket of the test's own and an API behind it. */
export const startTestFront = async (functionCode = routingCode) => {
  const hosts = new PublicHosts();
  const origin = await startOrigin();
  hosts.register(apiHost, origin.url);
  hosts.register(new URL(signIn).host, 'http://127.0.0.1:7777');
  const reads: { bucket: string; key: string; reader: ObjectReader }[] = [];
  const logged: string[] = [];
  const front = makeCloudFront({
    stateDir: '/nowhere',
    now: Date.now,
    log: { info() {}, warn: (_, fields) => logged.push(JSON.stringify(fields)) },
    hosts,
    port: 0,
    readObject: async (bucket, key, reader) => {
      reads.push({ bucket, key, reader });
      return objects.get(key);
    },
    consoleUrl: () => 'http://127.0.0.1:7778/_local',
  });
  await front.start();
  const create = async (kind: string, properties: Readonly<Record<string, unknown>>) => {
    const type = `AWS::CloudFront::${kind}`;
    const provider = front.providers.find((each) => each.type === type);
    if (provider === undefined) throw new Error(`no provider for ${type}`);
    const parsed = provider.properties.parse(properties);
    return await provider.create({ logicalId: kind, type, stackName: 'test', properties: parsed });
  };
  const routing = await create('Function', {
    Name: 'routing',
    AutoPublish: true,
    FunctionCode: functionCode,
    FunctionConfig: { Comment: 'routing', Runtime: 'cloudfront-js-2.0' },
  });
  const control = await create('OriginAccessControl', {
    OriginAccessControlConfig: {
      Name: 'control',
      OriginAccessControlOriginType: 's3',
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    },
  });
  const policy = await create('ResponseHeadersPolicy', headersPolicy);
  const shared = { Compress: true, ResponseHeadersPolicyId: policy.ref };
  const distribution = await create('Distribution', {
    DistributionConfig: {
      Enabled: true,
      DefaultRootObject: 'index.html',
      HttpVersion: 'http2and3',
      IPV6Enabled: true,
      Origins: [
        {
          Id: 'bucket',
          DomainName: 'web.s3.eu-central-1.amazonaws.com',
          OriginAccessControlId: control.attributes.Id,
          S3OriginConfig: { OriginAccessIdentity: '' },
        },
        {
          Id: 'api',
          DomainName: apiHost,
          CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
        },
      ],
      DefaultCacheBehavior: {
        ...shared,
        CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
        FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: routing.attributes.FunctionARN }],
        TargetOriginId: 'bucket',
        ViewerProtocolPolicy: 'redirect-to-https',
      },
      CacheBehaviors: [
        {
          ...shared,
          PathPattern: '/api/*',
          AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
          CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
          OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
          TargetOriginId: 'api',
          ViewerProtocolPolicy: 'https-only',
        },
      ],
    },
  });
  return {
    url: front.url(),
    hosts,
    reads,
    logged,
    /** What reached the API. */
    seen: origin.seen,
    distributionId: distribution.ref,
    domainName: distribution.attributes.DomainName ?? '',
    stop: async () => {
      await front.stop();
      origin.stop();
    },
  };
};
export type TestFront = Awaited<ReturnType<typeof startTestFront>>;
