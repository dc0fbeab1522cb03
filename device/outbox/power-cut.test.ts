import { describe, expect, it } from 'vitest';
import { makeManualClock } from '../clock.ts';
import { makeMemoryLog } from '../log.ts';
import type { Disk } from './disk.ts';
import { examplePassage, exampleSighting } from './examples.ts';
import { OutboxError, openFileOutbox } from './file-outbox.ts';
import {
  type Aftermath,
  aftermaths,
  makeSimulatedDisk,
  PowerCut,
  type SimulatedDisk,
} from './simulated-disk.ts';

const folder = '/state/outbox';
const open = (disk: Disk) =>
  openFileOutbox({ folder, maxBytes: 1e9, disk, clock: makeManualClock(), log: makeMemoryLog() });

type Promised = { readonly accepted: Map<number, string>; readonly delivered: Set<number> };

/** A door's life: it takes entries, delivers some, runs empty, and is started again. Notes what it promised, as it does. */
const live = async (disk: Disk, { accepted, delivered }: Promised) => {
  let outbox = await open(disk);
  const add = async (tag: string) => {
    const seq = await outbox.add(tag === 'passage' ? examplePassage() : exampleSighting(tag));
    accepted.set(seq, tag);
  };
  const deliver = async (seq: number) => {
    delivered.add(seq);
    await outbox.remove(seq);
  };
  await add('first');
  await add('second');
  await deliver(1);
  await add('passage');
  await deliver(2);
  await deliver(3);
  outbox = await open(disk);
  await add('after a restart');
};

/** Cuts the power after `changes` changes and says which promises the next start finds broken. */
const brokenPromises = async (
  disk: SimulatedDisk,
  used: Disk,
  changes: number,
  aftermath: Aftermath,
): Promise<string[]> => {
  const promised: Promised = { accepted: new Map(), delivered: new Set() };
  await disk.makeFolder('/state', 0o700);
  disk.cutAfter(changes);
  await live(used, promised).catch((error) => {
    if (!(error instanceof PowerCut) && !(error?.cause instanceof PowerCut)) throw error;
  });
  disk.restart(aftermath);

  const found: string[] = [];
  const outbox = await open(disk).catch((error: unknown) => {
    if (!(error instanceof OutboxError)) throw error;
  });
  if (!outbox) return ['does not start'];
  const waiting = outbox.pending();
  for (const [seq, tag] of promised.accepted) {
    if (promised.delivered.has(seq)) continue;
    const entry = waiting.includes(seq) ? await outbox.read(seq) : undefined;
    const intact = entry?.kind === 'sighting' ? entry.jpeg.includes(tag) : entry && tag === 'passage';
    if (!intact) found.push(`lost the accepted entry ${seq} (${tag})`);
  }
  for (const seq of outbox.pending()) if (!(await outbox.read(seq))) found.push(`holds a torn entry ${seq}`);
  const expected = Math.max(0, ...promised.accepted.keys(), ...waiting) + 1;
  const next = await outbox.add(exampleSighting());
  if (next !== expected) found.push(`gave number ${next} instead of ${expected}`);
  return found;
};

/** Tries every cut point with every aftermath. `breakDisk` turns the disk into one whose user forgets something. */
const tryEveryCut = async (breakDisk: (disk: SimulatedDisk) => Disk = (disk) => disk) => {
  const found = new Set<string>();
  const whole = makeSimulatedDisk();
  await whole.makeFolder('/state', 0o700);
  await live(breakDisk(whole), { accepted: new Map(), delivered: new Set() });
  for (const aftermath of aftermaths) {
    for (let changes = 0; changes <= whole.changes(); changes += 1) {
      const disk = makeSimulatedDisk();
      for (const broken of await brokenPromises(disk, breakDisk(disk), changes, aftermath)) found.add(broken);
    }
  }
  return { cuts: whole.changes(), found: [...found] };
};

describe('a power cut between any two changes to the disk', () => {
  it('costs no accepted entry, tears none, and neither skips nor repeats a number', async () => {
    const { cuts, found } = await tryEveryCut();
    expect(cuts).toBeGreaterThan(30);
    expect(found).toEqual([]);
  });

  it('is noticed by the same test when contents are not synced', async () => {
    const { found } = await tryEveryCut((disk) => ({
      ...disk,
      create: async (file, mode) => ({ ...(await disk.create(file, mode)), sync: async () => undefined }),
    }));
    expect(found).toContain('lost the accepted entry 1 (first)');
  });

  it('is noticed by the same test when names are not synced', async () => {
    const { found } = await tryEveryCut((disk) => ({ ...disk, syncFolder: async () => undefined }));
    expect(found).toContain('lost the accepted entry 1 (first)');
  });

  it('is noticed by the same test when entries are written in place', async () => {
    const inPlace = (file: string) => file.replace('/tmp/', '/new/');
    const { found } = await tryEveryCut((disk) => ({
      ...disk,
      create: (file, mode) => disk.create(inPlace(file), mode),
      rename: (from, to) => (inPlace(from) === to ? Promise.resolve() : disk.rename(inPlace(from), to)),
    }));
    expect(found).toContain('holds a torn entry 1');
  });

  it('is noticed by the same test when the highest number is not recorded before its entry goes', async () => {
    const { found } = await tryEveryCut((disk) => ({
      ...disk,
      rename: (from, to) => (to.endsWith('/highest') ? disk.remove(from) : disk.rename(from, to)),
    }));
    expect(found.some((broken) => broken.startsWith('gave number 1 instead of'))).toBe(true);
  });
});
