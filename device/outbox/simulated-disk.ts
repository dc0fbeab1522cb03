import path from 'node:path';
import type { Disk } from './disk.ts';

/** What a power cut leaves of changes that were not synced: none of them, the names with torn contents, or all of them. */
export const aftermaths = ['nothing', 'names', 'everything'] as const;
export type Aftermath = (typeof aftermaths)[number];

type Node = { content: Buffer; synced: Buffer; readonly mode: number };
type Folder = { now: Map<string, Node>; synced: Map<string, Node> };

export class PowerCut extends Error {}

/** A disk in memory that forgets what was not synced, for tests. Only folders themselves are durable at once. */
export interface SimulatedDisk extends Disk {
  /** Changes so far: the points between which the power can be cut. */
  changes(): number;
  /** The power fails after this many more changes: every later call throws a PowerCut. */
  cutAfter(changes: number): void;
  /** The power is back; the disk holds what the cut left. */
  restart(aftermath: Aftermath): void;
  /** Changes the bytes of a file behind everybody's back. */
  damage(file: string, change: (content: Buffer) => Buffer): void;
}

export const makeSimulatedDisk = (): SimulatedDisk => {
  const folders = new Map<string, Folder>();
  let changes = 0;
  let cutAt = Number.POSITIVE_INFINITY;

  const change = () => {
    if (changes >= cutAt) throw new PowerCut('the power is off');
    changes += 1;
  };
  const folderOf = (name: string): Folder => {
    const folder = folders.get(name);
    if (!folder) throw missing(name);
    return folder;
  };
  const nodeOf = (file: string): Node => {
    const node = folderOf(path.dirname(file)).now.get(path.basename(file));
    if (!node) throw missing(file);
    return node;
  };

  return {
    changes: () => changes,
    cutAfter: (more) => {
      cutAt = changes + more;
    },
    restart: (aftermath) => {
      cutAt = Number.POSITIVE_INFINITY;
      for (const folder of folders.values()) {
        if (aftermath === 'nothing') folder.now = new Map(folder.synced);
        for (const node of folder.now.values()) node.content = left(node, aftermath);
      }
      for (const folder of folders.values()) {
        folder.synced = new Map(folder.now);
        for (const node of folder.now.values()) node.synced = node.content;
      }
    },
    damage: (file, damageContent) => {
      const node = nodeOf(file);
      node.content = damageContent(Buffer.from(node.content));
    },
    makeFolder: async (name) => {
      if (!folders.has(name)) folders.set(name, { now: new Map(), synced: new Map() });
    },
    list: async (name) => [...folderOf(name).now.keys()],
    read: async (file) => Buffer.from(nodeOf(file).content),
    stat: async (file) => {
      if (folders.has(file)) return { bytes: 0, modifiedAt: 0, mode: 0o700 };
      const { content, mode } = nodeOf(file);
      return { bytes: content.length, modifiedAt: 0, mode };
    },
    create: async (file, mode) => {
      change();
      const entries = folderOf(path.dirname(file)).now;
      const node = entries.get(path.basename(file)) ?? { content: empty, synced: empty, mode };
      node.content = empty;
      entries.set(path.basename(file), node);
      return {
        write: async (bytes) => {
          change();
          node.content = Buffer.concat([node.content, bytes]);
        },
        sync: async () => {
          change();
          node.synced = node.content;
        },
        close: async () => undefined,
      };
    },
    rename: async (from, to) => {
      change();
      const node = nodeOf(from);
      folderOf(path.dirname(from)).now.delete(path.basename(from));
      folderOf(path.dirname(to)).now.set(path.basename(to), node);
    },
    remove: async (file) => {
      change();
      folderOf(path.dirname(file)).now.delete(path.basename(file));
    },
    syncFolder: async (name) => {
      change();
      const folder = folders.get(name);
      if (folder) folder.synced = new Map(folder.now);
    },
  };
};

const empty = Buffer.alloc(0);

const left = (node: Node, aftermath: Aftermath): Buffer => {
  if (aftermath === 'everything' || node.synced === node.content) return node.content;
  return aftermath === 'nothing' ? node.synced : node.content.subarray(0, node.content.length / 2);
};

const missing = (name: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${name} is not there`), { code: 'ENOENT' });
