import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { golden } from '#contract/golden.ts';
import { DeviceConfiguration } from '#contract/provisioning.ts';
import { createCsr } from './identity/csr.ts';
import { makeIdentityStore } from './identity/identity-store.ts';
import { makeTestAuthority } from './identity/test-authority.ts';
import type { LogEvent } from './log.ts';
import { nodeDisk } from './outbox/disk.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
let folder: string;
let configFile: string;
let authority: Awaited<ReturnType<typeof makeTestAuthority>>;

/** Nobody listens on port 1, and the files are not there. */
const settings = () => ({
  endpoint: '127.0.0.1',
  port: 1,
  caFile: path.join(folder, 'ca.pem'),
  serial: 'demo-1',
  provisioningTemplate: 'rollcall-dev',
  stateDir: path.join(folder, 'state'),
  camera: { kind: 'replay' },
  runtime: 'wasm',
});

/** Runs the agent as a process of its own, as systemd does. Ctrl-C is pressed as soon as it logs the event `stopAt`. */
const door = async (args: readonly string[], environment: Record<string, string> = {}, stopAt?: LogEvent) => {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    if (!stopAt || child.killed || !stderr.includes(`"event":"${stopAt}"`)) return;
    child.kill('SIGINT');
  });
  const [exitCode] = await once(child, 'close');
  return { exitCode, stdout, stderr };
};

/** Gives the door an identity and returns its configuration file. */
const provisionedDoor = async (changes: object = {}): Promise<string> => {
  const stateDir = await mkdtemp(path.join(folder, 'door-'));
  const store = makeIdentityStore({ folder: path.join(stateDir, 'identity'), disk: nodeDisk });
  const certificatePem = await authority.issueFromCsr(await createCsr(await store.privateKey(), 'demo-1'));
  const configuration = DeviceConfiguration.parse(golden('device-configuration'));
  await store.save({ thingName: 'rollcall-dev-demo-1', certificatePem, configuration });
  return writeConfig(path.join(stateDir, 'door.json'), { ...settings(), stateDir, ...changes });
};

const fileOf = async (text: string): Promise<string> => {
  const file = path.join(await mkdtemp(path.join(folder, 'file-')), 'file.pem');
  await writeFile(file, text);
  return file;
};

/** A door with a claim and no identity; returns its configuration file. */
const claimingDoor = async (changes: object = {}, keyOfAnother?: string): Promise<string> => {
  const { key, cert } = await authority.issueServer();
  const claim = {
    certFile: await fileOf(String(cert)),
    keyFile: await fileOf(keyOfAnother ?? String(key)),
    code: 'one-time-code',
  };
  const stateDir = await mkdtemp(path.join(folder, 'door-'));
  const caFile = await fileOf(authority.caPem);
  return writeConfig(path.join(stateDir, 'door.json'), {
    ...settings(),
    stateDir,
    caFile,
    claim,
    ...changes,
  });
};

const writeConfig = async (file: string, content: object): Promise<string> => {
  await writeFile(file, JSON.stringify(content));
  return file;
};

beforeAll(async () => {
  authority = await makeTestAuthority();
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-main-'));
  configFile = await writeConfig(path.join(folder, 'door.json'), settings());
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

  it('says which file it cannot read', async () => {
    const { exitCode, stderr } = await door(['run', '--config', await provisionedDoor()]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^cannot read .*ca\.pem \(ENOENT\): check the path and its permissions$/m);
  });

  it('says that the claim certificate and the key do not fit', async () => {
    const { key } = await authority.issueServer();
    const { exitCode, stderr } = await door(['run', '--config', await claimingDoor({}, String(key))]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('check that caFile holds a certificate, and that claim.keyFile is the key of');
  });

  it('says what to do when its state folder cannot be used', async () => {
    const stateDir = path.join(configFile, 'state');
    const { exitCode, stderr } = await door(['run', '--config', configFile], {
      ROLLCALL_STATE_DIR: stateDir,
    });
    expect(exitCode).toBe(7);
    expect(stderr).toMatch(/^the state folder .* is not writable \(ENOTDIR\): check its owner/m);
  });

  it('goes on without its camera, and says what to do', async () => {
    const changes = { caFile: await fileOf(authority.caPem), camera: { kind: 'rpicam' } };
    const file = await provisionedDoor(changes);
    const { exitCode, stderr } = await door(['run', '--config', file], { PATH: folder }, 'camera.restarting');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('"event":"camera.failed","kind":"rpicam","reason":"no_program"');
    expect(stderr).toContain('rpicam-vid is not installed: type sudo apt-get install -y rpicam-apps');
  });

  it('finds out with doctor what is missing', async () => {
    const { exitCode, stdout } = await door(['doctor', '--config', configFile]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^ok +state folder/m);
    expect(stdout).toMatch(/^FAIL +identity +no identity yet: set claim/m);
    expect(stdout).toMatch(/^FAIL +certificate files +cannot read .*ca\.pem \(ENOENT\)/m);
    expect(stdout).toMatch(/^ok +camera +gives pictures of 1280 × 720 px$/m);
    expect(stdout).toMatch(/^ok +face models/m);
  });
});

describe('Ctrl-C', () => {
  let mute: Server;
  beforeAll(async () => {
    // Takes every connection and never says a word.
    mute = createServer();
    await once(mute.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(() => mute.close());

  it.each(['run', 'provision'])('stops %s while the cloud does not answer', async (command) => {
    const { port } = mute.address() as AddressInfo;
    const file = await claimingDoor({ port });
    const { exitCode, stderr } = await door([command, '--config', file], {}, 'identity.provisioning');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('"event":"agent.stopped"');
  });

  it('stops while it waits to try again', async () => {
    const { exitCode } = await door(['run', '--config', await claimingDoor()], {}, 'identity.retrying');
    expect(exitCode).toBe(0);
  });

  it('stops while the models load, without waiting for them', async () => {
    const file = await provisionedDoor({ caFile: await fileOf(authority.caPem) });
    const { exitCode, stderr } = await door(['run', '--config', file], {}, 'outbox.opened');
    expect(exitCode).toBe(0);
    expect(stderr).not.toContain('vision.ready');
  });
});
