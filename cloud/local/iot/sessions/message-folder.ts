import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { readTextFile, writeTextFile } from '../../durable-file.ts';

/** A folder of small files that survives a crash; names are made from any text. */
export interface MessageFolder {
  /** On disk when it returns. */
  write(name: string, text: string): void;
  /** Not synced: what comes back after a crash is delivered once more, which QoS 1 allows. */
  remove(name: string): void;
  /** Every text, in the order of the names. */
  read(): readonly { readonly name: string; readonly text: string }[];
}

/** A file name for any text: client ids and topics may hold slashes. */
export const safeName = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 40);

export const openMessageFolder = (folder: string): MessageFolder => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    write: (name, text) => writeTextFile(path.join(folder, `${name}.json`), text),
    remove: (name) => rmSync(path.join(folder, `${name}.json`), { force: true }),
    read: () =>
      readdirSync(folder)
        .filter((file) => file.endsWith('.json'))
        .sort()
        .map((file) => ({
          name: file.slice(0, -'.json'.length),
          text: readTextFile(path.join(folder, file)) ?? '',
        })),
  };
};
