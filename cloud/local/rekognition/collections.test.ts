import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openCollections } from './collections.ts';
import { createStranger } from './collections-for-tests.ts';

const tempDir = (): string => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'rollcall-collections-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
};

describe('face collections', () => {
  it('are read again as they were written, to the last bit of each vector', () => {
    const dir = tempDir();
    const people = { collectionId: 'people', createdAt: 1, faces: [createStranger(), createStranger()] };
    openCollections(dir).put(people);
    openCollections(dir).put({ collectionId: 'others', createdAt: 2, faces: [] });
    expect(openCollections(dir).find('people')).toEqual(people);
    expect(openCollections(dir).list()).toHaveLength(2);
    openCollections(dir).remove('people');
    expect(openCollections(dir).find('people')).toBeUndefined();
  });

  it('refuse the vectors of another model, and say what to do', () => {
    const dir = tempDir();
    openCollections(dir).put({ collectionId: 'people', createdAt: 1, faces: [createStranger()] });
    const file = path.join(dir, 'people.collection.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"model":"[^"]*"/, '"model":"0.0"'));
    expect(() => openCollections(dir)).toThrow(/people\.collection\.json.*--fresh/);
  });
});

describe('a kill in the middle of indexing', () => {
  /** Faces that were said to be stored until the kill, which comes after so many, and those that are found afterwards. */
  const indexAndKill = async (storedFaces = Number.POSITIVE_INFINITY, ...mode: string[]) => {
    const dir = tempDir();
    const fixture = new URL('./index-faces.fixture.ts', import.meta.url);
    const child = fork(fixture, [dir, ...mode], { execArgv: ['--import', 'tsx'] });
    const stored: unknown[] = [];
    child.on('message', (faceId) => {
      stored.push(faceId);
      if (stored.length === storedFaces) child.kill('SIGKILL');
    });
    await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
    return { stored, open: () => openCollections(dir).find('people')?.faces ?? [] };
  };

  it('leaves every face that was stored, and no half one', async () => {
    for (const { stored, open } of await Promise.all([1, 4, 9].map((count) => indexAndKill(count)))) {
      const faces = open();
      expect(stored.length).toBeGreaterThan(0);
      expect(faces.map(({ faceId }) => faceId)).toEqual(expect.arrayContaining(stored));
      expect(faces.filter(({ descriptor }) => descriptor.length !== 128)).toEqual([]);
    }
  });

  it('would be noticed if files were written in place', async () => {
    const { stored, open } = await indexAndKill(undefined, 'in place');
    expect(stored).toHaveLength(2);
    expect(open).toThrow();
  });
});
