import path from 'node:path';
import { arn, type LocalLog } from '../account.ts';
import { physicalName } from '../cloudformation/physical-name.ts';
import { provide, type ResourceProvider } from '../cloudformation/provider.ts';
import { ServiceError } from '../gateway/service.ts';
import type { Iam } from '../iam/iam.ts';
import {
  type AsyncCounts,
  type AsyncQueue,
  defaultRetryPolicy,
  makeAsyncQueue,
  type RetryPolicy,
  type Schedule,
  timerSchedule,
} from './async-queue.ts';
import { checkVariables, functionEnvironment } from './environment.ts';
import { startExecutionEnvironment } from './execution-environment.ts';
import { type FunctionLog, fileFunctionLog } from './function-log.ts';
import { type FunctionPool, makeFunctionPool } from './function-pool.ts';
import {
  eventInvokeConfigProperties,
  type FunctionProperties,
  findHandler,
  functionProperties,
} from './function-resource.ts';
import type { FunctionInvoker, InvocationResult, InvocationSource } from './invoker.ts';
import { type Permission, permissionProperties, permits } from './permissions.ts';

/** The functions of the template, run as child processes. */
export interface Lambda {
  readonly providers: readonly ResourceProvider[];
  readonly invoker: FunctionInvoker;
  /** The newest lines that a function wrote, by its name. */
  logLines(functionName: string): readonly string[];
  /** What became of a function's asynchronous events. */
  asyncCounts(functionName: string): AsyncCounts;
  /** Lets asynchronous events that run end (for a few seconds), then kills every child process; resolves when all are gone. */
  stop(): Promise<void>;
}

/** Source: Lambda quotas, invocation payload, synchronous and asynchronous. */
const maxSyncBytes = 6 * 1024 * 1024;
const maxAsyncBytes = 1024 * 1024;

/** How long `stop` waits for asynchronous events that a function is working on. */
const drainMs = 5000;

/** Processes per function; each costs some 70 MB and, while it loads, a core. */
const defaultMaxEnvironments = 4;

type LocalFunction = {
  readonly name: string;
  readonly permissions: Permission[];
  readonly pool: FunctionPool;
  readonly queue: AsyncQueue;
  readonly log: FunctionLog;
  retryPolicy: RetryPolicy;
};

/** A function whose runtime is not Node.js: it exists for the template's sake and is never run. */
const notRunnable = (name: string, runtime: string): FunctionPool => ({
  run: () =>
    Promise.reject(
      new ServiceError(
        'InvalidRuntimeException',
        `The local cloud does not run ${name}: its runtime is ${runtime}.`,
        502,
      ),
    ),
  stop: () => Promise.resolve(),
});

export const makeLambda = ({
  iam,
  assetPath,
  endpointUrl,
  logDir,
  now,
  log,
  schedule = timerSchedule,
  maxEnvironments = defaultMaxEnvironments,
}: {
  readonly iam: Pick<Iam, 'credentialsOf' | 'mayAssume'>;
  /** Where an asset lies on disk, by its object key. */
  readonly assetPath: (objectKey: string) => string | undefined;
  /** The gateway's base URL; asked for when a function's process starts. */
  readonly endpointUrl: () => string;
  readonly logDir: string;
  readonly now: () => number;
  readonly log: LocalLog;
  readonly schedule?: Schedule;
  readonly maxEnvironments?: number;
}): Lambda => {
  const byArn = new Map<string, LocalFunction>();
  const byName = new Map<string, LocalFunction>();

  /** By name or ARN, as the template's references have it. */
  const functionOf = (nameOrArn: string): LocalFunction => {
    const found = byArn.get(nameOrArn) ?? byName.get(nameOrArn);
    if (found !== undefined) return found;
    throw new ServiceError('ResourceNotFoundException', `Function not found: ${nameOrArn}`, 404);
  };

  const poolOf = (name: string, properties: FunctionProperties, output: FunctionLog): FunctionPool => {
    const { Code, Environment, Layers, MemorySize, Role, Runtime } = properties;
    if (!Runtime.startsWith('nodejs')) return notRunnable(name, Runtime);
    if (Layers !== undefined && Layers.length > 0)
      throw new Error('layers of Node.js functions are not emulated');
    const assetDir = assetPath(Code.S3Key);
    if (assetDir === undefined)
      throw new Error(`the asset ${Code.S3Key} is not in the assembly; run npm run synth`);
    const variables = Environment?.Variables ?? {};
    checkVariables(variables);
    const credentials = iam.credentialsOf(Role);
    const runtime = {
      ...findHandler(assetDir, properties.Handler),
      functionName: name,
      functionArn: arn('lambda', `function:${name}`),
      memoryMb: MemorySize,
      timeoutSeconds: properties.Timeout,
      environment: () =>
        functionEnvironment({
          functionName: name,
          memoryMb: MemorySize,
          variables,
          credentials,
          endpointUrl: endpointUrl(),
        }),
      log: output,
    };
    const most = Math.min(properties.ReservedConcurrentExecutions ?? maxEnvironments, maxEnvironments);
    return makeFunctionPool(() => startExecutionEnvironment(runtime), most);
  };

  const functionProvider = provide(
    'AWS::Lambda::Function',
    functionProperties,
    ({ properties, stackName, logicalId }) => {
      const name = properties.FunctionName ?? physicalName(stackName, logicalId);
      if (byName.has(name)) throw new Error(`Function already exist: ${name}`);
      if (!iam.mayAssume(properties.Role, 'lambda.amazonaws.com')) {
        throw new Error('The role defined for the function cannot be assumed by Lambda.');
      }
      const output = fileFunctionLog(path.join(logDir, `${name}.log`));
      const pool = poolOf(name, properties, output);
      const run = async (event: unknown): Promise<InvocationResult> => {
        const result = await pool.run(event);
        if (result.functionError !== undefined) {
          log.warn('lambda.function_error', { function: name, errorType: errorTypeOf(result.payload) });
        }
        return result;
      };
      const local: LocalFunction = {
        name,
        permissions: [],
        pool: { ...pool, run },
        queue: makeAsyncQueue({
          functionName: name,
          run,
          retryPolicy: () => local.retryPolicy,
          schedule,
          now,
          log,
        }),
        log: output,
        retryPolicy: defaultRetryPolicy,
      };
      const functionArn = arn('lambda', `function:${name}`);
      byName.set(name, local);
      byArn.set(functionArn, local);
      return { ref: name, attributes: { Arn: functionArn } };
    },
  );

  const permissionProvider = provide(
    'AWS::Lambda::Permission',
    permissionProperties,
    ({ properties, logicalId, stackName }) => {
      functionOf(properties.FunctionName).permissions.push(properties);
      const id = physicalName(stackName, logicalId);
      return { ref: id, attributes: { Id: id } };
    },
  );

  const eventInvokeConfigProvider = provide(
    'AWS::Lambda::EventInvokeConfig',
    eventInvokeConfigProperties,
    ({ properties, logicalId, stackName }) => {
      functionOf(properties.FunctionName).retryPolicy = {
        maxRetries: properties.MaximumRetryAttempts,
        maxEventAgeSeconds: properties.MaximumEventAgeInSeconds,
      };
      return { ref: physicalName(stackName, logicalId), attributes: {} };
    },
  );

  /** The function, if the source may invoke it and the event is small enough; else a ServiceError. */
  const admit = (
    functionArn: string,
    event: unknown,
    source: InvocationSource,
    maxBytes: number,
  ): LocalFunction => {
    const local = functionOf(functionArn);
    if (!permits(local.permissions, source)) {
      log.warn('lambda.denied', {
        function: local.name,
        principal: source.principal,
        sourceArn: source.sourceArn,
      });
      const message = `User: ${source.principal} is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn} because no resource-based policy allows the lambda:InvokeFunction action`;
      throw new ServiceError('AccessDeniedException', message, 403);
    }
    const bytes = Buffer.byteLength(JSON.stringify(event) ?? '');
    if (bytes > maxBytes) {
      const message = `Request must be smaller than ${maxBytes} bytes for the InvokeFunction operation`;
      throw new ServiceError('RequestTooLargeException', message, 413);
    }
    return local;
  };

  const invoker: FunctionInvoker = {
    invoke: async (functionArn, event, source) =>
      admit(functionArn, event, source, maxSyncBytes).pool.run(event),
    invokeAsync: async (functionArn, event, source) =>
      admit(functionArn, event, source, maxAsyncBytes).queue.add(event),
  };

  return {
    providers: [functionProvider, permissionProvider, eventInvokeConfigProvider],
    invoker,
    logLines: (functionName) => functionOf(functionName).log.lines(),
    asyncCounts: (functionName) => functionOf(functionName).queue.counts(),
    async stop() {
      const functions = [...byName.values()];
      // AWS keeps accepted events safe; here they live in memory, so those that are running may end.
      await Promise.race([Promise.all(functions.map(({ queue }) => queue.stop())), patience(drainMs)]);
      await Promise.all(functions.map(({ pool }) => pool.stop()));
    },
  };
};

const patience = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });

/** The class of an error; its message may hold data and stays in the function's own log. */
const errorTypeOf = (payload: unknown): string =>
  typeof payload === 'object' && payload !== null && 'errorType' in payload
    ? String(payload.errorType)
    : 'unknown';
