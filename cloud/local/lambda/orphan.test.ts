import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';

const bootstrap = path.join(import.meta.dirname, 'bootstrap.mjs');

const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it('ends a function process when the local cloud dies without a word', async () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'orphan-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  // A timer keeps the bundle busy, so that only the lost channel can end it.
  writeFileSync(
    path.join(dir, 'index.mjs'),
    'setInterval(() => {}, 1000); export const handler = async () => 1;',
  );
  writeFileSync(
    path.join(dir, 'cloud.mjs'),
    `import { fork } from 'node:child_process';
     const child = fork(${JSON.stringify(bootstrap)}, [${JSON.stringify(path.join(dir, 'index.mjs'))}, 'handler']);
     child.once('message', () => process.send(child.pid));`,
  );
  const cloud = fork(path.join(dir, 'cloud.mjs'));
  const [pid] = (await once(cloud, 'message')) as [number];
  expect(runs(pid)).toBe(true);
  cloud.kill('SIGKILL');
  await vi.waitFor(() => expect(runs(pid)).toBe(false), { timeout: 10_000 });
});
