import { z } from 'zod';
import { arn } from './account.ts';
import { physicalName } from './cloudformation/physical-name.ts';
import { type Created, type Declared, provide, type ResourceProvider } from './cloudformation/provider.ts';

/**
 * The three classes of resource types. A type in none of them stops the start with an error that names it.
 * Properties without effect are marked `inert` in each provider's own schema.
 */

/** Stood up behind the service's real protocol, by the folder that does it. */
export const emulatedTypes = {
  apigateway: [
    'AWS::ApiGatewayV2::Api',
    'AWS::ApiGatewayV2::Authorizer',
    'AWS::ApiGatewayV2::Integration',
    'AWS::ApiGatewayV2::Route',
    'AWS::ApiGatewayV2::Stage',
  ],
  cloudfront: [
    'AWS::CloudFront::Distribution',
    'AWS::CloudFront::Function',
    'AWS::CloudFront::OriginAccessControl',
    'AWS::CloudFront::ResponseHeadersPolicy',
  ],
  cognito: [
    'AWS::Cognito::ManagedLoginBranding',
    'AWS::Cognito::UserPool',
    'AWS::Cognito::UserPoolClient',
    'AWS::Cognito::UserPoolDomain',
    'AWS::Cognito::UserPoolGroup',
    'AWS::Cognito::UserPoolResourceServer',
  ],
  dynamodb: ['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table'],
  iam: ['AWS::IAM::Policy', 'AWS::IAM::Role'],
  iot: ['AWS::IoT::Policy', 'AWS::IoT::ProvisioningTemplate', 'AWS::IoT::TopicRule'],
  kms: ['AWS::KMS::Alias', 'AWS::KMS::Key'],
  lambda: [
    'AWS::Lambda::EventInvokeConfig',
    'AWS::Lambda::EventSourceMapping',
    'AWS::Lambda::Function',
    'AWS::Lambda::Permission',
  ],
  rekognition: ['AWS::Rekognition::Collection'],
  s3: ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy'],
  scheduler: ['AWS::Scheduler::Schedule'],
  sns: ['AWS::SNS::Subscription', 'AWS::SNS::Topic', 'AWS::SNS::TopicPolicy'],
  sqs: ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy'],
} as const;

/** Done by the local cloud itself instead of by the function that AWS would run. */
export const nativeTypes = {
  'Custom::CDKBucketDeployment': 'its function is Python with the AWS CLI; copying files needs neither',
} as const;

/** Accepted without effect, and why that is safe. */
export const inertTypes = {
  'AWS::Budgets::Budget': 'nothing here costs money',
  'AWS::CDK::Metadata': "the CDK's own usage report",
  'AWS::CloudWatch::Alarm': 'nobody is on call for a laptop',
  'AWS::Lambda::LayerVersion':
    'only the bucket deployment uses one; a Node.js function with layers is refused',
  'AWS::Logs::LogGroup': 'each function writes to one file under <state>/logs',
  'AWS::Logs::MetricFilter': 'no metrics are kept here; only alarms would read them',
} as const;

const anything = z.record(z.string(), z.unknown());

const inert = (
  type: keyof typeof inertTypes,
  create: (declared: Declared<Readonly<Record<string, unknown>>>, name: string) => Created,
): ResourceProvider =>
  provide(type, anything, (declared) =>
    create(declared, physicalName(declared.stackName, declared.logicalId)),
  );

/** Providers that only answer `Ref` and `Fn::GetAtt`. */
export const inertProviders: readonly ResourceProvider[] = [
  inert('AWS::Budgets::Budget', (_, name) => ({ ref: name, attributes: {} })),
  inert('AWS::CDK::Metadata', (_, name) => ({ ref: name, attributes: {} })),
  inert('AWS::CloudWatch::Alarm', ({ properties }, madeUp) => {
    const name = z.string().default(madeUp).parse(properties.AlarmName);
    return { ref: name, attributes: { Arn: arn('cloudwatch', `alarm:${name}`) } };
  }),
  inert('AWS::Lambda::LayerVersion', (_, name) => {
    const layerArn = arn('lambda', `layer:${name}:1`);
    return { ref: layerArn, attributes: { LayerVersionArn: layerArn } };
  }),
  inert('AWS::Logs::LogGroup', ({ properties }, madeUp) => {
    const name = z.string().default(madeUp).parse(properties.LogGroupName);
    return { ref: name, attributes: { Arn: arn('logs', `log-group:${name}:*`) } };
  }),
  inert('AWS::Logs::MetricFilter', (_, name) => ({ ref: name, attributes: {} })),
];
