import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

/** What is kept beside an object's bytes. `headers` are those S3 gives back as they came (content-type, x-amz-meta-…). */
const Sidecar = z.strictObject({
  key: z.string(),
  bodyFile: z.string(),
  size: z.int().nonnegative(),
  etag: z.string(),
  crc32: z.string(),
  modifiedAt: z.iso.datetime(),
  headers: z.record(z.string(), z.string()),
});
export type StoredObject = Readonly<Omit<z.infer<typeof Sidecar>, 'bodyFile'>>;
type Sidecar = z.infer<typeof Sidecar>;

type NewObject = {
  readonly key: string;
  readonly body: Buffer;
  readonly etag: string;
  readonly crc32: string;
  readonly headers: Readonly<Record<string, string>>;
};

/**
 * Objects of one bucket on disk: for each a body file and a sidecar that names it.
 *
 * Invariant: the sidecar is replaced last and atomically, so a crash leaves the old object or the new one. Bodies that
 * no sidecar names are removed at the next start.
 */
export interface ObjectStore {
  start(): Promise<void>;
  /** In no order. */
  all(): readonly StoredObject[];
  find(key: string): StoredObject | undefined;
  read(key: string): Promise<Buffer>;
  write(object: NewObject): Promise<StoredObject>;
  remove(key: string): Promise<void>;
}

/** `now` gives epoch milliseconds for the objects' modification times. */
export const makeObjectStore = (dir: string, now: () => number): ObjectStore => {
  const sidecars = new Map<string, Sidecar>();
  const sidecarFile = (key: string) => path.join(dir, `${hashOf(key)}.json`);

  return {
    async start() {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      const files = await readdir(dir);
      for (const file of files.filter((name) => name.endsWith('.json'))) {
        const sidecar = Sidecar.parse(JSON.parse(await readFile(path.join(dir, file), 'utf8')));
        sidecars.set(sidecar.key, sidecar);
      }
      const named = new Set([...sidecars.values()].map(({ bodyFile }) => bodyFile));
      for (const file of files)
        if (!file.endsWith('.json') && !named.has(file)) await rm(path.join(dir, file));
    },
    all: () => [...sidecars.values()],
    find: (key) => sidecars.get(key),
    async read(key) {
      const sidecar = sidecars.get(key);
      if (sidecar === undefined) throw new Error('read() of an object that find() does not know');
      return readFile(path.join(dir, sidecar.bodyFile));
    },
    async write({ key, body, etag, crc32, headers }) {
      const bodyFile = `${hashOf(key)}.${randomUUID()}.body`;
      const modifiedAt = new Date(now()).toISOString();
      const sidecar: Sidecar = { key, bodyFile, size: body.length, etag, crc32, modifiedAt, headers };
      await writeDurably(path.join(dir, bodyFile), body);
      await writeDurably(sidecarFile(key), Buffer.from(JSON.stringify(sidecar)));
      const before = sidecars.get(key);
      sidecars.set(key, sidecar);
      if (before !== undefined) await rm(path.join(dir, before.bodyFile), { force: true });
      return sidecar;
    },
    async remove(key) {
      const sidecar = sidecars.get(key);
      if (sidecar === undefined) return;
      sidecars.delete(key);
      await rm(sidecarFile(key), { force: true });
      await rm(path.join(dir, sidecar.bodyFile), { force: true });
    },
  };
};

/** Keys may hold slashes, dots and up to 1,024 bytes: none of that may reach the file system. */
const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** Temporary file, fsync, rename, fsync of the folder. */
const writeDurably = async (file: string, bytes: Buffer): Promise<void> => {
  const temporary = `${file}.new`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  const folder = await open(path.dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};
