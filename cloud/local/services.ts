import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type LocalLog, type ServiceContext, serviceStateDir } from './account.ts';
import { type ApiGateway, makeApiGateway } from './apigateway/api-gateway.ts';
import type { Assembly } from './cloudformation/assembly.ts';
import type { ResourceProvider } from './cloudformation/provider.ts';
import { type CloudFront, makeCloudFront } from './cloudfront/cloud-front.ts';
import { type Cognito, makeCognito } from './cognito/cognito.ts';
import { type DynamoDb, makeDynamoDb } from './dynamodb/dynamodb.ts';
import { type Gateway, makeGateway } from './gateway/gateway.ts';
import { makeIam } from './iam/iam.ts';
import { inertProviders } from './inert.ts';
import { type LocalIot, makeIot } from './iot/iot.ts';
import { type Lambda, makeLambda } from './lambda/lambda.ts';
import { PublicHosts } from './public-hosts.ts';
import { makeRekognition, type Rekognition } from './rekognition/rekognition.ts';
import { makeS3, type S3 } from './s3/s3.ts';

/** How faces are analysed: TensorFlow's engine. */
export type RekognitionOptions = NonNullable<Parameters<typeof makeRekognition>[1]>;

/** What the local cloud is made of; nothing listens or runs yet. */
export type LocalServices = {
  readonly gateway: Gateway;
  readonly dynamoDb: DynamoDb;
  readonly s3: S3;
  readonly rekognition: Rekognition;
  readonly lambda: Lambda;
  readonly cognito: Cognito;
  readonly apiGateway: ApiGateway;
  readonly cloudFront: CloudFront;
  readonly iot: LocalIot;
  /** One for every resource type that the local cloud knows. */
  readonly providers: readonly ResourceProvider[];
};

export type ServicesNeeds = {
  readonly stateDir: string;
  readonly assetPath: Assembly['assetPath'];
  /** The gateway's base URL once it listens. */
  readonly awsUrl: () => string;
  readonly dashboardPort: number;
  readonly rekognition?: RekognitionOptions;
  readonly now: () => number;
  readonly log: LocalLog;
};

/** Wires the services to each other in the order of the flow: who needs whom is readable here and nowhere else. */
export const makeServices = ({
  stateDir,
  assetPath,
  awsUrl,
  dashboardPort,
  rekognition: rekognitionOptions,
  now,
  log,
}: ServicesNeeds): LocalServices => {
  const hosts = new PublicHosts();
  const contextOf = (service: string): ServiceContext => {
    const dir = serviceStateDir(stateDir, service);
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    return { stateDir: dir, now, log };
  };
  const directoryOf = (objectKey: string): string => {
    const found = assetPath(objectKey);
    if (found === undefined)
      throw new Error(`the asset ${objectKey} is not in the assembly; run npm run synth`);
    return found;
  };

  const iam = makeIam();
  const gateway = makeGateway({ iam, now, log });
  const lambda = makeLambda({
    iam,
    assetPath,
    endpointUrl: awsUrl,
    logDir: path.join(stateDir, 'logs'),
    now,
    log,
  });

  const iot = makeIot({ ...contextOf('iot'), invoker: lambda.invoker, hosts, iam });
  const rekognition = makeRekognition(contextOf('rekognition'), rekognitionOptions);
  const dynamoDb = makeDynamoDb(contextOf('dynamodb'));
  const s3 = makeS3({ ...contextOf('s3'), assets: { directoryOf } });

  const cognito = makeCognito({ ...contextOf('cognito'), hosts });
  const apiGateway = makeApiGateway({
    ...contextOf('apigateway'),
    invoker: lambda.invoker,
    hosts,
    keys: cognito.jwksOf,
  });
  const cloudFront = makeCloudFront({
    ...contextOf('cloudfront'),
    hosts,
    port: dashboardPort,
    readObject: s3.readObject,
  });

  for (const service of [
    dynamoDb.service,
    s3.service,
    rekognition.service,
    cognito.service,
    ...iot.services,
  ]) {
    gateway.register(service);
  }
  const providers = [
    ...[iam, lambda, iot, rekognition, dynamoDb, s3, cognito, apiGateway, cloudFront].flatMap(
      (service) => service.providers,
    ),
    ...inertProviders,
  ];
  return { gateway, dynamoDb, s3, rekognition, lambda, cognito, apiGateway, cloudFront, iot, providers };
};
