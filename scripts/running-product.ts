import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, makeApiClient } from './api-client.ts';
import { root } from './assembly.ts';
import { signInAtDashboard } from './dashboard-sign-in.ts';
import { type Endpoints, readEndpoints } from './start/endpoints.ts';

export type RunningProduct = {
  /** The API as one of the demo users, signed in through the hosted page. */
  as(username: string): Promise<ApiClient>;
  readonly pid: number;
  readonly stateDir: string;
  readonly endpoints: Endpoints;
  /** Seconds from the start of the process to its line `ready …`. */
  readonly readySeconds: number;
  readonly startedAtMs: number;
  /** Sends SIGINT, waits for the end and removes the state folder. Resolves with the exit code. */
  stop(): Promise<number | null>;
};

/** Runs `npm start`'s program in an empty state folder on a free port and waits until it is ready. */
export async function runProduct(extraArgs: readonly string[] = []): Promise<RunningProduct> {
  const stateDir = mkdtempSync(path.join(os.tmpdir(), 'rollcall-'));
  const startedAtMs = Date.now();
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      path.join(root, 'scripts/start.ts'),
      '--port',
      '0',
      '--state',
      stateDir,
      ...extraArgs,
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  if (child.pid === undefined) throw new Error('the product could not be started');
  await readyLine(child);
  const endpoints = readEndpoints(stateDir);
  return {
    as: async (username) => {
      const user = endpoints.users.find((candidate) => candidate.username === username);
      if (user === undefined) throw new Error(`the product has no demo user ${username}`);
      return makeApiClient(endpoints.api, await signInAtDashboard(endpoints.dashboard, user));
    },
    pid: child.pid,
    stateDir,
    endpoints,
    readySeconds: (Date.now() - startedAtMs) / 1000,
    startedAtMs,
    stop: () => stopProduct(child, stateDir),
  };
}

async function readyLine(child: ChildProcess): Promise<void> {
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (/^ready /m.test(output)) resolve();
    });
    child.once('exit', (code) =>
      reject(new Error(`the product ended with code ${code} before it was ready:\n${output}`)),
    );
  });
}

async function stopProduct(child: ChildProcess, stateDir: string): Promise<number | null> {
  const ended = child.exitCode === null ? once(child, 'exit') : Promise.resolve([child.exitCode]);
  child.kill('SIGINT');
  const [code] = (await ended) as [number | null];
  rmSync(stateDir, { recursive: true, force: true });
  return code;
}

/** Asks again every `everyMs` until `ask` gives something; throws after `limitMs`. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  everyMs: number,
  limitMs: number,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${limitMs / 1000} s`);
    await sleep(everyMs);
  }
}
