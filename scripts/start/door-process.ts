import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../assembly.ts';

export type DoorProcess = {
  readonly pid: number;
  /** Resolves when the agent's eyes are open; rejects when it ends before that. */
  readonly ready: Promise<void>;
  /** Resolves with the exit code, or the name of the signal, when the agent ends. */
  readonly ended: Promise<number | string>;
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
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // glibc gives every thread an arena of its own; two hold about 30 MB less in fragments (mallopt(3)).
      env: { ...process.env, MALLOC_ARENA_MAX: '2' },
    },
  );
  const { pid, stdout, stderr } = child;
  if (pid === undefined || stdout === null || stderr === null) {
    throw new Error('the door agent could not be started');
  }
  const log = createWriteStream(logFile, { flags: 'a' });
  createInterface({ input: stdout }).on('line', onShown);
  const logLines = createInterface({ input: stderr }).on('line', (line) => log.write(`${line}\n`));
  const ended = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 1));
  });
  const ready = new Promise<void>((resolve, reject) => {
    logLines.on('line', (line) => {
      if (line.includes('"event":"agent.ready"')) resolve();
    });
    void ended.then((code) => reject(new Error(`the door ended with ${code}: its log is ${logFile}`)));
  });
  // Who does not wait for it must not be ended by it.
  ready.catch(() => undefined);
  return { pid, ready, ended, stop: () => stopChild(child, ended) };
}

async function stopChild(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(force);
  }
}
