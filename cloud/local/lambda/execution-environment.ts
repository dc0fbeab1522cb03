import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ServiceError } from '../gateway/service.ts';
import type { FunctionLog } from './function-log.ts';
import type { InvocationResult } from './invoker.ts';

/** Everything needed to run a function's bundle. */
export type FunctionRuntime = {
  readonly functionName: string;
  readonly functionArn: string;
  /** Absolute path of the module that exports the handler. */
  readonly handlerFile: string;
  readonly handlerExport: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** The child's whole environment, read when it starts. */
  environment(): Record<string, string>;
  readonly log: FunctionLog;
};

/** What one invocation came to. */
export type Execution = {
  readonly result: InvocationResult;
  /** What the function wrote meanwhile. */
  readonly lines: readonly string[];
  /** The most memory that its process ever held; undefined when the process ended before it could say. */
  readonly maxMemoryMb: number | undefined;
};

/** One warm process of a function; it works on one event at a time, as Lambda's execution environments do. */
export interface ExecutionEnvironment {
  /** Rejects with a ServiceError when the local cloud stops meanwhile; that is nothing the function did. */
  invoke(event: unknown, requestId: string): Promise<Execution>;
  /** Whether the process still runs. */
  alive(): boolean;
  /** Kills the process and resolves when it is gone. */
  stop(): Promise<void>;
}

type FunctionError = {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
};

type ChildMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'init_error'; readonly error: FunctionError }
  | { readonly kind: 'result'; readonly payload: string; readonly maxMemoryKb: number }
  | { readonly kind: 'error'; readonly error: FunctionError; readonly maxMemoryKb: number };

/** How a phase ended: with a result, by the process's end, or by the stop of the local cloud. */
type Ending =
  | { readonly kind: 'result'; readonly result: InvocationResult; readonly maxMemoryMb?: number }
  | { readonly kind: 'ended'; readonly how: string }
  | { readonly kind: 'stopped' };

/** Lambda gives a bundle 10 s to load; a laptop that starts everything at once gets more. */
const initTimeoutMs = 60_000;

const bootstrap = fileURLToPath(new URL('./bootstrap.mjs', import.meta.url));

/** The answer to events that a stop cut short; asynchronous ones are done again at the next start. */
export const stoppingError = (): ServiceError =>
  new ServiceError('ServiceException', 'The local cloud is stopping.', 500);

/** Starts a process for the function. A bundle that does not load shows at the first `invoke`, as a function error. */
export const startExecutionEnvironment = (runtime: FunctionRuntime): ExecutionEnvironment => {
  const child: ChildProcess = fork(bootstrap, [runtime.handlerFile, runtime.handlerExport], {
    cwd: path.dirname(runtime.handlerFile),
    env: runtime.environment(),
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let written: Buffer[] = [];
  const output = (chunk: Buffer): void => {
    runtime.log.append(chunk);
    written.push(chunk);
  };
  child.stdout?.on('data', output);
  child.stderr?.on('data', output);

  let running = true;
  let stopping = false;
  const kill = (): void => {
    running = false;
    child.kill('SIGKILL');
  };

  /** Ends the phase that is under way. */
  let end: (ending: Ending) => void = () => {};
  const phase = (): Promise<Ending> =>
    new Promise((resolve) => {
      end = resolve;
    });
  const loading = phase();
  const exited = new Promise<void>((resolve) => {
    // `close` follows `exit` once the output has been read to its end, so the log is complete.
    child.once('close', () => resolve());
  });

  const ended = (how: string): void => {
    kill();
    end(stopping ? { kind: 'stopped' } : { kind: 'ended', how });
  };
  child.once('exit', (code, signal) => ended(signal === null ? `exit status ${code}` : `signal: ${signal}`));
  child.once('error', (error) => ended(error.message));
  child.on('message', (message: ChildMessage) => {
    switch (message.kind) {
      case 'ready':
        return end({ kind: 'result', result: { payload: null } });
      case 'init_error':
        return end({ kind: 'result', result: failed(message.error) });
      case 'result':
      case 'error': {
        const result =
          message.kind === 'result' ? { payload: JSON.parse(message.payload) } : failed(message.error);
        return end({ kind: 'result', result, maxMemoryMb: message.maxMemoryKb / 1024 });
      }
    }
  });

  /** Resolves as `work` does; when that takes too long, kills the process and resolves with Lambda's time-out. */
  const within = (limitMs: number, requestId: string, work: Promise<Ending>): Promise<Ending> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        const message = `Task timed out after ${(limitMs / 1000).toFixed(2)} seconds`;
        resolve({ kind: 'result', result: failed(ofLambda('Sandbox.Timedout', requestId, message)) });
        kill();
      }, limitMs);
      void work.then((ending) => {
        clearTimeout(timer);
        resolve(ending);
      });
    });

  const send = (event: unknown, requestId: string): Promise<Ending> => {
    const answered = phase();
    const context = {
      functionName: runtime.functionName,
      invokedFunctionArn: runtime.functionArn,
      memoryLimitInMB: String(runtime.memoryMb),
      logGroupName: `/aws/lambda/${runtime.functionName}`,
      logStreamName: String(child.pid),
    };
    const deadlineMs = Date.now() + runtime.timeoutSeconds * 1000;
    child.send({ requestId, event, context, deadlineMs }, (error) => {
      if (error !== null) ended(error.message);
    });
    return answered;
  };

  /** As Lambda words it, and as strict: a process that ever held more memory than the function has would have been killed. */
  const resultOf = (ending: Ending, requestId: string): InvocationResult => {
    if (ending.kind === 'stopped') throw stoppingError();
    const how =
      ending.kind === 'ended'
        ? ending.how
        : (ending.maxMemoryMb ?? 0) > runtime.memoryMb
          ? 'signal: killed'
          : undefined;
    if (how === undefined && ending.kind === 'result') return ending.result;
    kill();
    return failed(ofLambda('Runtime.ExitError', requestId, `Runtime exited with error: ${how}`));
  };

  let loaded: Promise<Ending> | undefined;
  return {
    async invoke(event, requestId) {
      loaded ??= within(initTimeoutMs, requestId, loading);
      const init = await loaded;
      const ready = init.kind === 'result' && init.result.functionError === undefined;
      const ending = ready
        ? await within(runtime.timeoutSeconds * 1000, requestId, send(event, requestId))
        : init;
      if (!ready) kill();
      const result = resultOf(ending, requestId);
      // What the function wrote came through other pipes, and is read in the same turn of the event loop at the latest.
      await new Promise(setImmediate);
      const text = Buffer.concat(written).toString();
      written = [];
      return {
        result,
        lines: text.split('\n').filter((line) => line !== ''),
        maxMemoryMb: ending.kind === 'result' ? ending.maxMemoryMb : undefined,
      };
    },
    alive: () => running,
    async stop() {
      stopping = true;
      kill();
      await exited;
    },
  };
};

const failed = (error: FunctionError): InvocationResult => ({ payload: error, functionError: 'Unhandled' });

const ofLambda = (errorType: string, requestId: string, message: string): FunctionError => ({
  errorType,
  errorMessage: `RequestId: ${requestId} Error: ${message}`,
});
