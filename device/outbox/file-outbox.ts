import path from 'node:path';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Disk } from './disk.ts';
import { writeDurably } from './durable-file.ts';
import { decodeEntry, encodeEntry, type StoredEntry } from './entry-file.ts';
import type { Entry, Outbox } from './outbox.ts';

// What must stay true:
//  - add() resolves only when the entry would survive a power cut; it never falls back to memory.
//  - Sequence numbers have no gap and no repeat. The next one is one above the highest of: entries in new/ and bad/, and the
//    number in the file `highest`, which is made durable before the entry that proves it is deleted.
//  - An entry leaves new/ only by remove(), after its delivery, or to bad/ when its bytes are not those that were written.

/** Why the outbox did not take an entry. Both need an operator: `full` a working connection, `disk` a working card. */
export class OutboxError extends Error {
  readonly code: 'full' | 'disk';
  constructor(code: 'full' | 'disk', message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

export type OutboxStats = {
  readonly depth: number;
  readonly bytes: number;
  /** Epoch milliseconds at which the oldest waiting entry was written; null when none waits. */
  readonly oldestAddedAt: number | null;
  /** Lowest sequence number not yet delivered, or the next to be given: the cloud's gaps are what is missing below it. */
  readonly lowestUndelivered: number;
  /** Entries moved to bad/ since the start. */
  readonly corrupt: number;
  /** Why the last entry was refused; null when it was taken. */
  readonly failure: OutboxError['code'] | null;
};

/** The outbox with the side that delivery uses. */
export interface FileOutbox extends Outbox {
  /** Sequence numbers that wait, lowest first. */
  pending(): readonly number[];
  /** The entry as it goes on the wire; `undefined` when its file was damaged: it is then in bad/ and no longer pending. */
  read(seq: number): Promise<StoredEntry | undefined>;
  /** Forgets a delivered entry. */
  remove(seq: number): Promise<void>;
  /** Resolves when an entry is added, or when `signal` aborts. */
  added(signal: AbortSignal): Promise<void>;
  stats(): OutboxStats;
}

const fileName = (seq: number): string => `${String(seq).padStart(12, '0')}.entry`;
const seqOf = (name: string): number | undefined => {
  const digits = /^(\d{12})\.entry$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
};

/**
 * Opens the durable queue in `folder`, which it makes if need be, and recovers what an earlier process left there.
 * `maxBytes` bounds the waiting files together; at the bound add() refuses, since nothing may be dropped in silence.
 */
export const openFileOutbox = async ({
  folder,
  maxBytes,
  disk,
  clock,
  log,
}: {
  readonly folder: string;
  readonly maxBytes: number;
  readonly disk: Disk;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}): Promise<FileOutbox> => {
  const folders = {
    tmp: path.join(folder, 'tmp'),
    new: path.join(folder, 'new'),
    bad: path.join(folder, 'bad'),
  };
  const highestFile = path.join(folder, 'highest');
  const waiting = new Map<number, { readonly bytes: number; readonly addedAt: number }>();
  const wakers = new Set<() => void>();
  let corrupt = 0;
  let failure: OutboxStats['failure'] = null;

  for (const each of [folder, ...Object.values(folders)]) await disk.makeFolder(each, 0o700);
  await disk.syncFolder(folder);
  await disk.syncFolder(path.dirname(folder));
  for (const name of await disk.list(folders.tmp)) await disk.remove(path.join(folders.tmp, name));

  let recorded = await readHighest(disk, folder, highestFile);
  let highest = recorded;
  for (const name of await disk.list(folders.bad)) highest = Math.max(highest, seqOf(name) ?? 0);
  for (const name of [...(await disk.list(folders.new))].sort()) {
    const seq = seqOf(name);
    if (seq === undefined) continue;
    const { bytes, modifiedAt } = await disk.stat(path.join(folders.new, name));
    waiting.set(seq, { bytes, addedAt: modifiedAt });
    highest = Math.max(highest, seq);
  }

  let bytesWaiting = [...waiting.values()].reduce((sum, entry) => sum + entry.bytes, 0);
  const forget = (seq: number) => {
    bytesWaiting -= waiting.get(seq)?.bytes ?? 0;
    waiting.delete(seq);
  };

  let last: Promise<unknown> = Promise.resolve();
  /** Runs one change after the other: two adds must not be given the same number. */
  const inTurn = <T>(change: () => Promise<T>): Promise<T> => {
    const next = last.then(change);
    last = next.catch(() => undefined);
    return next;
  };

  const refuse = (code: OutboxError['code'], message: string, cause?: unknown): never => {
    failure = code;
    log.event(code === 'full' ? 'outbox.full' : 'outbox.failed', {
      depth: waiting.size,
      bytes: bytesWaiting,
    });
    throw new OutboxError(code, message, cause);
  };

  const add = (entry: Parameters<Outbox['add']>[0]) =>
    inTurn(async () => {
      const seq = highest + 1;
      const bytes = encodeEntry({ ...entry, facts: { ...entry.facts, seq } } as Entry);
      if (bytesWaiting + bytes.length > maxBytes) {
        refuse(
          'full',
          `the outbox holds ${waiting.size} entries and is full: let this door reach the cloud again`,
        );
      }
      const name = fileName(seq);
      const temporary = path.join(folders.tmp, name);
      try {
        await writeDurably(disk, { temporary, final: path.join(folders.new, name), bytes, mode: 0o600 });
      } catch (error) {
        // The number is used again by the next entry, which takes the place of whatever half of this one is there.
        await disk.remove(temporary).catch(() => undefined);
        refuse(
          'disk',
          `the outbox cannot write to ${folder}: check that the card is neither full nor failing`,
          error,
        );
      }
      highest = seq;
      failure = null;
      waiting.set(seq, { bytes: bytes.length, addedAt: clock.now() });
      bytesWaiting += bytes.length;
      log.event('outbox.added', {
        seq,
        passageId: entry.facts.passageId,
        kind: entry.kind,
        bytes: bytes.length,
      });
      for (const wake of [...wakers]) wake();
      return seq;
    });

  const recordHighest = async () => {
    if (recorded === highest) return;
    await writeDurably(disk, {
      temporary: path.join(folders.tmp, 'highest'),
      final: highestFile,
      bytes: Buffer.from(`${highest}\n`),
      mode: 0o600,
    });
    recorded = highest;
  };

  const remove = (seq: number) =>
    inTurn(async () => {
      if (seq > recorded) await recordHighest();
      await disk.remove(path.join(folders.new, fileName(seq)));
      forget(seq);
    });

  /** Takes a damaged entry out of the way: it costs itself, never the queue. `present` is false when its file is gone. */
  const quarantine = (seq: number, present: boolean) =>
    inTurn(async () => {
      if (seq > recorded) await recordHighest();
      if (present) {
        await disk.rename(path.join(folders.new, fileName(seq)), path.join(folders.bad, fileName(seq)));
        await disk.syncFolder(folders.bad);
      }
      forget(seq);
      corrupt += 1;
      log.event('outbox.corrupt', { seq, present });
    });

  const read = async (seq: number) => {
    const file = await disk.read(path.join(folders.new, fileName(seq))).catch((error) => {
      if (error?.code === 'ENOENT') return 'gone';
      if (error?.code === 'EIO') return 'unreadable';
      throw error;
    });
    const entry = typeof file === 'string' ? undefined : decodeEntry(file);
    if (entry?.seq === seq) return entry;
    await quarantine(seq, file !== 'gone');
    return undefined;
  };

  const added = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal.aborted) return resolve();
      const wake = () => {
        wakers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      wakers.add(wake);
      signal.addEventListener('abort', wake);
    });

  log.event('outbox.opened', { depth: waiting.size, bytes: bytesWaiting, nextSeq: highest + 1 });
  return {
    add,
    remove,
    read,
    added,
    pending: () => [...waiting.keys()],
    stats: () => {
      const [oldest] = waiting;
      return {
        depth: waiting.size,
        bytes: bytesWaiting,
        oldestAddedAt: oldest ? oldest[1].addedAt : null,
        lowestUndelivered: oldest ? oldest[0] : highest + 1,
        corrupt,
        failure,
      };
    },
  };
};

const readHighest = async (disk: Disk, folder: string, file: string): Promise<number> => {
  if (!(await disk.list(folder)).includes(path.basename(file))) return 0;
  const text = (await disk.read(file)).toString();
  if (/^\d{1,12}\n$/.test(text)) return Number(text);
  throw new OutboxError(
    'disk',
    `${file} is damaged: delete it, and the door counts on from what still waits`,
  );
};
