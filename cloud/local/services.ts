import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type LocalLog, type ServiceContext, serviceStateDir } from './account.ts';
import { type ApiGateway, makeApiGateway } from './apigateway/api-gateway.ts';
import type { Assembly } from './cloudformation/assembly.ts';
import type { ResourceProvider } from './cloudformation/provider.ts';
import { type CloudFront, makeCloudFront } from './cloudfront/cloud-front.ts';
import { type Cognito, makeCognito } from './cognito/cognito.ts';
import { consolePath } from './console/paths.ts';
import { makeRecordStore, type RecordStore } from './durable-records.ts';
import { type DynamoDb, makeDynamoDb } from './dynamodb/dynamodb.ts';
import { type Disturbance, type Faults, makeFaults } from './faults/faults.ts';
import { faultyQueueSource } from './faults/faulty-queue-source.ts';
import { type Gateway, makeGateway } from './gateway/gateway.ts';
import { makeActAs } from './iam/caller.ts';
import { makeDenials } from './iam/denials.ts';
import { type Iam, makeIam } from './iam/iam.ts';
import { inertProviders } from './inert.ts';
import { type LocalIot, makeIot } from './iot/iot.ts';
import { makeKms } from './kms/kms.ts';
import { type Lambda, makeLambda } from './lambda/lambda.ts';
import { PublicHosts } from './public-hosts.ts';
import { makeRekognition, type Rekognition } from './rekognition/rekognition.ts';
import { makeS3, type S3 } from './s3/s3.ts';
import { type Schedule, timerSchedule } from './schedule.ts';
import { makeScheduler, type Scheduler } from './scheduler/scheduler.ts';
import { makeSns, type Sns } from './sns/sns.ts';
import { makeSqs, type Sqs } from './sqs/sqs.ts';

/** How faces are analysed: TensorFlow's engine. */
export type RekognitionOptions = NonNullable<Parameters<typeof makeRekognition>[1]>;

/** What the local cloud is made of; nothing listens or runs yet. */
export type LocalServices = {
  /** What queues, topics, schedules and asynchronous events keep on disk. */
  readonly records: RecordStore;
  readonly iam: Iam;
  readonly gateway: Gateway;
  readonly faults: Faults & Pick<Disturbance, 'stop'>;
  readonly sqs: Sqs;
  readonly sns: Sns;
  readonly scheduler: Scheduler;
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
  /** How queues, retries and schedules wait; default the machine's timers. */
  readonly schedule?: Schedule;
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
  schedule = timerSchedule,
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
  const denials = makeDenials(log);
  const actAs = makeActAs({ iam, denials });
  const handoverNames: Readonly<Partial<Record<string, () => readonly string[]>>> = {
    'iot-rules': () => iot.rules().map(({ name }) => name),
    'lambda-events': () => lambda.functions().map(({ name }) => name),
    'sqs-polling': () => sqs.depths().map(({ name }) => name),
  };
  const faults = makeFaults({
    outage: { begin: () => iot.outage(), end: () => iot.resume() },
    operationsOf: (service) => handoverNames[service]?.() ?? gateway.operationsOf(service),
    schedule,
    now,
    log,
  });
  const gateway = makeGateway({ iam, denials, disturb: faults.disturb, now, log });
  const store = makeRecordStore(serviceStateDir(stateDir, 'records'));

  const kms = makeKms({ denials });
  const sqs = makeSqs({ records: store.section('sqs'), kms, denials, actAs, awsUrl, schedule, now });
  const sns = makeSns({ store, kms, denials, now });
  const lambda = makeLambda({
    iam,
    actAs,
    assetPath,
    endpointUrl: awsUrl,
    logDir: path.join(stateDir, 'logs'),
    store,
    queues: sqs.sender,
    source: faultyQueueSource(sqs.source, faults),
    schedule,
    deliveries: (functionName) => faults.deliveries({ service: 'lambda-events', operation: functionName }),
    now,
    log,
  });
  const scheduler = makeScheduler({
    iam,
    invoker: lambda.roleInvoker,
    queues: sqs.sender,
    store,
    schedule,
    now,
    log,
  });

  const iot = makeIot({
    ...contextOf('iot'),
    invoker: lambda.invoker,
    queues: sqs.sender,
    hosts,
    iam,
    denials,
    deliver: ({ rule }, run) => faults.disturb({ service: 'iot-rules', operation: rule }, run),
  });
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
    consoleUrl: () => awsUrl() + consolePath,
  });

  for (const service of [
    dynamoDb.service,
    s3.service,
    rekognition.service,
    cognito.service,
    lambda.service,
    sqs.service,
    sns.service,
    ...iot.services,
  ]) {
    gateway.register(service);
  }
  const providers = [
    ...[iam, kms, sqs, sns, lambda, scheduler, iot].flatMap((service) => service.providers),
    ...[rekognition, dynamoDb, s3, cognito, apiGateway, cloudFront].flatMap((service) => service.providers),
    ...inertProviders,
  ];
  return {
    records: store,
    iam,
    gateway,
    faults,
    sqs,
    sns,
    lambda,
    scheduler,
    dynamoDb,
    s3,
    rekognition,
    cognito,
    apiGateway,
    cloudFront,
    iot,
    providers,
  };
};
