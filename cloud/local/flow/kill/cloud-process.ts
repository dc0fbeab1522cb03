import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { root } from '../../../../scripts/assembly.ts';
import type { DemoCloud } from '../../../../scripts/start/demo.ts';

/** The local cloud as a process of its own, which leads a process group as a shell's foreground job does. */
export type CloudProcess = {
  /** Resolves when it is up; rejects with what it wrote when it ended before that. */
  readonly ready: Promise<DemoCloud>;
  readonly group: number;
  /** `SIGKILL` reaches the process alone, as the kernel's killer does; `SIGINT` the whole group, as Ctrl-C does. Resolves with the exit code. */
  end(signal: 'SIGKILL' | 'SIGINT'): Promise<number | null>;
};

const fixture = fileURLToPath(new URL('./local-cloud.fixture.ts', import.meta.url));

export const startCloudProcess = (assemblyDir: string, stateDir: string): CloudProcess => {
  const child = spawn(process.execPath, ['--import', 'tsx', fixture, assemblyDir, stateDir], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('the local cloud could not be started');
  let complaints = '';
  child.stderr.on('data', (text: Buffer) => {
    complaints += text.toString();
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const ready = new Promise<DemoCloud>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as DemoCloud));
    void exited.then(([code]) => reject(new Error(`it ended with ${code} before it was up:\n${complaints}`)));
  });
  // Whoever ends it before it is up does not wait for that.
  ready.catch(() => undefined);
  return {
    ready,
    group: pid,
    async end(signal) {
      // Gone already is ended, too.
      if (child.exitCode === null && child.signalCode === null)
        process.kill(signal === 'SIGINT' ? -pid : pid, signal);
      const [code] = await exited;
      return code;
    },
  };
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
