import { z } from 'zod';

// Every property that the stack may set on an HTTP API. Strict: one that is not here is an error
// when the local cloud starts, so that nothing that changes behaviour is skipped in silence.

const ignored = z.unknown().optional();

export const ApiProperties = z.strictObject({
  Name: z.string(),
  ProtocolType: z.literal('HTTP'),
  DisableExecuteApiEndpoint: z.literal(false).optional(),
  Description: ignored, // inert: a label
  Tags: ignored, // inert: labels
});

export const StageProperties = z.strictObject({
  ApiId: z.string(),
  /** Another stage would be part of every path. */
  StageName: z.literal('$default'),
  /** Without it a stage shows nothing until a deployment is made. */
  AutoDeploy: z.literal(true),
  DefaultRouteSettings: z
    .strictObject({
      ThrottlingBurstLimit: z.number().positive().optional(),
      ThrottlingRateLimit: z.number().positive().optional(),
      DetailedMetricsEnabled: ignored, // inert: no metrics here
    })
    .optional(),
  AccessLogSettings: ignored, // inert: the local log names every refused request
  Description: ignored, // inert: a label
  Tags: ignored, // inert: labels
});

export const IntegrationProperties = z.strictObject({
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY'),
  /** The function's ARN, or API Gateway's path to it. */
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  IntegrationMethod: z.literal('POST').optional(),
  TimeoutInMillis: z.int().min(50).max(30_000).default(30_000),
  Description: ignored, // inert: a label
});

export const RouteProperties = z
  .strictObject({
    ApiId: z.string(),
    RouteKey: z.string().regex(/^(\$default|(ANY|GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \/\S*)$/),
    Target: z.string().regex(/^integrations\/\S+$/),
    AuthorizationType: z.enum(['NONE', 'JWT']).default('NONE'),
    AuthorizerId: z.string().optional(),
    AuthorizationScopes: z.array(z.string()).default([]),
    OperationName: ignored, // inert: a label
  })
  .refine(
    (route) => (route.AuthorizationType === 'JWT') === (route.AuthorizerId !== undefined),
    'a JWT route needs an AuthorizerId, and an open one has none',
  );

export const AuthorizerProperties = z.strictObject({
  ApiId: z.string(),
  Name: z.string(),
  AuthorizerType: z.literal('JWT'),
  IdentitySource: z.tuple([z.literal('$request.header.Authorization')]),
  JwtConfiguration: z.strictObject({ Audience: z.array(z.string()).min(1), Issuer: z.url() }),
});

export type StageProperties = z.output<typeof StageProperties>;
export type IntegrationProperties = z.output<typeof IntegrationProperties>;
export type RouteProperties = z.output<typeof RouteProperties>;
export type AuthorizerProperties = z.output<typeof AuthorizerProperties>;
