import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { lockState } from './state-lock.ts';

let dir = '';

beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'lock-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
});

const leave = (owner: unknown): void =>
  writeFileSync(
    path.join(dir, 'local-cloud.lock'),
    typeof owner === 'string' ? owner : JSON.stringify(owner),
  );

describe('lockState', () => {
  it('refuses a second start on the same folder and says who holds it', () => {
    lockState(dir);
    expect(() => lockState(dir)).toThrow(`A local cloud (process ${process.pid}) already uses ${dir}`);
  });

  it('gives the folder back', () => {
    lockState(dir)();
    expect(readdirSync(dir)).toEqual([]);
    expect(() => lockState(dir)).not.toThrow();
  });

  it('takes over from a process that is gone', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    leave({ pid, startedAt: '1' });
    expect(() => lockState(dir)).not.toThrow();
  });

  it('takes over when the process id now belongs to another process', () => {
    leave({ pid: process.pid, startedAt: 'long ago' });
    expect(() => lockState(dir)).not.toThrow();
  });

  it('takes over a lock that was only half written', () => {
    leave('{"pid":');
    expect(() => lockState(dir)).not.toThrow();
  });
});
