import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { golden } from '#contract/golden.ts';
import { config } from '../../rollcall.config.ts';
import { SignIn } from './sign-in.ts';
import { readable, resourcesOf, synthesiseForTests } from './template-for-tests.ts';

const template = synthesiseForTests(config);
const [distribution] = resourcesOf(template, 'AWS::CloudFront::Distribution').map(
  ({ Properties }) =>
    (readable(Properties) as { DistributionConfig: Record<string, unknown> }).DistributionConfig,
);
const [headers] = resourcesOf(template, 'AWS::CloudFront::ResponseHeadersPolicy').map(
  ({ Properties }) => readable(Properties) as { ResponseHeadersPolicyConfig: Record<string, unknown> },
);

/** Directives of the content security policy, by name. */
const csp = (): ReadonlyMap<string, string> => {
  const text = JSON.stringify(headers).match(/"ContentSecurityPolicy":"([^"]+)"/)?.[1] ?? '';
  return new Map(text.split('; ').map((directive) => [directive.split(' ')[0] ?? '', directive]));
};

describe('the dashboard', () => {
  it('is served with a policy that allows no inline code and no other origin than the sign-in', () => {
    const directives = [...csp().values()].join('; ');
    expect(directives).not.toMatch(/unsafe|\*/);
    expect(csp().get('default-src')).toBe("default-src 'none'");
    expect(csp().get('frame-ancestors')).toBe("frame-ancestors 'none'");
    const [, self, signIn, ...others] = csp().get('connect-src')?.split(' ') ?? [];
    expect([self, others]).toEqual(["'self'", []]);
    expect(signIn).toMatch(/^https:\/\/.*\.auth\.ap-southeast-2\.amazoncognito\.com$/);
  });

  it('may use the camera itself and lets nobody frame it', () => {
    expect(JSON.stringify(headers)).toContain('camera=(self)');
    expect(JSON.stringify(headers)).toContain('"FrameOption":"DENY"');
    expect(JSON.stringify(headers)).toContain('"AccessControlMaxAgeSec":31536000');
  });

  it('shares its origin with an API that is neither cached nor rewritten', () => {
    expect(distribution?.CacheBehaviors).toMatchObject([
      {
        PathPattern: '/api/*',
        CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad', // CachingDisabled
        OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac', // AllViewerExceptHostHeader
      },
    ]);
    expect(distribution?.CacheBehaviors).not.toMatchObject([{ FunctionAssociations: expect.anything() }]);
    expect(distribution?.DefaultCacheBehavior).toMatchObject({
      FunctionAssociations: [expect.objectContaining({ EventType: 'viewer-request' })],
    });
    expect(distribution).not.toHaveProperty('CustomErrorResponses');
  });

  it.each([
    ['/', '/index.html'],
    ['/callback', '/index.html'],
    ['/attendance/now', '/index.html'],
    ['/config.json', '/config.json'],
    ['/assets/index-3f2a.js', '/assets/index-3f2a.js'],
  ])('answers %s with %s', (uri, served) => {
    const source = readFileSync(new URL('./dashboard-routing.js', import.meta.url), 'utf8');
    const request = runInNewContext(`${source}; handler({ request: { uri } })`, { uri });
    expect(request).toMatchObject({ uri: served });
  });

  it('is told the issuer, its client and the sign-in pages, and nothing secret', () => {
    const [copy] = resourcesOf(template, 'Custom::CDKBucketDeployment');
    const [pool] = resourcesOf(template, 'AWS::Cognito::UserPool');
    const [client] = resourcesOf(template, 'AWS::Cognito::UserPoolClient');
    const [, markers] = readable(copy?.Properties.SourceMarkers) as Record<string, string>[];
    expect(Object.values(markers ?? {})).toEqual(
      expect.arrayContaining([`<${pool?.id}.ProviderURL>`, `<${client?.id}>`]),
    );
  });

  it('finds in config.json what the contract shows, as far as this side can know it', () => {
    const signIn = new SignIn(new Stack(), 'SignIn', { config });
    const written = signIn.configurationFor(signIn.addBrowserClient('https://dashboard.example'));
    const known = {
      issuer: expect.any(String),
      clientId: expect.any(String),
      signInDomain: expect.any(String),
    };
    expect(written).toEqual({ ...golden('dashboard-config'), ...known });
  });
});
