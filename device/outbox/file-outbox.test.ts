import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeManualClock } from '../clock.ts';
import { makeMemoryLog } from '../log.ts';
import { type Disk, nodeDisk } from './disk.ts';
import { examplePassage, examplePicture, exampleSighting } from './examples.ts';
import { openFileOutbox } from './file-outbox.ts';

let folder: string;
let log: ReturnType<typeof makeMemoryLog>;
const clock = makeManualClock({ now: 1_000 });
const open = (options: { maxBytes?: number; disk?: Disk } = {}) =>
  openFileOutbox({
    folder: path.join(folder, 'outbox'),
    maxBytes: 1e9,
    disk: nodeDisk,
    clock,
    log,
    ...options,
  });
const file = (seq: number) => path.join(folder, 'outbox/new', `${String(seq).padStart(12, '0')}.entry`);

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-outbox-'));
  log = makeMemoryLog();
});
afterEach(() => rm(folder, { recursive: true }));

describe('the outbox', () => {
  it('gives back after a restart what it took, oldest first', async () => {
    const first = await open();
    await first.add(exampleSighting('a'));
    await first.add(examplePassage());
    await first.add(exampleSighting('c'));

    const second = await open();
    expect(second.pending()).toEqual([1, 2, 3]);
    expect(await second.read(1)).toMatchObject({ seq: 1, kind: 'sighting', jpeg: examplePicture('a') });
    const passage = await second.read(2);
    expect(passage?.kind).toBe('passage');
    expect(JSON.parse(passage?.facts ?? '')).toEqual({ ...examplePassage().facts, seq: 2 });
    expect(await second.read(3)).toMatchObject({ jpeg: examplePicture('c') });
  });

  it('numbers entries that are added at the same time without gap or repeat', async () => {
    const outbox = await open();
    const numbers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => outbox.add(exampleSighting(`${i}`))),
    );
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it('counts on after everything was delivered and the door was restarted', async () => {
    const first = await open();
    for (const seq of [await first.add(exampleSighting()), await first.add(exampleSighting())])
      await first.remove(seq);
    expect(first.stats()).toMatchObject({ depth: 0, bytes: 0, oldestAddedAt: null, lowestUndelivered: 3 });
    expect(await (await open()).add(exampleSighting())).toBe(3);
  });

  it.each([
    ['one flipped bit in the picture', (bytes: Buffer) => bytes.with(bytes.length - 1, 8)],
    ['one flipped bit in the facts', (bytes: Buffer) => bytes.with(200, (bytes[200] ?? 0) ^ 1)],
    ['a lost end', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['nothing left', () => Buffer.alloc(0)],
  ])('loses one entry and not the queue to %s', async (_, damage) => {
    const first = await open();
    for (const tag of ['a', 'b', 'c']) await first.add(exampleSighting(tag));
    await writeFile(file(2), damage(await readFile(file(2))));

    const outbox = await open();
    expect(await outbox.read(2)).toBeUndefined();
    expect(outbox.pending()).toEqual([1, 3]);
    expect(outbox.stats()).toMatchObject({ depth: 2, corrupt: 1 });
    expect(log.lines).toContainEqual({ event: 'outbox.corrupt', fields: { seq: 2, present: true } });
    expect(await readdir(path.join(folder, 'outbox/bad'))).toEqual(['000000000002.entry']);
  });

  it('goes on when somebody deleted an entry by hand', async () => {
    const outbox = await open();
    await outbox.add(exampleSighting());
    await rm(file(1));
    expect(await outbox.read(1)).toBeUndefined();
    expect(outbox.pending()).toEqual([]);
    expect(await (await open()).add(exampleSighting())).toBe(2);
  });

  it('refuses loudly at its bound, keeps what it has, and takes entries again when there is room', async () => {
    const outbox = await open({ maxBytes: 6_000 });
    await outbox.add(exampleSighting('a'));
    await outbox.add(exampleSighting('b'));
    await expect(outbox.add(exampleSighting('c'))).rejects.toMatchObject({ code: 'full' });
    expect(outbox.stats()).toMatchObject({ depth: 2, failure: 'full' });
    expect(log.lines.at(-1)?.event).toBe('outbox.full');

    await outbox.remove(1);
    expect(await outbox.add(exampleSighting('c'))).toBe(3);
    expect(outbox.stats()).toMatchObject({ depth: 2, failure: null });
  });

  it('throws when the disk does, says so in its figures, and does not spend a number on it', async () => {
    let full = true;
    const outbox = await open({
      disk: {
        ...nodeDisk,
        create: async (name, mode) => {
          const created = await nodeDisk.create(name, mode);
          if (!full) return created;
          return {
            ...created,
            write: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })),
          };
        },
      },
    });
    await expect(outbox.add(exampleSighting())).rejects.toMatchObject({
      code: 'disk',
      cause: { code: 'ENOSPC' },
    });
    expect(outbox.stats()).toMatchObject({ depth: 0, failure: 'disk' });
    expect(await readdir(path.join(folder, 'outbox/tmp'))).toEqual([]);
    full = false;
    expect(await outbox.add(exampleSighting())).toBe(1);
  });

  it('sweeps up half-written files when it starts', async () => {
    await open();
    await writeFile(path.join(folder, 'outbox/tmp/000000000001.entry'), 'half');
    const outbox = await open();
    expect(outbox.pending()).toEqual([]);
    expect(await readdir(path.join(folder, 'outbox/tmp'))).toEqual([]);
  });

  it('lets nobody but its owner read the pictures', async () => {
    await (await open()).add(exampleSighting());
    expect((await stat(file(1))).mode & 0o777).toBe(0o600);
    expect((await stat(path.join(folder, 'outbox'))).mode & 0o777).toBe(0o700);
  });

  it('knows how long the oldest entry has been waiting', async () => {
    const outbox = await open();
    await outbox.add(exampleSighting());
    await clock.advance(5_000);
    await outbox.add(exampleSighting());
    expect(outbox.stats().oldestAddedAt).toBe(1_000);
  });
});
