import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeRecordStore } from './durable-records.ts';

const tempDir = (): string => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'durable-records-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
};

const openStore = async (dir: string) => {
  const store = makeRecordStore(dir);
  await store.open();
  onTestFinished(store.close);
  return store;
};

/** Long enough for tables of its own, and of no other text. */
const picture = (name: string): string => `picture of ${name} `.repeat(4000);

const isOnDisk = (dir: string, text: string): boolean =>
  readdirSync(dir).some((file) => readFileSync(path.join(dir, file)).includes(text));

it('writes nothing before it is opened', async () => {
  const dir = path.join(tempDir(), 'records');
  makeRecordStore(dir);
  // Time enough for a folder to be made.
  await openStore(tempDir());
  expect(existsSync(dir)).toBe(false);
});

it('says so when it is used before it is opened', async () => {
  const { get } = makeRecordStore(tempDir()).section('a');
  await expect(get('key')).rejects.toThrow(/are not open/);
});

it('lets only the owner look into its folder', async () => {
  const dir = path.join(tempDir(), 'records');
  await openStore(dir);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
});

it('takes what was deleted off the disk, and nothing else', async () => {
  const dir = tempDir();
  const first = await openStore(dir);
  await first.section('a').commit([
    { type: 'put', key: 'payload/1', value: picture('Ada') },
    { type: 'put', key: 'payload/2', value: picture('Bob') },
  ]);
  await first.section('b').commit([{ type: 'put', key: 'payload/1', value: picture('Eve') }]);
  await first.close();

  const second = await openStore(dir);
  const [a, b] = [second.section('a'), second.section('b')];
  await a.commit([
    { type: 'put', key: 'payload/3', value: picture('Dan') },
    { type: 'del', key: 'payload/1' },
  ]);
  await a.commit([{ type: 'del', key: 'payload/3' }]);
  const marks = ['Ada', 'Dan'].map((name) => `picture of ${name}`);
  // LevelDB alone keeps what was deleted.
  expect(marks.map((mark) => isOnDisk(dir, mark))).toEqual([true, true]);

  await a.scrub('');
  expect(marks.map((mark) => isOnDisk(dir, mark))).toEqual([false, false]);
  expect(await a.list('')).toEqual([['payload/2', picture('Bob')]]);
  expect(await b.get('payload/1')).toBe(picture('Eve'));
});
