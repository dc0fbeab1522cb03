import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';

/** A file being written. */
interface DiskFile {
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when the file's content would survive a power cut (fsync(2)). */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The file-system calls whose order decides what survives a power cut. A port, so that a test can cut the power between
 * any two of them. Errors are Node's, with their `code`.
 */
export interface Disk {
  makeFolder(path: string, mode: number): Promise<void>;
  list(folder: string): Promise<readonly string[]>;
  read(path: string): Promise<Buffer>;
  /** `mode` is the permission bits alone; `modifiedAt` epoch milliseconds. */
  stat(path: string): Promise<{ readonly bytes: number; readonly modifiedAt: number; readonly mode: number }>;
  /** Opens a new or emptied file. */
  create(path: string, mode: number): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  /** Deletes a file if it is there. */
  remove(path: string): Promise<void>;
  /** Resolves when the names in the folder, as they are now, would survive a power cut. */
  syncFolder(folder: string): Promise<void>;
}

export const nodeDisk: Disk = {
  makeFolder: async (path, mode) => {
    await mkdir(path, { recursive: true, mode });
  },
  list: (folder) => readdir(folder),
  read: (path) => readFile(path),
  stat: async (path) => {
    const found = await stat(path);
    return { bytes: found.size, modifiedAt: found.mtimeMs, mode: found.mode & 0o777 };
  },
  create: async (path, mode) => {
    const handle = await open(path, 'w', mode);
    return {
      write: (bytes) => handle.writeFile(bytes),
      sync: () => handle.sync(),
      close: () => handle.close(),
    };
  },
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { force: true }),
  syncFolder: async (folder) => {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};
