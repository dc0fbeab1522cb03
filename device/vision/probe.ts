import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Candidate } from './runtime.ts';
import { isInstalled } from './tensorflow.ts';
import { typescriptLoader } from './worker-thread.ts';

/** A Pi 3 with a slow card needs some 20 seconds to load everything for the first time. */
const defaultLimitMs = 60_000;

const packages = {
  onnx: 'onnxruntime-node',
  'tfjs-node': '@tensorflow/tfjs-node',
  wasm: '@tensorflow/tfjs-backend-wasm',
} as const;

/** What the probe's child says when it comes to an end; `problem` is null when all is well. */
export type ProbeReport = { readonly problem: string | null };

/**
 * Tries a runtime in a child process: a native library that is built for another processor ends the process that loads it, and
 * may as well hang or compute nonsense. There it must find the same faces in a built-in picture as WebAssembly does.
 * Resolves with what is wrong, or with undefined. `engine` is the module that is tried, for tests.
 */
export const probeRuntime = async (
  { detector, runtime }: Candidate,
  {
    engine = new URL('./engine.ts', import.meta.url),
    limitMs = defaultLimitMs,
  }: { readonly engine?: URL; readonly limitMs?: number } = {},
): Promise<string | undefined> => {
  if (!isInstalled(packages[runtime])) return 'it is not installed';
  const child = fork(
    fileURLToPath(new URL('./probe-child.ts', import.meta.url)),
    [engine.href, detector, runtime],
    { execArgv: ['--import', typescriptLoader], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] },
  );
  return verdictOf(child, limitMs);
};

const verdictOf = (child: ChildProcess, limitMs: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    let report: ProbeReport | undefined;
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, limitMs);
    child.on('message', (message: ProbeReport) => {
      report = message;
    });
    child.on('error', (error) => resolve(`its probe could not start: ${error.message}`));
    child.on('exit', (code, signal) => {
      clearTimeout(limit);
      if (isLate) resolve(`its probe was not done after ${limitMs / 1000} s`);
      else if (signal) resolve(`its probe was ended by ${signal}`);
      else if (code !== 0 || !report) resolve(`its probe ended with code ${code}`);
      else resolve(report.problem ?? undefined);
    });
  });
