import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock as clock } from '../clock.ts';
import { ConfigError } from '../config.ts';
import { makeMemoryLog } from '../log.ts';
import { ReplayError, replay } from './replay-command.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-replay-'));
});
afterAll(() => rm(folder, { recursive: true }));

const run = async (...args: string[]) => {
  const log = makeMemoryLog();
  let printed = '';
  const print = (text: string) => {
    printed += text;
  };
  await replay(args, { log, clock, print }, new AbortController().signal);
  return { printed, log };
};

it('shows a scene to the real eyes, compares it with the truth and writes a contact sheet', async () => {
  const sheets = path.join(folder, 'sheets');
  const { printed, log } = await run('fast', '--passages', '2', '--report', sheets);
  expect(printed).toContain('2 passages, 2 sightings.');
  expect(printed).toContain(
    'In truth 2 people passed, 2 of them with a usable face; 2 of those were sighted',
  );
  for (const stage of ['decode', 'motion', 'detect', 'track', 'judge', 'confirm', 'encode'])
    expect(printed).toMatch(new RegExp(`^${stage} +\\d+`, 'm'));
  expect(printed).toContain(`contact sheet: ${path.join(sheets, 'contact-sheet-1.png')}`);
  expect(await readdir(sheets)).toEqual(['contact-sheet-1.png']);
  expect(log.lines.filter(({ event }) => event.endsWith('failed'))).toEqual([]);
});

it.each(['turning', 'crossings'])('sights everyone in %s once', async (scene) => {
  const { printed } = await run(scene, '--passages', '2', '--fps', '5');
  expect(printed).toContain('2 passages, 2 sightings.');
  expect(printed).toContain(
    '2 of them with a usable face; 2 of those were sighted, 0 sightings showed nobody.',
  );
});

it.each([
  ['backs', 3],
  ['clutter', 2],
  ['pictures', 1],
])('sights nobody in %s', async (scene, passages) => {
  const { printed } = await run(scene, '--passages', `${passages}`, '--fps', '5');
  expect(printed).toContain('0 sightings. ');
  expect(printed).toContain('In truth nobody passed; 0 sightings showed nobody.');
});

it('takes a photograph for people who come nearer', async () => {
  const photograph = path.join(
    import.meta.dirname,
    '../../node_modules/@vladmandic/face-api/demo/sample1.jpg',
  );
  const { printed } = await run(photograph);
  expect(printed).toContain('sample1.jpg: 1280 x 720 pixels');
  expect(printed).toContain('2 passages, 2 sightings.');
});

it('explains itself', async () => {
  const { printed } = await run('--help');
  for (const word of ['VIDEO', 'PICTURES', 'crossings', 'pictures', '--report [DIR]', 'exit code'])
    expect(printed).toContain(word);
});

it('uses the zone of a door, and says that the truth does not', async () => {
  const config = path.join(folder, 'zone.json');
  const settings = {
    endpoint: 'example.com',
    caFile: 'ca.pem',
    claim: { certFile: 'claim.pem', keyFile: 'claim.key', code: 'one-time' },
    serial: 'door-1',
    provisioningTemplate: 'rollcall-test',
    camera: { kind: 'replay' },
    zone: [
      [0, 0],
      [0.1, 0],
      [0.1, 0.1],
    ],
  };
  await writeFile(config, JSON.stringify(settings));
  const { printed } = await run('fast', '--passages', '1', '--fps', '5', '--config', config);
  expect(printed).toContain('Nobody passed.');
  expect(printed).toContain('In truth 1 person passed');
  expect(printed).toContain('The truth counts everybody, also outside the zone');
});

describe('a command line that cannot be used', () => {
  it.each([
    [[], 'usage: door replay'],
    [['one.mp4', 'two.mp4'], 'usage: door replay'],
    [['one.mp4', '--report', 'folder', 'three'], 'usage: door replay'],
    [['groups', '--passages', 'many'], '--passages: '],
    [['groups', '--fps', '0'], '--fps: '],
    [['nowhere.mp4'], 'there is no file or folder nowhere.mp4, and no scene of this name: the scenes are'],
  ])('%j is answered with what is wrong', async (args, message) => {
    const failing = run(...args);
    await expect(failing).rejects.toThrow(ReplayError);
    await expect(failing).rejects.toThrow(message);
  });

  it('names the settings that are wrong', async () => {
    const config = path.join(folder, 'door.json');
    await writeFile(config, '{"endpoint":"https://example.com"}');
    await expect(run('groups', '--config', config)).rejects.toThrow(ConfigError);
  });
});
