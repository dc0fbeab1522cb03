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
  expect(printed).toContain('In truth 0 people passed');
});

it('explains itself', async () => {
  const { printed } = await run('--help');
  for (const word of ['VIDEO', 'FOLDER', 'crossings', 'pictures', '--report [DIR]', 'exit code'])
    expect(printed).toContain(word);
});

describe('a command line that cannot be used', () => {
  it.each([
    [[], 'usage: door replay'],
    [['one.mp4', 'two.mp4'], 'usage: door replay'],
    [['one.mp4', '--report', 'folder', 'three'], 'usage: door replay'],
    [['groups', '--passages', 'many'], '--passages: '],
    [['groups', '--fps', '0'], '--fps: '],
    [
      ['nowhere.mp4'],
      'nowhere.mp4 is no video, no folder of pictures and no scene: the scenes are corridor,',
    ],
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
