import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../assembly.ts';

export type DoorProcess = {
  readonly pid: number;
  /** Resolves with the exit code when the agent ends. */
  readonly ended: Promise<number>;
  /** Asks the agent to drain and stop; resolves when it is gone. */
  stop(): Promise<void>;
};

/**
 * Starts the device agent as its own process, as on a Pi. It ends by itself when this process dies (IPC channel).
 * Its log (JSON lines) is appended to `logFile`; `onShown` gets every line that the door shows to people.
 */
export function startDoor(configFile: string, logFile: string, onShown: (line: string) => void): DoorProcess {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', path.join(root, 'device/main.ts'), 'run', '--config', configFile],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  );
  if (child.pid === undefined) throw new Error('the door agent could not be started');
  const log = createWriteStream(logFile, { flags: 'a' });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      if (line.startsWith('{')) log.write(`${line}\n`);
      else onShown(line);
    });
  }
  const ended = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : 1));
  return { pid: child.pid, ended, stop: () => stopChild(child, ended) };
}

async function stopChild(child: ChildProcess, ended: Promise<number>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(force);
  }
}
