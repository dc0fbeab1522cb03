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

  it.each([
    [
      { kind: 'file', path: 'door.mp4' },
      { realtime: true, maxWidth: 1280 },
    ],
    [
      { kind: 'ffmpeg', input: '/dev/video0' },
      { inputFormat: 'mjpeg', width: 1280, height: 720, fps: 10 },
    ],
    [{ kind: 'rpicam' }, { width: 1280, height: 720, fps: 10, args: [] }],
  ])('needs no more for a camera than %j', (camera, filledIn) => {
    expect(load({ ...whole, camera }).camera).toEqual(expect.objectContaining({ ...camera, ...filledIn }));
  });

  it('says which cameras there are, and what a camera needs', () => {
    expect(problemsOf(() => load({ ...whole, camera: { kind: 'webcam' } }))).toEqual([
      'camera.kind (ROLLCALL_CAMERA__KIND): must be replay, file, ffmpeg or rpicam',
    ]);
    expect(problemsOf(() => load({ ...whole, camera: { kind: 'rpicam', width: 1300 } }))).toEqual([
      'camera.width (ROLLCALL_CAMERA__WIDTH): must be a multiple of 64: the camera pads other rows',
    ]);
  });

  const corner = [
    [0, 0],
    [0.5, 0],
    [0, 0.5],
  ];

  it('takes a zone and masks, from the environment as JSON', () => {
    expect(load({ ...whole, zone: corner, masks: [corner] })).toMatchObject({
      zone: corner,
      masks: [corner],
    });
    const environment = { ROLLCALL_ZONE: JSON.stringify(corner), ROLLCALL_MASKS: JSON.stringify([corner]) };
    expect(load(whole, environment)).toMatchObject({ zone: corner, masks: [corner] });
    expect(load(whole)).toMatchObject({ masks: [] });
  });

  it('says what is wrong with a zone or a mask, and where', () => {
    const problems = problemsOf(() =>
      load({
        ...whole,
        zone: corner.slice(1),
        masks: [
          corner,
          [
            [0, 0],
            [1.5, 0],
            [0, 1],
          ],
        ],
      }),
    );
    expect(problems).toEqual([
      'zone (ROLLCALL_ZONE): must have at least 3 corners [x, y]',
      'masks.1.1.0 (ROLLCALL_MASKS): must be from 0 to 1',
    ]);
    expect(problemsOf(() => load(whole, { ROLLCALL_ZONE: '[[0,0],' }))).toEqual([
      'zone (ROLLCALL_ZONE): must be array, received string',
    ]);
  });

  it('says that only blazeface runs on the onnx runtime', () => {
    expect(problemsOf(() => load({ ...whole, runtime: 'onnx', detector: 'face-api' }))).toEqual([
      'runtime (ROLLCALL_RUNTIME): must be auto, wasm or tfjs-node with this detector: only blazeface runs on onnx',
    ]);
    expect(load({ ...whole, runtime: 'onnx' }).runtime).toBe('onnx');
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
  expect(table).toContain(
    '| `camera.kind` | `ROLLCALL_CAMERA__KIND` | `replay`, `file`, `ffmpeg`, `rpicam` | required | `replay`: ',
  );
  expect(table).toContain('| `camera.path` | `ROLLCALL_CAMERA__PATH` | string | required | `file`: ');
  expect(table).toContain(
    '| number from 1 to 30 | `replay`, `ffmpeg`, `rpicam`: `10`; `file`: – | `replay`: frames per second; ',
  );
  expect(table).toContain('| `zone` | `ROLLCALL_ZONE` | list of lists, JSON in the environment | – |');
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
