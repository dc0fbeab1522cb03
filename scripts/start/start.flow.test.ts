import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemblyDir, root } from '../assembly.ts';
import { readEndpoints } from './endpoints.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'rollcall-start-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'scripts/start.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
  });

describe('npm start refuses in plain words and with exit code 1', () => {
  it('an option it does not know', () => {
    const { status, stderr } = start('--prot', '1');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: .*--prot/);
  });

  it('a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'scripts/start.ts', '--port', String(port), '--state', path.join(folder, 'taken')],
      { cwd: root },
    );
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => {
      stderr += text.toString();
    });
    const [code] = await once(child, 'close');
    other.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^error: .*port ${port} is already in use.*--port`));
  });

  it('a state folder that cannot be written', () => {
    const file = path.join(folder, 'a-file');
    writeFileSync(file, '');
    const { status, stderr } = start('--state', path.join(file, 'state'));
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: the state folder .* is not writable: .*--state/);
  });

  it('an assembly that is missing', () => {
    const { status, stderr } = start(
      '--assembly',
      path.join(folder, 'nowhere'),
      '--state',
      path.join(folder, 'missing'),
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: .*nowhere.*npm run synth/s);
  });

  it('an assembly that is corrupt', () => {
    const corrupt = path.join(folder, 'cdk.out');
    cpSync(assemblyDir, corrupt, { recursive: true });
    const template = readdirSync(corrupt).find((name) => name.endsWith('.template.json'));
    writeFileSync(
      path.join(corrupt, template ?? ''),
      readFileSync(path.join(corrupt, template ?? '')).subarray(0, 500),
    );
    const { status, stderr } = start('--assembly', corrupt, '--state', path.join(folder, 'corrupt'));
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: .*template\.json.*npm run synth/s);
  });

  it('a Node that is too old', () => {
    const script = path.join(root, 'scripts/require-node.cjs');
    const pretend = `Object.defineProperty(process.versions, 'node', { value: '18.20.4' }); require(${JSON.stringify(script)})`;
    const { status, stderr } = spawnSync(process.execPath, ['-e', pretend], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^error: Rollcall needs Node 20\.19 or newer, this is 18\.20\.4\. Install Node 22/,
    );
  });
});

describe('npm start', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'stops on %s with exit code 0 and leaves nothing running',
    async (signal) => {
      const stateDir = path.join(folder, signal);
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', 'scripts/start.ts', '--port', '0', '--state', stateDir],
        { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const output = await untilPrinted(child, /^ready .*\n/m);
      expect(output).toContain(`ready ${readEndpoints(stateDir).dashboard}`);
      const family = descendants(child.pid ?? 0);
      expect(family.length).toBeGreaterThan(1);
      child.kill(signal);
      const [code] = await once(child, 'exit');
      expect(code).toBe(0);
      expect(family.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
    },
  );
});

describe('npm start, stopped early or through npm', () => {
  it('stops on SIGINT in the middle of its preparations, without a complaint', async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'scripts/start.ts', '--port', '0', '--state', path.join(folder, 'early')],
      { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    await untilPrinted(child, /enrolling 2 of/);
    let complaints = '';
    child.stderr.on('data', (text: Buffer) => {
      complaints += text.toString();
    });
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  });

  it('leaves nothing running when npm itself gets SIGTERM', async () => {
    const args = ['start', '--', '--port', '0', '--no-door', '--state', path.join(folder, 'npm')];
    const child = spawn('npm', args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
    await untilPrinted(child, /^ready .*\n/m);
    const family = descendants(child.pid ?? 0);
    child.kill('SIGTERM');
    await expect
      .poll(() => family.filter((pid) => existsSync(`/proc/${pid}`)), { timeout: 20_000 })
      .toEqual([]);
  });
});

/** Reads on after the line, so that the product never writes into a closed pipe. */
function untilPrinted(child: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (wanted.test(output)) resolve(output);
    });
    child.once('exit', () => reject(new Error(`ended before it printed ${wanted}:\n${output}`)));
  });
}

function descendants(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && existsSync(`/proc/${name}/stat`))
    .map((name) => {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      return { pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) };
    });
  const below = (of: number): number[] =>
    parents.filter((entry) => entry.parent === of).flatMap((entry) => [entry.pid, ...below(entry.pid)]);
  return [pid, ...below(pid)];
}
