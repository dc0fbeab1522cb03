import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { SightingPage } from '#contract/api.ts';
import { isRunning, makeProgramFolder } from '../../../device/camera/test-programs.ts';
import { makeFilm } from '../../../scripts/bench/vision-film.ts';
import { demoSite } from '../../../scripts/start/demo.ts';
import { prepareDemoDoor } from '../../../scripts/start/demo-door.ts';
import { type DoorProcess, startDoor } from '../../../scripts/start/door-process.ts';
import { type Installation, startInstallation } from './installation.ts';

const soon = { timeout: 60_000, interval: 50 };
const film = { fps: 5, frames: 40, people: true } as const;

let installation: Installation;
let programs: Awaited<ReturnType<typeof makeProgramFolder>>;
let configFile: string;
let door: DoorProcess | undefined;

beforeAll(async () => {
  installation = await startInstallation();
  const { iot, outputs } = installation.cloud;
  const place = { iot, provisioningTemplate: outputs.ProvisioningTemplateName ?? '', site: demoSite };
  const file = path.join(installation.stateDir, 'film.mp4');
  await makeFilm(file, film);
  configFile = await prepareDemoDoor(await installation.as('facilities'), installation.stateDir, place, {
    kind: 'file',
    path: file,
  });
  programs = await makeProgramFolder();
  await programs.write('ffmpeg', `PATH='${process.env.PATH}' exec ffmpeg "$@"`);
});
afterEach(async () => {
  await door?.stop();
  vi.unstubAllEnvs();
});
afterAll(async () => {
  await programs?.remove();
  await installation?.stop();
});

/** Runs the door and returns how often an event has come in this run's log. */
const runDoor = async (name: string) => {
  vi.stubEnv('PATH', `${programs.folder}:${process.env.PATH}`);
  const logFile = path.join(installation.stateDir, `${name}.log`);
  writeFileSync(logFile, '');
  door = startDoor(configFile, logFile, () => {});
  await door.ready;
  const events = (event: string): readonly string[] =>
    (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '')
      .split('\n')
      .filter((line) => line.includes(`"event":"${event}"`));
  return { door, events };
};
const ffmpegs = async (): Promise<number[]> => (await programs.processesOf('ffmpeg')).filter(isRunning);

it('a door that watches a film stops within it when it is asked to, and leaves no FFmpeg behind', async () => {
  const { door, events } = await runDoor('stopped');
  await vi.waitUntil(() => events('sighting.chosen').length > 0, soon);
  expect(await ffmpegs()).toHaveLength(1);
  process.kill(door.pid, 'SIGINT');
  expect(await door.ended).toBe(0);
  expect(await ffmpegs()).toEqual([]);
  expect(events('camera.ended').join()).toContain('"how":"stopped"');
});

it('a door whose film has ended has delivered what it showed, and stays until it is asked to stop', async () => {
  const { door, events } = await runDoor('ended');
  await vi.waitUntil(() => events('camera.ended').length > 0, soon);
  expect(events('camera.ended').join()).toContain('"how":"ended"');
  await vi.waitUntil(() => events('delivery.delivered').length >= events('outbox.added').length, soon);
  expect(await ffmpegs()).toEqual([]);
  const { items } = SightingPage.parse(await installation.hr('GET', '/sightings'));
  expect(items.length).toBeGreaterThan(0);
  process.kill(door.pid, 'SIGINT');
  expect(await door.ended).toBe(0);
});
