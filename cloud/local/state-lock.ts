import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const ownerSchema = z.object({ pid: z.number().int().positive(), startedAt: z.string() });
type Owner = z.infer<typeof ownerSchema>;

/**
 * Takes the state folder for this process; the returned function gives it back.
 * A lock whose process is gone (a crash, a kill) is taken over. Throws an Error that says who holds the folder.
 */
export const lockState = (stateDir: string): (() => void) => {
  const file = path.join(stateDir, 'local-cloud.lock');
  const mine: Owner = { pid: process.pid, startedAt: startOf(process.pid) ?? '' };
  for (let attempt = 1; ; attempt += 1) {
    try {
      writeFileSync(file, JSON.stringify(mine), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = readOwner(file);
    if (attempt > 1 || (owner !== undefined && startOf(owner.pid) === owner.startedAt)) {
      throw new Error(
        `A local cloud (process ${owner?.pid ?? 'unknown'}) already uses ${stateDir}: stop it, or name another folder with --state`,
      );
    }
    rmSync(file, { force: true });
  }
};

const readOwner = (file: string): Owner | undefined => {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Half written by a process that died, or not ours.
    return undefined;
  }
};

/**
 * Tells a process from a later one with the same id: its start time on Linux, elsewhere only that it exists.
 * Undefined when there is no such process.
 */
const startOf = (pid: number): string | undefined => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  try {
    // Field 22 of proc(5) `stat`; the name in field 2 may hold spaces, hence the last parenthesis.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
};
