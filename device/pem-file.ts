import type { Disk } from './outbox/disk.ts';

/** A certificate or key that the configuration names cannot be used; the message says what to do, and holds nothing of the file. */
export class PemFileError extends Error {}

/** Reads a PEM file that the configuration names. Throws a PemFileError. */
export const readPemFile = async (disk: Pick<Disk, 'read'>, name: string): Promise<string> => {
  const text = await disk.read(name).catch((error: NodeJS.ErrnoException) => {
    throw new PemFileError(`cannot read ${name} (${error.code}): check the path and its permissions`);
  });
  if (text.includes('-----BEGIN ')) return text.toString();
  throw new PemFileError(`${name} holds no PEM text: check that it is the right file`);
};
