import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import { apiBase } from '#contract/routes.ts';
import { account, type LocalLog } from './account.ts';
import { readAssembly } from './cloudformation/assembly.ts';
import { deploy } from './cloudformation/deploy.ts';
import { makeConsole } from './console/console.ts';
import { consolePath } from './console/paths.ts';
import { type DeployedResource, deployedResources } from './console/resources.ts';
import type { Faults } from './faults/faults.ts';
import type { DeniedCall } from './iam/denials.ts';
import type { Grant } from './iam/grants.ts';
import type { IotEndpoint } from './iot/iot.ts';
import type { FunctionSnapshot } from './lambda/lambda.ts';
import { type LocalServices, makeServices, type RekognitionOptions, type ServicesNeeds } from './services.ts';
import type { Notification } from './sns/sns.ts';
import type { Sqs } from './sqs/sqs.ts';
import { lockState } from './state-lock.ts';

/** The cloud on one machine, up and running. */
export type LocalCloud = {
  readonly dashboardUrl: string;
  /** Ends in `/api/v1`. */
  readonly apiUrl: string;
  /** Base URL of every AWS API; the key pair `local`/`local` is the account's administrator. */
  readonly awsUrl: string;
  /** The page that shows what runs, in place of AWS's console. */
  readonly consoleUrl: string;
  readonly region: string;
  readonly iot: IotEndpoint;
  /** The stack's outputs, with AWS's own host names in them. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Calls refused for want of a grant since the start. */
  denied(): readonly DeniedCall[];
  /** Each function of the template with its newest runs, their log lines, and what became of its asynchronous events. */
  functions(): readonly FunctionSnapshot[];
  /** How full each queue is. */
  queues(): ReturnType<Sqs['depths']>;
  /** What was published to topics, oldest first: the mails that AWS would have sent. */
  notifications(): readonly Notification[];
  /** Every action and resource that a role is allowed, with how often it was needed since the start. */
  grants(): readonly Grant[];
  /**
   * Takes an action, on one resource or on all, from a role until the returned function is called: for tests that prove a grant is
   * needed. Throws when the role has no such grant.
   */
  withdraw(roleName: string, action: string, resource?: string): () => void;
  /** What goes wrong on purpose: the same as `<consoleUrl>/faults`. */
  readonly faults: Faults;
  /** Fires the schedules that are due by the injected clock and resolves with how many were: for tests that set it. */
  fireSchedules(): Promise<number>;
  /** Searches that Rekognition was asked for since the start: the figure that the bill follows. */
  searches(): number;
  /** Ends every listener and child process and gives the state folder back. Idempotent. */
  stop(): Promise<void>;
};

export type LocalCloudOptions = Pick<ServicesNeeds, 'schedule'> & {
  /** The folder that `cdk synth` wrote. */
  readonly assemblyDir: string;
  /** Everything that outlives a restart; one running local cloud at a time. */
  readonly stateDir: string;
  /** 0 = any free port. */
  readonly dashboardPort: number;
  /** Epoch milliseconds; default the machine's clock. */
  readonly now?: () => number;
  readonly rekognition?: RekognitionOptions;
  readonly log: LocalLog;
};

/** A part with its way to stop; parts start in order and stop in reverse. */
type Step = {
  readonly name: string;
  readonly start?: () => Promise<unknown>;
  readonly stop?: () => Promise<void>;
};

/**
 * Stands up the whole template on loopback.
 * Rejects with a plain Error that says the remedy when the assembly is missing or damaged, the state folder cannot be
 * written or is in use, the port is taken, or the template holds something that is not emulated; what had
 * started by then is stopped again.
 */
export const startLocalCloud = async ({
  assemblyDir,
  stateDir,
  dashboardPort,
  now = Date.now,
  rekognition,
  log,
  ...timing
}: LocalCloudOptions): Promise<LocalCloud> => {
  const { template, stackName, assetPath } = readAssembly(assemblyDir);
  const state = path.resolve(stateDir);
  prepare(state);
  const unlock = lockState(state);

  let awsUrl = '';
  let outputs: Readonly<Record<string, string>> = {};
  let resources: readonly DeployedResource[] = [];
  const started: Step[] = [{ name: 'lock', stop: async () => unlock() }];
  try {
    const services = makeServices({
      stateDir: state,
      assetPath,
      awsUrl: () => awsUrl,
      dashboardPort,
      now,
      log,
      ...timing,
      ...(rekognition === undefined ? {} : { rekognition }),
    });
    for (const step of stepsOf(services, {
      listening: (url) => {
        awsUrl = url;
      },
      deployed: async () => {
        const deployment = await deploy({ template, stackName, providers: services.providers, log });
        outputs = deployment.outputs;
        resources = deployedResources(template, deployment);
        services.iam.forgetUses();
      },
    })) {
      await step.start?.();
      started.push(step);
    }
    let stopping: Promise<void> | undefined;
    const dashboardUrl = services.cloudFront.url();
    const { endpoint } = services.iot;
    const looks = {
      functions: services.lambda.functions,
      queues: services.sqs.depths,
      notifications: services.sns.notifications,
      denied: services.gateway.denied,
    };
    services.gateway.mountConsole(
      makeConsole({
        ...looks,
        stack: stackName,
        region: account.region,
        startedAtMs: now(),
        urls: { dashboard: dashboardUrl, aws: awsUrl, mqtt: `${endpoint.host}:${endpoint.port}` },
        resources: () => resources,
        iot: services.iot,
        faults: services.faults,
      }),
    );
    return {
      dashboardUrl,
      apiUrl: dashboardUrl + apiBase,
      awsUrl,
      region: account.region,
      consoleUrl: awsUrl + consolePath,
      iot: endpoint,
      outputs,
      ...looks,
      faults: services.faults,
      grants: services.iam.grants,
      withdraw: services.iam.withdraw,
      fireSchedules: services.scheduler.fireDue,
      searches: services.rekognition.searches,
      stop: () => {
        stopping ??= stopAll(started);
        return stopping;
      },
    };
  } catch (error) {
    await stopAll(started).catch((stopError: unknown) =>
      log.warn('local_cloud.stop_failed', { error: String(stopError) }),
    );
    throw error;
  }
};

/**
 * Storage before what reads it, the dashboard's port before the long work, the template before events flow and doors may connect;
 * in reverse, doors leave first, what runs may end, and storage closes last.
 */
const stepsOf = (
  services: LocalServices,
  {
    listening,
    deployed,
  }: { readonly listening: (url: string) => void; readonly deployed: () => Promise<void> },
): readonly Step[] => [
  {
    name: 'gateway',
    start: async () => listening(await services.gateway.start(0)),
    stop: services.gateway.stop,
  },
  { name: 'records', start: services.records.open, stop: services.records.close },
  { name: 'sqs', stop: async () => services.sqs.stop() },
  { name: 'sns', start: services.sns.start },
  { name: 'dynamodb', start: services.dynamoDb.start, stop: services.dynamoDb.stop },
  { name: 's3', start: services.s3.start, stop: services.s3.stop },
  { name: 'rekognition', start: services.rekognition.start, stop: services.rekognition.stop },
  { name: 'cognito', start: services.cognito.start, stop: services.cognito.stop },
  { name: 'apigateway', start: services.apiGateway.start, stop: services.apiGateway.stop },
  { name: 'cloudfront', start: services.cloudFront.start, stop: services.cloudFront.stop },
  // A stack that fails half-way may have started functions already.
  { name: 'lambda', stop: services.lambda.stop },
  { name: 'stack', start: deployed },
  { name: 'events', start: services.lambda.start },
  { name: 'schedules', start: services.scheduler.start, stop: services.scheduler.stop },
  { name: 'iot', start: services.iot.start, stop: services.iot.stop },
  // What a fault holds back is let go first, or the stop would wait for it.
  { name: 'faults', stop: async () => services.faults.stop() },
];

/** Stops in reverse and goes on when one part fails; rejects at the end with what failed. */
const stopAll = async (started: readonly Step[]): Promise<void> => {
  const failures: unknown[] = [];
  for (const { stop } of started.toReversed()) {
    try {
      await stop?.();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, 'Parts of the local cloud did not stop cleanly');
};

const prepare = (stateDir: string): void => {
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    accessSync(stateDir, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new Error(
      `The state folder ${stateDir} is not writable: fix its permissions or name another with --state`,
      { cause },
    );
  }
};
