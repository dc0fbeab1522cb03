import { z } from 'zod';

// Every property that the stack may set on a CloudFront resource. Strict: one that is not here is an error
// when the local cloud starts, so that nothing that changes behaviour is skipped in silence.

const ignored = z.unknown().optional();

/** The managed cache policies that the stack may name. Nothing is cached here: every request is a miss. */
const cachePolicies = {
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': 'CachingDisabled',
  '658327ea-f89d-4fab-a63d-7e88639e58f6': 'CachingOptimized',
} as const;

/** The managed origin request policy that hands an origin all that the viewer sent but the host name. */
const allViewerExceptHostHeader = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

const FunctionAssociation = z.strictObject({
  EventType: z.literal('viewer-request'),
  FunctionARN: z.string(),
});

const behaviour = {
  TargetOriginId: z.string(),
  AllowedMethods: z.array(z.string()).default(['GET', 'HEAD']),
  CachePolicyId: z.enum(Object.keys(cachePolicies) as [keyof typeof cachePolicies]),
  OriginRequestPolicyId: z.literal(allViewerExceptHostHeader).optional(),
  ResponseHeadersPolicyId: z.string().optional(),
  FunctionAssociations: z.array(FunctionAssociation).max(1).default([]),
  Compress: z.boolean().default(false),
  CachedMethods: ignored, // inert: nothing is cached here
  ViewerProtocolPolicy: ignored, // inert: on loopback, http stands for https
  SmoothStreaming: ignored, // inert: no media
};

const Origin = z.strictObject({
  Id: z.string(),
  DomainName: z.string(),
  OriginPath: z.string().default(''),
  OriginAccessControlId: z.string().optional(),
  OriginCustomHeaders: z
    .array(z.strictObject({ HeaderName: z.string(), HeaderValue: z.string() }))
    .default([]),
  /** An access control is the only way to a bucket here, so the older identity must be empty. */
  S3OriginConfig: z.strictObject({ OriginAccessIdentity: z.literal('').optional() }).optional(),
  CustomOriginConfig: z
    .strictObject({
      OriginProtocolPolicy: z.literal('https-only'),
      OriginSSLProtocols: ignored, // inert: the way to the origin is loopback
      OriginReadTimeout: ignored, // inert: the API's own limit is as short
      OriginKeepaliveTimeout: ignored, // inert: connections are the machine's own
      HTTPSPort: ignored, // inert: the origin's port is looked up by its name
    })
    .optional(),
  ConnectionAttempts: ignored, // inert: loopback does not fail and come back
  ConnectionTimeout: ignored, // inert: as above
});

export const DistributionProperties = z.strictObject({
  DistributionConfig: z.strictObject({
    Enabled: z.literal(true),
    DefaultRootObject: z.string().default(''),
    Origins: z.array(Origin).min(1),
    DefaultCacheBehavior: z.strictObject(behaviour),
    CacheBehaviors: z.array(z.strictObject({ ...behaviour, PathPattern: z.string() })).default([]),
    HttpVersion: ignored, // inert: HTTP/1.1 only on loopback
    IPV6Enabled: ignored, // inert: 127.0.0.1 only
    PriceClass: ignored, // inert: no edge locations
    Comment: ignored, // inert: a label
    ViewerCertificate: ignored, // inert: no TLS on loopback
    Logging: ignored, // inert: no access log is shipped
  }),
  Tags: ignored, // inert: labels
});

export const FunctionProperties = z.strictObject({
  Name: z.string(),
  FunctionCode: z.string().max(10_240, 'CloudFront functions are at most 10 KB'),
  /** Without it the function would stay in its development stage. */
  AutoPublish: z.literal(true),
  FunctionConfig: z.strictObject({
    Runtime: z.literal('cloudfront-js-2.0'),
    Comment: ignored, // inert: a label
  }),
});

export const OriginAccessControlProperties = z.strictObject({
  OriginAccessControlConfig: z.strictObject({
    Name: z.string(),
    OriginAccessControlOriginType: z.literal('s3'),
    SigningBehavior: z.literal('always'),
    SigningProtocol: z.literal('sigv4'),
    Description: ignored, // inert: a label
  }),
});

const override = { Override: z.boolean() };

export const ResponseHeadersPolicyProperties = z.strictObject({
  ResponseHeadersPolicyConfig: z.strictObject({
    Name: z.string(),
    Comment: ignored, // inert: a label
    CustomHeadersConfig: z
      .strictObject({
        Items: z.array(z.strictObject({ Header: z.string(), Value: z.string(), ...override })),
      })
      .optional(),
    RemoveHeadersConfig: z
      .strictObject({ Items: z.array(z.strictObject({ Header: z.string() })) })
      .optional(),
    SecurityHeadersConfig: z
      .strictObject({
        ContentSecurityPolicy: z.strictObject({ ContentSecurityPolicy: z.string(), ...override }).optional(),
        ContentTypeOptions: z.strictObject(override).optional(),
        FrameOptions: z.strictObject({ FrameOption: z.enum(['DENY', 'SAMEORIGIN']), ...override }).optional(),
        ReferrerPolicy: z.strictObject({ ReferrerPolicy: z.string(), ...override }).optional(),
        StrictTransportSecurity: z
          .strictObject({
            AccessControlMaxAgeSec: z.int().nonnegative(),
            IncludeSubdomains: z.boolean().default(false),
            Preload: z.boolean().default(false),
            ...override,
          })
          .optional(),
      })
      .optional(),
  }),
});

export type DistributionConfig = z.output<typeof DistributionProperties>['DistributionConfig'];
export type Behaviour = DistributionConfig['DefaultCacheBehavior'];
export type Origin = DistributionConfig['Origins'][number];
export type ResponseHeadersPolicy = z.output<
  typeof ResponseHeadersPolicyProperties
>['ResponseHeadersPolicyConfig'];
