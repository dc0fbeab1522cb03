import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { arn, type LocalLog } from '../account.ts';
import { ServiceError } from '../gateway/service.ts';
import type { ActAs } from '../iam/caller.ts';
import type { Credentials } from '../iam/iam.ts';
import { checkVariables, functionEnvironment } from './environment.ts';
import { type Execution, startExecutionEnvironment } from './execution-environment.ts';
import { type FunctionLog, fileFunctionLog } from './function-log.ts';
import { type FunctionPool, makeFunctionPool } from './function-pool.ts';
import { type FunctionProperties, findHandler } from './function-resource.ts';
import { type InvocationSummary, makeInvocationHistory } from './invocation-history.ts';
import type { InvocationResult } from './invoker.ts';

/** A function of the template that can be run; permissions and queues are around it. */
export interface LocalFunction {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly timeoutSeconds: number;
  /** How many events it works on at once; others wait. */
  readonly maxEnvironments: number;
  /** Infinity without a reservation: then events wait where Lambda would start more environments. */
  readonly reservedConcurrency: number;
  /** Rejects with TooManyRequestsException when its reserved concurrency is in use. */
  run(event: unknown, requestId?: string): Promise<InvocationResult & { readonly lines: readonly string[] }>;
  logLines(): readonly string[];
  invocations(): readonly InvocationSummary[];
  stop(): Promise<void>;
}

/** Throws an Error that says what Lambda would not accept. */
export const makeLocalFunction = ({
  name,
  properties,
  assetPath,
  actAs,
  credentials,
  endpointUrl,
  logDir,
  maxEnvironments,
  now,
  log,
}: {
  readonly name: string;
  readonly properties: FunctionProperties;
  /** Where an asset lies on disk, by its object key. */
  readonly assetPath: (objectKey: string) => string | undefined;
  readonly actAs: ActAs;
  readonly credentials: Credentials;
  /** The gateway's base URL; asked for when a process starts. */
  readonly endpointUrl: () => string;
  readonly logDir: string;
  readonly maxEnvironments: number;
  readonly now: () => number;
  readonly log: LocalLog;
}): LocalFunction => {
  const functionArn = arn('lambda', `function:${name}`);
  const output = fileFunctionLog(path.join(logDir, `${name}.log`));
  const history = makeInvocationHistory();
  const reserved = properties.ReservedConcurrentExecutions ?? Number.POSITIVE_INFINITY;
  let inFlight = 0;
  let logged = true;

  /** A function without these grants runs all the same, and its lines (and metrics) are nowhere, as on AWS. */
  const mayLog = (): boolean => {
    const group = properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`;
    try {
      for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents'])
        actAs(properties.Role, name).authorize(action, arn('logs', `log-group:${group}:log-stream:local`));
      return true;
    } catch (error) {
      if (error instanceof ServiceError) return false;
      throw error;
    }
  };

  const poolOf = (): FunctionPool => {
    const { Code, Environment, Layers, MemorySize, Runtime } = properties;
    if (!Runtime.startsWith('nodejs')) return notRunnable(name, Runtime);
    if (Layers !== undefined && Layers.length > 0)
      throw new Error('layers of Node.js functions are not emulated');
    const assetDir = assetPath(Code.S3Key);
    if (assetDir === undefined)
      throw new Error(`the asset ${Code.S3Key} is not in the assembly; run npm run synth`);
    const variables = Environment?.Variables ?? {};
    checkVariables(variables);
    const runtime = {
      ...findHandler(assetDir, properties.Handler),
      functionName: name,
      functionArn,
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
    };
    return makeFunctionPool(() => {
      logged = mayLog();
      return startExecutionEnvironment({ ...runtime, log: logged ? output : noLog });
    }, maxEnvironments);
  };
  const pool = poolOf();

  const finish = (
    requestId: string,
    startedAtMs: number,
    { result, lines, maxMemoryMb }: Execution,
  ): void => {
    const errorType = result.functionError === undefined ? undefined : errorTypeOf(result.payload);
    if (errorType !== undefined) log.warn('lambda.function_error', { function: name, errorType });
    history.add({
      requestId,
      startedAtMs,
      durationMs: now() - startedAtMs,
      outcome: errorType === undefined ? 'succeeded' : 'failed',
      ...(errorType === undefined ? {} : { errorType }),
      ...(maxMemoryMb === undefined ? {} : { maxMemoryMb }),
      lines: logged ? lines : [],
    });
  };

  const notRun = (requestId: string, outcome: 'throttled' | 'not run'): void =>
    history.add({ requestId, startedAtMs: now(), durationMs: 0, outcome, lines: [] });

  return {
    name,
    arn: functionArn,
    roleArn: properties.Role,
    timeoutSeconds: properties.Timeout,
    maxEnvironments,
    reservedConcurrency: reserved,
    async run(event, requestId = randomUUID()) {
      if (inFlight >= reserved) {
        notRun(requestId, 'throttled');
        throw tooManyRequests();
      }
      const startedAtMs = now();
      inFlight += 1;
      try {
        const execution = await pool.run(event, requestId);
        finish(requestId, startedAtMs, execution);
        return { ...execution.result, lines: execution.lines };
      } catch (error) {
        notRun(requestId, 'not run');
        throw error;
      } finally {
        inFlight -= 1;
      }
    },
    logLines: output.lines,
    invocations: history.list,
    stop: pool.stop,
  };
};

const noLog: FunctionLog = { append: () => {}, lines: () => [] };

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

/** Source: Lambda API, Invoke, TooManyRequestsException. */
const tooManyRequests = (): ServiceError =>
  new ServiceError('TooManyRequestsException', 'Rate Exceeded.', 429, {
    Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    Type: 'User',
  });

/** The class of an error; its message may hold data and stays in the function's own log. */
const errorTypeOf = (payload: unknown): string =>
  typeof payload === 'object' && payload !== null && 'errorType' in payload
    ? String(payload.errorType)
    : 'unknown';
