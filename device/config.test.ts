import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, configurationTable, loadConfig } from './config.ts';
import { tableRow } from './config-settings.ts';

const whole = {
  endpoint: 'example-ats.iot.eu-central-1.amazonaws.com',
  caFile: '/etc/rollcall/ca.pem',
  claim: { certFile: '/etc/rollcall/claim.pem', keyFile: '/etc/rollcall/claim.key', code: 'one-time-code' },
  serial: 'demo-1',
  provisioningTemplate: 'rollcall-prod',
  camera: { kind: 'replay' },
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'rollcall-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (text: string): string => {
  const name = path.join(folder, 'door.json');
  writeFileSync(name, text);
  return name;
};
const load = (settings: object, environment: NodeJS.ProcessEnv = {}) =>
  loadConfig(fileOf(JSON.stringify(settings)), environment);

const problemsOf = (read: () => unknown): readonly string[] => {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('the configuration', () => {
  it('fills in what a file leaves out', () => {
    expect(load(whole)).toMatchObject({
      port: 8883,
      stateDir: '/var/lib/rollcall',
      detector: 'blazeface',
      runtime: 'auto',
      outbox: { maxMegabytes: 256, eventsPerSecond: 1, burst: 5 },
      camera: { kind: 'replay', fps: 10 },
    });
  });

  it('can come from the environment alone', () => {
    const config = loadConfig(undefined, {
      ROLLCALL_ENDPOINT: 'localhost',
      ROLLCALL_PORT: '18883',
      ROLLCALL_CA_FILE: 'ca.pem',
      ROLLCALL_CLAIM__CERT_FILE: 'claim.pem',
      ROLLCALL_CLAIM__KEY_FILE: 'claim.key',
      ROLLCALL_CLAIM__CODE: '123456',
      ROLLCALL_SERIAL: 'demo-1',
      ROLLCALL_PROVISIONING_TEMPLATE: 'rollcall-dev',
      ROLLCALL_CAMERA__KIND: 'replay',
      ROLLCALL_CAMERA__REALTIME: 'false',
      ROLLCALL_CAMERA__PEOPLE: 'one, two',
      PATH: '/usr/bin',
    });
    expect(config).toMatchObject({
      port: 18_883,
      claim: { code: '123456' },
      camera: { kind: 'replay', realtime: false, people: ['one', 'two'] },
    });
  });

  it('lets the environment win over the file, setting by setting', () => {
    const config = load(whole, { ROLLCALL_CLAIM__CODE: 'another-code', ROLLCALL_OUTBOX__BURST: '9' });
    expect(config.claim).toEqual({ ...whole.claim, code: 'another-code' });
    expect(config.outbox).toEqual({ maxMegabytes: 256, eventsPerSecond: 1, burst: 9 });
  });

  it('names every problem at once and no value', () => {
    const problems = problemsOf(() =>
      load(
        {
          ...whole,
          endpoint: 'https://secret.example',
          serial: 'se cret',
          claim: { code: 'secret' },
          extra: 'secret',
        },
        { ROLLCALL_PORT: 'secret', ROLLCALL_RUNTIME: 'secret', ROLLCALL_PROT: 'secret' },
      ),
    );
    const named = [
      'endpoint',
      'serial',
      'claim.certFile',
      'claim.keyFile',
      'extra',
      'port',
      'runtime',
      'ROLLCALL_PROT',
    ];
    for (const name of named) expect(problems.join('\n')).toContain(name);
    expect(problems).toHaveLength(named.length);
    expect(problems.join('\n')).not.toMatch(/secret|se cret/);
    expect(problems).toContain('claim.keyFile (ROLLCALL_CLAIM__KEY_FILE): is missing');
  });

  it.each(['file', 'ffmpeg', 'rpicam'])('says that the camera %s is not built yet', (kind) => {
    expect(problemsOf(() => load({ ...whole, camera: { kind } }))).toEqual([
      'camera.kind (ROLLCALL_CAMERA__KIND): must be replay: file, ffmpeg and rpicam are not built yet',
    ]);
  });

  it('says that the onnx runtime and the face-api detector are not built yet', () => {
    const problems = problemsOf(() => load({ ...whole, runtime: 'onnx', detector: 'face-api' }));
    expect(problems).toHaveLength(2);
    for (const problem of problems) expect(problem).toContain('not built yet');
  });

  it('says which file it cannot use, and repeats nothing of it', () => {
    const missing = path.join(folder, 'missing.json');
    expect(problemsOf(() => loadConfig(missing, {}))).toEqual([`${missing} cannot be read (ENOENT)`]);
    const broken = fileOf('{"claim":{"code":"secret"');
    expect(problemsOf(() => loadConfig(broken, {}))).toEqual([`${broken} does not hold a JSON object`]);
  });

  it('cannot be changed once it is read', () => {
    const config = load(whole);
    expect(() => Object.assign(config.outbox, { burst: 99 })).toThrow(TypeError);
    expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
  });
});

it('is documented setting by setting', () => {
  const table = configurationTable();
  expect(table).toContain('| `endpoint` | `ROLLCALL_ENDPOINT` | string | required |');
  expect(table).toContain('| `port` | `ROLLCALL_PORT` | whole number from 1 to 65535 | `8883` |');
  expect(table).toContain('| `ROLLCALL_OUTBOX__MAX_MEGABYTES` | number above 0 | `256` |');
  expect(table).toContain('| `camera.kind` | `ROLLCALL_CAMERA__KIND` | `replay` | required |');
  const cells = table
    .split('\n')
    .slice(2)
    .map((row) => row.split(/(?<!\\)\|/).map((cell) => cell.trim()));
  for (const row of cells) {
    expect(row).toHaveLength(7);
    for (const cell of row.slice(1, -1)) expect(cell).not.toBe('');
  }
});

it('is documented in cells that stay cells', () => {
  expect(tableRow(['`a|b`', 'two\n  lines'])).toBe('| `a\\|b` | two lines |');
});
