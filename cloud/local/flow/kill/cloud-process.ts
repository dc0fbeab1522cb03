import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { root } from '../../../../scripts/assembly.ts';
import type { DemoCloud } from '../../../../scripts/start/demo.ts';

/** The local cloud as a process of its own, which leads a process group as a shell's foreground job does. */
export type CloudProcess = {
  /** Starts what has been loaded. Resolves when it is up; rejects with what it wrote when it ended before that, or did not come up. */
  start(): Promise<DemoCloud>;
  readonly group: number;
  /**
   * `SIGKILL` reaches the process alone, as the kernel's killer does; `SIGINT` the whole group, as Ctrl-C does. Resolves with the
   * exit code; rejects when it does not end, and ends it then by force.
   */
  end(signal: 'SIGKILL' | 'SIGINT'): Promise<number | null>;
};

const fixture = fileURLToPath(new URL('./local-cloud.fixture.ts', import.meta.url));

/** More than a machine that is busy with something else needs; without a limit a hang would say nothing of where it is. */
const patienceMs = 60_000;

/** Makes the process, which begins to load its code at once: most of a start, and done while the one before it works. */
export const loadCloudProcess = (assemblyDir: string, stateDir: string): CloudProcess => {
  const child = spawn(process.execPath, ['--import', 'tsx', fixture, assemblyDir, stateDir], {
    cwd: root,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('the local cloud could not be started');
  let complaints = '';
  child.stderr.on('data', (text: Buffer) => {
    complaints += text.toString();
  });
  // Whoever is gone does not hear the word.
  child.stdin.on('error', () => undefined);
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const up = new Promise<DemoCloud>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as DemoCloud));
    void exited.then(([code]) => reject(new Error(`it ended with ${code} before it was up:\n${complaints}`)));
  });
  // Whoever ends it before it is up does not wait for that.
  up.catch(() => undefined);
  return {
    start() {
      child.stdin.write('start\n');
      return within(up, () => `the local cloud did not come up. It wrote:\n${complaints}`);
    },
    group: pid,
    async end(signal) {
      // Gone already is ended, too.
      if (child.exitCode === null && child.signalCode === null)
        process.kill(signal === 'SIGINT' ? -pid : pid, signal);
      try {
        const [code] = await within(exited, () => `${signal} did not end the local cloud:\n${complaints}`);
        return code;
      } catch (error) {
        process.kill(-pid, 'SIGKILL');
        throw error;
      }
    },
  };
};

/** What `work` comes to; rejects with these words when it takes too long. */
export const within = async <T>(work: Promise<T>, complaint: () => string): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${patienceMs / 1000} s: ${complaint()}`)), patienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Processes of a group that still run, by their id. What has ended and only waits for its parent to notice does not count. */
export const processesOf = (group: number): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const [state, , pgrp] = statOf(pid);
      return pgrp === String(group) && state !== 'Z';
    });

/** The fields of /proc/<pid>/stat that follow the name: state, parent, group (proc(5)). */
const statOf = (pid: number): readonly string[] => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return []; // it ended between the listing and the reading
  }
};
