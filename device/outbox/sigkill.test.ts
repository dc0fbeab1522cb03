import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import { makeMemoryLog } from '../log.ts';
import { nodeDisk } from './disk.ts';
import { openFileOutbox } from './file-outbox.ts';

const child = fileURLToPath(new URL('./sigkill-child.ts', import.meta.url));
const rounds = 10;

/** Runs the child until it has accepted `entries` and a little more, kills it without warning, and returns what it said. */
const runAndKill = async (folder: string, entries: number): Promise<string[]> => {
  const running = spawn(process.execPath, ['--import', 'tsx', child, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  running.stdout.setEncoding('utf8');
  running.stdout.on('data', (text: string) => {
    said += text;
    if (said.split('accepted').length > entries) running.kill('SIGKILL');
  });
  await once(running, 'close');
  return said.split('\n').slice(0, -1);
};

it(`keeps every promise through ${rounds} kills without warning`, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'rollcall-sigkill-'));
  const accepted: number[] = [];
  const delivered = new Set<number>();
  for (let round = 0; round < rounds; round += 1) {
    for (const line of await runAndKill(folder, 5 + ((round * 7) % 11))) {
      const [what, seq] = line.split(' ');
      if (what === 'accepted') accepted.push(Number(seq));
      else delivered.add(Number(seq));
    }
  }

  const log = makeMemoryLog();
  const outbox = await openFileOutbox({ folder, maxBytes: 1e9, disk: nodeDisk, clock: systemClock, log });
  const waiting = outbox.pending();
  expect(accepted.length).toBeGreaterThan(rounds * 5);
  expect(new Set(accepted).size).toBe(accepted.length);
  expect(accepted.filter((seq) => !delivered.has(seq) && !waiting.includes(seq))).toEqual([]);
  for (const seq of waiting) expect((await outbox.read(seq))?.seq).toBe(seq);

  const known = new Set([...accepted, ...waiting]);
  const highest = Math.max(...known);
  const numbersWithoutEntry = Array.from({ length: highest }, (_, i) => i + 1).filter(
    (seq) => !known.has(seq) && !delivered.has(seq),
  );
  expect(numbersWithoutEntry).toEqual([]);
  await rm(folder, { recursive: true });
});
