import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder of made-up camera programs, to be put on PATH. Each writes its arguments and process id beside it. For tests. */
export const makeProgramFolder = async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'rollcall-programs-'));
  const read = (name: string): Promise<string> => readFile(path.join(folder, name), 'utf8');
  return {
    folder,
    write: async (name: string, script: string): Promise<void> => {
      const head = `#!/bin/sh\necho $$ >> ${folder}/${name}.pids\nprintf "%s " "$@" > ${folder}/${name}.args\n`;
      await writeFile(path.join(folder, name), head + script, { mode: 0o755 });
    },
    argumentsOf: async (name: string): Promise<string> => (await read(`${name}.args`)).trim(),
    /** Process ids of all starts, first to last. */
    processesOf: async (name: string): Promise<number[]> =>
      (await read(`${name}.pids`)).trim().split('\n').map(Number),
    remove: () => rm(folder, { recursive: true }),
  };
};

/** Whether a process runs, halted or not. For tests. */
export const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
