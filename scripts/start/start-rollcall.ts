import { accessSync, constants, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { startLocalCloud } from '../../cloud/local/local-cloud.ts';
import { assemblyDir, ensureAssembly } from '../assembly.ts';
import { seedDemo } from './demo.ts';
import { demoUsers } from './demo-users.ts';
import { startDoor } from './door-process.ts';
import { writeEndpoints } from './endpoints.ts';
import { makeLocalLog } from './local-log.ts';
import type { StartOptions } from './options.ts';
import { makeProgress } from './progress.ts';

/**
 * Runs the whole system until `signal` aborts, then stops everything that it started.
 * Prints progress, the sign-ins and at last one line `ready <dashboard URL>`. Throws plain Errors with the remedy.
 */
export async function startRollcall(
  options: StartOptions,
  write: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const report = makeProgress(write);
  const { stateDir } = options;
  prepareStateDir(stateDir, options.fresh);
  if (options.assemblyDir === undefined) await ensureAssembly(report);
  report('starting the local cloud');
  const cloud = await startLocalCloud({
    assemblyDir: options.assemblyDir ?? assemblyDir,
    stateDir,
    dashboardPort: options.port,
    log: makeLocalLog(stateDir),
  });
  try {
    if (signal.aborted) return;
    const doorConfigFile = await seedDemo(cloud, stateDir, report);
    writeEndpoints(stateDir, {
      dashboard: cloud.dashboardUrl,
      api: cloud.apiUrl,
      aws: cloud.awsUrl,
      region: cloud.region,
      iot: cloud.iot,
      users: demoUsers.map((user) => ({ ...user, groups: [...user.groups] })),
    });
    if (signal.aborted) return;
    const door = options.door ? startDemoDoor(doorConfigFile, stateDir, report) : undefined;
    try {
      if (door !== undefined) await Promise.race([door.ready, aborted(signal)]);
      if (signal.aborted) return;
      write(signInTable());
      write(`ready ${cloud.dashboardUrl}\n`);
      await Promise.race([aborted(signal), ...(door === undefined ? [] : [door.ended.then(doorFailed)])]);
      report('stopping');
    } finally {
      await door?.stop();
    }
  } finally {
    await cloud.stop();
  }
}

function startDemoDoor(configFile: string, stateDir: string, report: (step: string) => void) {
  report('starting the simulated door');
  return startDoor(configFile, path.join(stateDir, 'logs', 'door.log'), (line) => report(`door: ${line}`));
}

/** A door that ends by itself has failed, whatever its exit code: the film has no end. */
function doorFailed(code: number): never {
  throw new Error(`the simulated door ended with code ${code}: look at logs/door.log in the state folder`);
}

function prepareStateDir(stateDir: string, fresh: boolean): void {
  try {
    if (fresh) rmSync(stateDir, { recursive: true, force: true });
    mkdirSync(stateDir, { recursive: true });
    accessSync(stateDir, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new Error(
      `the state folder ${stateDir} is not writable: fix its permissions or name another with --state`,
      {
        cause,
      },
    );
  }
}

const signInTable = (): string =>
  `\nSign in with one of these (local demo only):\n${demoUsers
    .map((user) => `  ${user.username.padEnd(12)}${user.password}\n`)
    .join('')}\n`;

const aborted = (signal: AbortSignal): Promise<void> =>
  signal.aborted
    ? Promise.resolve()
    : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
