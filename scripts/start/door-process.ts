import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
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
 * `onLine` gets every line that the door shows to people.
 */
export function startDoor(configFile: string, logFile: number, onLine: (line: string) => void): DoorProcess {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', path.join(root, 'device/main.ts'), 'run', '--config', configFile],
    { cwd: root, stdio: ['ignore', 'pipe', logFile, 'ipc'] },
  );
  if (child.pid === undefined) throw new Error('the door agent could not be started');
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
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
