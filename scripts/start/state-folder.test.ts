import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockState } from '../../cloud/local/state-lock.ts';
import { parseStartOptions } from './options.ts';
import { prepareStateFolder } from './state-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'rollcall-state-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('--fresh', () => {
  it('forgets what an earlier start left', () => {
    mkdirSync(path.join(folder, 'aws'));
    writeFileSync(path.join(folder, 'demo-finished'), '');
    prepareStateFolder(folder, true);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('deletes nothing in a folder that holds anything else', () => {
    writeFileSync(path.join(folder, 'thesis.txt'), 'years of work');
    mkdirSync(path.join(folder, 'aws'));
    expect(() => prepareStateFolder(folder, true)).toThrow(/not Rollcall's .*thesis\.txt/);
    expect(readdirSync(folder).sort()).toEqual(['aws', 'thesis.txt']);
  });

  it('deletes nothing under a start that runs', () => {
    const unlock = lockState(folder);
    try {
      expect(() => prepareStateFolder(folder, true)).toThrow(/already uses/);
      expect(existsSync(path.join(folder, 'local-cloud.lock'))).toBe(true);
    } finally {
      unlock();
    }
  });
});

describe('--state', () => {
  it('is refused when it is empty, as an unset variable leaves it', () => {
    expect(() => parseStartOptions(['--state', ''], '/home/ada')).toThrow(/--state/);
    expect(parseStartOptions(['--state', 'there'], '/home/ada')).toMatchObject({
      stateDir: '/home/ada/there',
    });
  });
});
