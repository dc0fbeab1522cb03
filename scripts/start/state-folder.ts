import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { lockState } from '../../cloud/local/state-lock.ts';

/** Everything that a start leaves in its state folder. */
const ours: ReadonlySet<string> = new Set([
  'aws',
  'demo-finished',
  'door',
  'endpoints.json',
  'endpoints.json.tmp',
  'local-cloud.lock',
  'logs',
]);

/**
 * Makes the state folder usable, emptied first if `fresh`.
 * Throws a plain Error with the remedy when it cannot be written, when a running start uses it, or when emptying it would
 * delete something that is not Rollcall's.
 */
export function prepareStateFolder(stateDir: string, fresh: boolean): void {
  if (fresh && existsSync(stateDir)) empty(stateDir);
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    accessSync(stateDir, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const remedy = 'fix its permissions or name another with --state';
    throw new Error(`the state folder ${stateDir} is not writable: ${remedy}`, { cause });
  }
}

function empty(stateDir: string): void {
  const foreign = readdirSync(stateDir).filter((name) => !ours.has(name));
  if (foreign.length > 0) {
    throw new Error(
      `--fresh would delete what is not Rollcall's in ${stateDir} (${foreign.slice(0, 3).join(', ')}): empty it yourself or name another folder with --state`,
    );
  }
  lockState(stateDir)();
  rmSync(stateDir, { recursive: true });
}
