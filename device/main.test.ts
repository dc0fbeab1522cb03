import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
let folder: string;
let configFile: string;

/** Runs the agent as a process of its own, as systemd does. */
const door = async (args: readonly string[], environment: Record<string, string> = {}) => {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const [exitCode] = await once(child, 'close');
  return { exitCode, stdout, stderr };
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-main-'));
  configFile = path.join(folder, 'door.json');
  const settings = {
    endpoint: '127.0.0.1',
    port: 1,
    caFile: path.join(folder, 'ca.pem'),
    serial: 'demo-1',
    provisioningTemplate: 'rollcall-dev',
    stateDir: path.join(folder, 'state'),
    camera: { kind: 'replay' },
    runtime: 'wasm',
  };
  await writeFile(configFile, JSON.stringify(settings));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the door command', () => {
  it('explains itself', async () => {
    const { exitCode, stdout } = await door(['--help']);
    expect(exitCode).toBe(0);
    for (const word of ['run', 'provision', 'doctor', '--config', 'exit code'])
      expect(stdout).toContain(word);
  });

  it.each([[[]], [['walk']], [['run', 'run']], [['run', '--colour']]])(
    'refuses the command line %j',
    async (args) => {
      const { exitCode, stdout } = await door(args);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    },
  );

  it('names every missing setting and stops', async () => {
    const { exitCode, stderr } = await door(['run'], { ROLLCALL_SERIAL: 'demo-1' });
    expect(exitCode).toBe(2);
    for (const name of ['endpoint', 'caFile', 'provisioningTemplate', 'camera'])
      expect(stderr).toContain(name);
  });

  it('stops with a remedy when it has neither an identity nor a claim', async () => {
    const { exitCode, stderr } = await door(['run', '--config', configFile]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('set claim in its configuration');
  });

  it('finds out with doctor what is missing', async () => {
    const { exitCode, stdout } = await door(['doctor', '--config', configFile]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^ok +state folder/m);
    expect(stdout).toMatch(/^FAIL +identity +no identity yet: set claim/m);
    expect(stdout).toMatch(/^FAIL +certificate files +cannot read .*ca\.pem \(ENOENT\)/m);
    expect(stdout).toMatch(/^ok +face models/m);
  });
});
