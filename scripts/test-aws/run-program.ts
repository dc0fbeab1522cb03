import { spawn } from 'node:child_process';

/**
 * Runs a program to its end and resolves with its exit code (1 when a signal ended it). It shares the terminal but not its
 * Ctrl-C: the signal alone decides whether it is interrupted, so that a removal is not.
 */
export const runProgram = (
  [program, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    });
    const interrupt = (): void => void (child.pid !== undefined && process.kill(-child.pid, 'SIGINT'));
    if (signal?.aborted === true) interrupt();
    signal?.addEventListener('abort', interrupt, { once: true });
    child.once('error', reject);
    child.once('close', (code) => {
      signal?.removeEventListener('abort', interrupt);
      resolve(code ?? 1);
    });
  });
