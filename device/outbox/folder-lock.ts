import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { access, constants, mkdir, realpath } from 'node:fs/promises';
import { createServer } from 'node:net';

/** The state folder cannot be used: the message says why and what to do. */
export class StateFolderError extends Error {}

/**
 * Keeps the folder, which it makes if need be, for this process until the process ends, however it ends. Returns a function
 * that gives it back earlier. Two agents would give the same numbers and overwrite each other's entries. Throws a StateFolderError.
 *
 * The lock is a name in Linux's abstract socket namespace (unix(7)): unlike a file, the kernel removes it with the process,
 * so that no crash leaves it behind. Other systems have none; there, only doors of developers run.
 */
export const lockFolder = async (folder: string): Promise<() => void> => {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StateFolderError(
      `the state folder ${folder} is not writable (${code}): check its owner and permissions, or set stateDir`,
    );
  }
  if (process.platform !== 'linux') return () => undefined;
  const id = createHash('sha256')
    .update(await realpath(folder))
    .digest('hex')
    .slice(0, 32);
  const lock = createServer((visitor) => visitor.destroy());
  lock.unref();
  try {
    lock.listen(`\0rollcall-${id}`);
    await once(lock, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new StateFolderError(`another agent uses ${folder}: stop it, or give this door its own stateDir`);
  }
  return () => void lock.close();
};
