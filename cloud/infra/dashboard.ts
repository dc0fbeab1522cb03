import path from 'node:path';
import { type CfnElement, DefaultStackSynthesizer, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import type { DashboardConfig } from '#contract/dashboard-config.ts';
import { acknowledge, acknowledgeWildcard } from './acknowledge.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';

type DashboardProps = {
  readonly api: { readonly host: string };
  /** Base URL of the hosted sign-in pages, the only other origin that the page talks to. */
  readonly signInUrl: string;
};

/** The static dashboard and, on the same origin, the API below `/api/`. */
export class Dashboard extends Construct {
  /** `https://…`, without a trailing slash. */
  readonly url: string;
  readonly #bucket: IBucket;

  constructor(scope: Construct, id: string, { api, signInUrl }: DashboardProps) {
    super(scope, id);
    this.#bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // Nothing here that a build does not make again.
      removalPolicy: RemovalPolicy.DESTROY,
      // The CDK's own types do not agree with exactOptionalPropertyTypes.
    }) as IBucket;

    acknowledge(
      this.#bucket,
      'S1',
      'It holds the same public pages for everybody; who asks the API for what is logged there.',
    );

    const headers = securityHeaders(this, signInUrl);
    const routing = new EdgeFunction(this, 'Routing', {
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromFile({ filePath: path.join(import.meta.dirname, 'dashboard-routing.js') }),
    });
    const distribution = new Distribution(this, 'Distribution', {
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.#bucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy: headers,
        // On this behaviour only: a 404 of the API must stay a 404.
        functionAssociations: [{ function: routing, eventType: FunctionEventType.VIEWER_REQUEST }],
      },
      additionalBehaviors: {
        '/api/*': {
          origin: new HttpOrigin(api.host),
          viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
          allowedMethods: AllowedMethods.ALLOW_ALL,
          cachePolicy: CachePolicy.CACHING_DISABLED,
          originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
          responseHeadersPolicy: headers,
        },
      },
    });
    acknowledgeEdge(distribution);
    this.url = `https://${distribution.distributionDomainName}`;
  }

  /** Copies the built pages into the bucket, with what they must know as `config.json`. */
  publish(dashboardDir: string, configuration: DashboardConfig): void {
    const logGroup = new LogGroup(this, 'DeploymentLogs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Our own role, because the CDK's would carry an AWS-managed policy for logs.
    const role = new Role(this, 'DeploymentRole', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    new BucketDeployment(this, 'Deployment', {
      destinationBucket: this.#bucket,
      sources: [Source.asset(dashboardDir), Source.jsonData('config.json', configuration)],
      // Asked for again on every load and answered 304: a new release shows at once, without invalidations.
      cacheControl: [CacheControl.noCache()],
      retainOnDelete: false,
      role,
      logGroup,
    });
    acknowledgeCopyJob(this, role, this.#bucket);
  }
}

const securityHeaders = (scope: Construct, signInUrl: string): ResponseHeadersPolicy =>
  new ResponseHeadersPolicy(scope, 'SecurityHeaders', {
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy: contentSecurityPolicy(signInUrl), override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
      strictTransportSecurity: {
        accessControlMaxAge: Duration.days(365),
        includeSubdomains: true,
        override: true,
      },
    },
    customHeadersBehavior: {
      customHeaders: [
        {
          header: 'permissions-policy',
          value: 'camera=(self), microphone=(), geolocation=()',
          override: true,
        },
        { header: 'cross-origin-opener-policy', value: 'same-origin', override: true },
      ],
    },
  });

const acknowledgeEdge = (distribution: Distribution): void => {
  acknowledge(distribution, 'CFR1', 'Staff travel; sign-in decides who sees anything, not the country.');
  acknowledge(
    distribution,
    'CFR2',
    'The pages are the same for everybody and public; the API throttles, and refuses whoever has no token.',
  );
  acknowledge(
    distribution,
    'CFR3',
    'Its log would hold the addresses of staff; what they ask of the API is logged there, without them.',
  );
  acknowledge(
    distribution,
    'CFR4',
    'The floor cannot be raised on a name below cloudfront.net, and a name of its own needs a certificate that only the installation has.',
  );
};

const acknowledgeCopyJob = (scope: Construct, role: Role, bucket: IBucket): void => {
  const reason =
    'The CDK’s own copy job: reads its assets, writes the bucket of public pages, and runs at deployments only.';
  const assets = `cdk-${DefaultStackSynthesizer.DEFAULT_QUALIFIER}-assets-<AWS::AccountId>-<AWS::Region>`;
  const pages = Stack.of(scope).getLogicalId(bucket.node.defaultChild as CfnElement);
  const wildcards = [
    'Action::s3:GetObject*',
    'Action::s3:GetBucket*',
    'Action::s3:List*',
    'Action::s3:DeleteObject*',
    'Action::s3:Abort*',
    `Resource::arn:<AWS::Partition>:s3:::${assets}/*`,
    `Resource::<${pages}.Arn>/*`,
  ];
  for (const wildcard of wildcards) acknowledgeWildcard(role, wildcard, reason);
  const job = Stack.of(scope).node.children.find(({ node }) =>
    node.id.startsWith('Custom::CDKBucketDeployment'),
  );
  if (job !== undefined) acknowledge(job, 'L1', 'The CDK chooses the runtime of its own copy job.');
};
