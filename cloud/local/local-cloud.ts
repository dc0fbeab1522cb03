import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import { apiBase } from '#contract/routes.ts';
import { account, type LocalLog } from './account.ts';
import { readAssembly } from './cloudformation/assembly.ts';
import { deploy } from './cloudformation/deploy.ts';
import type { DeniedCall } from './gateway/gateway.ts';
import type { IotEndpoint } from './iot/iot.ts';
import { type LocalServices, makeServices, type RekognitionOptions } from './services.ts';
import { lockState } from './state-lock.ts';

/** The cloud on one machine, up and running. */
export type LocalCloud = {
  readonly dashboardUrl: string;
  /** Ends in `/api/v1`. */
  readonly apiUrl: string;
  /** Base URL of every AWS API; the key pair `local`/`local` is the account's administrator. */
  readonly awsUrl: string;
  readonly region: string;
  readonly iot: IotEndpoint;
  /** The stack's outputs, with AWS's own host names in them. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Calls refused for want of a grant since the start. */
  denied(): readonly DeniedCall[];
  /** Searches that Rekognition was asked for since the start: the figure that the bill follows. */
  searches(): number;
  /** Ends every listener and child process and gives the state folder back. Idempotent. */
  stop(): Promise<void>;
};

export type LocalCloudOptions = {
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
}: LocalCloudOptions): Promise<LocalCloud> => {
  const { template, stackName, assetPath } = readAssembly(assemblyDir);
  const state = path.resolve(stateDir);
  prepare(state);
  const unlock = lockState(state);

  let awsUrl = '';
  let outputs: Readonly<Record<string, string>> = {};
  const started: Step[] = [{ name: 'lock', stop: async () => unlock() }];
  try {
    const services = makeServices({
      stateDir: state,
      assetPath,
      awsUrl: () => awsUrl,
      dashboardPort,
      now,
      log,
      ...(rekognition === undefined ? {} : { rekognition }),
    });
    for (const step of stepsOf(services, {
      listening: (url) => {
        awsUrl = url;
      },
      deployed: async () => {
        ({ outputs } = await deploy({ template, stackName, providers: services.providers, log }));
      },
    })) {
      await step.start?.();
      started.push(step);
    }
    let stopping: Promise<void> | undefined;
    const dashboardUrl = services.cloudFront.url();
    return {
      dashboardUrl,
      apiUrl: dashboardUrl + apiBase,
      awsUrl,
      region: account.region,
      iot: services.iot.endpoint,
      outputs,
      denied: services.gateway.denied,
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
 * Storage before what reads it, the dashboard's port before the long work, the template before doors may connect;
 * in reverse, doors leave first and storage closes last.
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
  { name: 'dynamodb', start: services.dynamoDb.start, stop: services.dynamoDb.stop },
  { name: 's3', start: services.s3.start, stop: services.s3.stop },
  { name: 'rekognition', start: services.rekognition.start, stop: services.rekognition.stop },
  { name: 'lambda', stop: services.lambda.stop },
  { name: 'cognito', start: services.cognito.start, stop: services.cognito.stop },
  { name: 'apigateway', start: services.apiGateway.start, stop: services.apiGateway.stop },
  { name: 'cloudfront', start: services.cloudFront.start, stop: services.cloudFront.stop },
  { name: 'stack', start: deployed },
  { name: 'iot', start: services.iot.start, stop: services.iot.stop },
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
    mkdirSync(stateDir, { recursive: true });
    accessSync(stateDir, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new Error(
      `The state folder ${stateDir} is not writable: fix its permissions or name another with --state`,
      { cause },
    );
  }
};
