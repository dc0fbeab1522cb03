import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';

/** What a function wrote to its standard output and error, as CloudWatch Logs would keep it. Never parsed. */
export interface FunctionLog {
  append(chunk: Buffer): void;
  /** The newest lines, oldest first. */
  lines(): readonly string[];
}

const maxLines = 500;
const maxFileBytes = 5 * 1024 * 1024;

/** Keeps the newest lines in memory and everything in `file`, which starts over (keeping one predecessor) when it is full. */
export const fileFunctionLog = (file: string): FunctionLog => {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  let bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  let unfinished = '';
  const ring: string[] = [];
  return {
    append(chunk) {
      if (bytes > maxFileBytes) {
        renameSync(file, `${file}.1`);
        bytes = 0;
      }
      appendFileSync(file, chunk, { mode: 0o600 });
      bytes += chunk.length;
      const lines = (unfinished + chunk.toString()).split('\n');
      unfinished = lines.pop() ?? '';
      ring.push(...lines);
      ring.splice(0, ring.length - maxLines);
    },
    lines: () => [...ring],
  };
};
