import { appendFileSync, closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { readTextFile, writeTextFile } from '../../cloud/local/durable-file.ts';

/** What Frappe has been told of one check-in. */
const Line = z.object({
  id: z.string(),
  /** Attendance date. */
  date: z.string(),
  at: z.string(),
  logType: z.enum(['IN', 'OUT']).nullable(),
});
export type PostedLine = z.infer<typeof Line>;

/** What has been posted, by id. */
export interface PostedLog {
  readonly all: ReadonlyMap<string, PostedLine>;
  /** On disk when it returns. */
  add(line: PostedLine): void;
}

/**
 * A file with one line for each check-in that Frappe has. A crash leaves whole lines and at most one that is cut off, which is not
 * read: its check-in is posted again, and Frappe says that it has it. Throws when the file is something else.
 */
export const openPostedFile = (file: string): PostedLog => {
  const all = new Map<string, PostedLine>();
  const text = readTextFile(file) ?? '';
  const lines = text.split('\n');
  const cutOff = lines.pop() ?? '';
  for (const line of lines) {
    const parsed = parseLine(line);
    if (parsed === undefined)
      throw new Error(`${file} is not a file of posted check-ins; name another with --state`);
    all.set(parsed.id, parsed);
  }
  if (cutOff !== '') writeTextFile(file, text.slice(0, -cutOff.length));
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  return {
    all,
    add(line) {
      const handle = openSync(file, 'a', 0o600);
      try {
        appendFileSync(handle, `${JSON.stringify(line)}\n`);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      all.set(line.id, line);
    },
  };
};

const parseLine = (line: string): PostedLine | undefined => {
  try {
    return Line.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
};
