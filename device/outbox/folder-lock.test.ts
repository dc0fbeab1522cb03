import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder, StateFolderError } from './folder-lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the state folder', () => {
  it('is for one agent at a time, by whatever path it is named', async () => {
    const release = await lockFolder(path.join(folder, 'door'));
    await symlink(path.join(folder, 'door'), path.join(folder, 'alias'));
    await expect(lockFolder(path.join(folder, 'alias'))).rejects.toThrow(StateFolderError);
    release();
    (await lockFolder(path.join(folder, 'alias')))();
  });

  it('says what to do when the folder cannot be made', async () => {
    await writeFile(path.join(folder, 'file'), '');
    const below = path.join(folder, 'file', 'door');
    await expect(lockFolder(below)).rejects.toThrow(
      `the state folder ${below} is not writable (ENOTDIR): check its owner and permissions, or set stateDir`,
    );
  });

  it('does not keep another door out of its own', async () => {
    const releases = await Promise.all(['a', 'b'].map((door) => lockFolder(path.join(folder, door))));
    for (const release of releases) release();
    expect(releases).toHaveLength(2);
  });
});
