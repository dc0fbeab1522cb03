import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
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

/** One warm process of a function; it works on one event at a time, as Lambda's execution environments do. */
export interface ExecutionEnvironment {
  invoke(event: unknown): Promise<InvocationResult>;
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
  | { readonly kind: 'result'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'error'; readonly requestId: string; readonly error: FunctionError };

/** Lambda gives a bundle 10 s to load; a laptop that starts everything at once gets more. */
const initTimeoutMs = 60_000;

const bootstrap = fileURLToPath(new URL('./bootstrap.mjs', import.meta.url));

/** Starts a process for the function. A bundle that does not load shows at the first `invoke`, as a function error. */
export const startExecutionEnvironment = (runtime: FunctionRuntime): ExecutionEnvironment => {
  const child: ChildProcess = fork(bootstrap, [runtime.handlerFile, runtime.handlerExport], {
    env: runtime.environment(),
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child.stdout?.on('data', runtime.log.append);
  child.stderr?.on('data', runtime.log.append);

  let running = true;
  const kill = (): void => {
    running = false;
    child.kill('SIGKILL');
  };

  /** Answers the event that is being worked on. */
  let answer: (result: InvocationResult) => void = () => {};
  let settleLoading: (result: InvocationResult) => void = () => {};
  const loading = new Promise<InvocationResult>((resolve) => {
    settleLoading = resolve;
  });
  const exited = new Promise<void>((resolve) => {
    // `close` follows `exit` once the output has been read to its end, so the log is complete.
    child.once('close', () => resolve());
  });

  const ended = (what: string): void => {
    kill();
    const result = failed({
      errorType: 'Runtime.ExitError',
      errorMessage: `Runtime exited with error: ${what}`,
    });
    settleLoading(result);
    answer(result);
  };
  child.once('exit', (code, signal) => ended(signal === null ? `exit status ${code}` : `signal: ${signal}`));
  child.once('error', (error) => ended(error.message));
  child.on('message', (message: ChildMessage) => {
    switch (message.kind) {
      case 'ready':
        return settleLoading({ payload: null });
      case 'init_error':
        return settleLoading(failed(message.error));
      case 'result':
        return answer({ payload: JSON.parse(message.payload) });
      case 'error':
        return answer(failed(message.error));
    }
  });

  /** Resolves as `work` does; when that takes too long, kills the process and resolves with Lambda's time-out. */
  const within = (limitMs: number, work: Promise<InvocationResult>): Promise<InvocationResult> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        const errorMessage = `Task timed out after ${(limitMs / 1000).toFixed(2)} seconds`;
        resolve(failed({ errorType: 'Sandbox.Timedout', errorMessage }));
        kill();
      }, limitMs);
      void work.then((result) => {
        clearTimeout(timer);
        resolve(result);
      });
    });

  const send = (event: unknown): Promise<InvocationResult> =>
    new Promise((resolve) => {
      answer = resolve;
      const context = {
        functionName: runtime.functionName,
        invokedFunctionArn: runtime.functionArn,
        memoryLimitInMB: String(runtime.memoryMb),
        logGroupName: `/aws/lambda/${runtime.functionName}`,
        logStreamName: String(child.pid),
      };
      const deadlineMs = Date.now() + runtime.timeoutSeconds * 1000;
      child.send({ requestId: randomUUID(), event, context, deadlineMs }, (error) => {
        if (error !== null) ended(error.message);
      });
    });

  return {
    async invoke(event) {
      const loaded = await within(initTimeoutMs, loading);
      if (loaded.functionError === undefined) return within(runtime.timeoutSeconds * 1000, send(event));
      kill();
      return loaded;
    },
    alive: () => running,
    async stop() {
      kill();
      await exited;
    },
  };
};

const failed = (error: FunctionError): InvocationResult => ({ payload: error, functionError: 'Unhandled' });
