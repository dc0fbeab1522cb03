import path from 'node:path';
import type { Disk } from './disk.ts';

/**
 * Writes a file so that after a power cut either the whole of it or none of it is there, and so that it is there once this
 * resolves. The order is the invariant: content synced before it gets its name, the name synced before anyone is told.
 * `temporary` must be on the same file system as `final`.
 */
export const writeDurably = async (
  disk: Disk,
  { temporary, final, bytes, mode }: { temporary: string; final: string; bytes: Uint8Array; mode: number },
): Promise<void> => {
  const file = await disk.create(temporary, mode);
  try {
    await file.write(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(temporary, final);
  await disk.syncFolder(path.dirname(final));
};
