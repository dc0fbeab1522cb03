import path from 'node:path';
import { startLocalCloud } from '../../cloud/local/local-cloud.ts';
import { assemblyDir, ensureAssembly } from '../assembly.ts';
import { seedDemo } from './demo.ts';
import { demoKioskEntries } from './demo-people.ts';
import { demoUsers } from './demo-users.ts';
import { startDoor } from './door-process.ts';
import { removeEndpoints, writeEndpoints } from './endpoints.ts';
import { makeLocalLog } from './local-log.ts';
import type { StartOptions } from './options.ts';
import { makeProgress } from './progress.ts';
import { prepareStateFolder } from './state-folder.ts';

/**
 * Runs the whole system until `signal` aborts, then stops everything that it started.
 * Prints progress, the sign-ins and at last one line `ready <dashboard URL>`. Throws plain Errors with the remedy.
 */
export async function startRollcall(
  options: StartOptions,
  write: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    await run(options, write, signal);
  } catch (error) {
    // Whoever stops us in the middle of a step has no use for that step's complaint.
    if (!signal.aborted) throw error;
  }
}

async function run(options: StartOptions, write: (text: string) => void, signal: AbortSignal): Promise<void> {
  const tell = makeProgress(write);
  const report = (step: string): void => {
    signal.throwIfAborted();
    tell(step);
  };
  const { stateDir } = options;
  prepareStateFolder(stateDir, options.fresh);
  if (options.assemblyDir === undefined) await ensureAssembly(report, { signal });
  report('starting the local cloud');
  const cloud = await startLocalCloud({
    assemblyDir: options.assemblyDir ?? assemblyDir,
    stateDir,
    dashboardPort: options.port,
    log: makeLocalLog(stateDir),
  });
  try {
    const doorConfigFile = await seedDemo(cloud, stateDir, report);
    writeEndpoints(stateDir, {
      dashboard: cloud.dashboardUrl,
      api: cloud.apiUrl,
      aws: cloud.awsUrl,
      region: cloud.region,
      iot: cloud.iot,
      users: demoUsers.map((user) => ({ ...user, groups: [...user.groups] })),
    });
    const door = options.door ? startDemoDoor(doorConfigFile, stateDir, tell) : undefined;
    try {
      if (door !== undefined) await Promise.race([door.ready, aborted(signal)]);
      if (signal.aborted) return;
      write(signInTable());
      write(`What AWS's console would show: ${cloud.dashboardUrl}/_local\n`);
      write(`ready ${cloud.dashboardUrl}\n`);
      await Promise.race([aborted(signal), ...(door === undefined ? [] : [door.ended.then(doorFailed)])]);
    } finally {
      tell('stopping');
      await door?.stop();
    }
  } finally {
    removeEndpoints(stateDir);
    await cloud.stop();
  }
}

function startDemoDoor(configFile: string, stateDir: string, tell: (step: string) => void) {
  tell('starting the simulated door');
  return startDoor(configFile, path.join(stateDir, 'logs', 'door.log'), (line) => tell(`door: ${line}`));
}

/** A door that ends by itself has failed, whatever its exit code: the film has no end. */
function doorFailed(how: number | string): never {
  throw new Error(`the simulated door ended with ${how}: look at logs/door.log in the state folder`);
}

const signInTable = (): string =>
  `\nSign in with one of these (local demo only):\n${demoUsers
    .map((user) => `  ${user.username.padEnd(12)}${user.password}\n`)
    .join('')}At the kiosk: ${demoKioskEntries()
    .map(({ number, pin }) => `number ${number}, PIN ${pin}`)
    .join(' or ')}\n\n`;

const aborted = (signal: AbortSignal): Promise<void> =>
  signal.aborted
    ? Promise.resolve()
    : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
